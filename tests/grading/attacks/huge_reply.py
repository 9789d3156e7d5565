# about: A reply of 2 GB, claimed by a view of little memory, and one of 400 MB
# score: 3
# says: test-double: at most
def double(x):
    return np.broadcast_to(np.float64(1), (5, 10**7))
