# about: A frame of JSON nested a million deep
# score: 0
# says: test-double: not JSON
import os
import struct
import threading
import time


def double(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("!QQ", 2000000, 0) + b"[" * 1000000 + b"]" * 1000000)
        except OSError:
            pass
    return 42
