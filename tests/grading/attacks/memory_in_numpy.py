# about: 3 GB in an array, touched
# score: 3
# says: test-double: MemoryError
def double(x):
    return np.ones(3 << 27) * x
