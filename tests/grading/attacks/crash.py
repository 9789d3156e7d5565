# about: The interpreter crashes
# score: 0
# says: test-double: signal 11
import ctypes


def double(x):
    ctypes.string_at(0)
