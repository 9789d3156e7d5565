# about: A reply nested a hundred thousand deep
# score: 3
# says: test-double: nested deeper
def double(x):
    result = []
    for _ in range(100000):
        result = [result]
    return result
