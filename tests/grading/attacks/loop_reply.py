# about: A reply that contains itself
# score: 3
# says: test-double: nested deeper
def double(x):
    result = {}
    result["self"] = result
    return result
