# about: A range of a billion numbers, short to send and long to compare
# score: 3
def double(x):
    return range(1_000_000_000)
