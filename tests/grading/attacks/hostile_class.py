# about: A class that lies about itself and breaks whoever looks at it
# score: 3
# says: test-double: 
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
    __module__ = "numpy"

    def __instancecheck__(self, other):
        return True

    def __hash__(self):
        raise MemoryError

    def __eq__(self, other):
        return True


class Hostile(metaclass=Meta):
    __class__ = np.ndarray
    dtype = np.dtype(float)
    shape = (3,)

    def __reduce__(self):
        return (exec, ("import os; os._exit(1)",))

    def __array__(self, *args, **kwargs):
        raise SystemExit

    def __repr__(self):
        return "x" * 10**9

    __str__ = __repr__


def double(x):
    return Hostile()
