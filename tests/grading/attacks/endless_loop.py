# about: An endless loop in a cell
# score: 3
# seconds: 1
# says: double: stopped after
while True:
    pass


def double(x):
    return 2 * x
