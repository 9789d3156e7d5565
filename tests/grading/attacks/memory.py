# about: 3 GB in one object
# score: 3
# says: test-double: MemoryError
def double(x):
    return bytearray(3 << 30)
