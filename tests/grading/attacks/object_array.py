# about: Arrays of objects, of text and of records
# score: 3
# says: test-double: an array of object
kinds = iter([np.array([object()]), np.array(["a"]), np.zeros(2, "f8,i4")])


def double(x):
    return next(kinds)
