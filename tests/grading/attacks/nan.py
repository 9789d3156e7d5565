# about: NaN for everything
# score: 3
# says: test-double: Arrays are not equal
def double(x):
    return np.full(3, np.nan) if isinstance(x, np.ndarray) else float("nan")
