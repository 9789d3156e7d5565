# about: A function that never returns
# score: 3
# seconds: 1
# says: test-double: stopped after
def double(x):
    while True:
        pass
