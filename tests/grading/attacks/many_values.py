# about: A reply of ten million numbers in a list
# score: 3
# says: test-double: more than 250000 values
def double(x):
    return [0] * 10**7
