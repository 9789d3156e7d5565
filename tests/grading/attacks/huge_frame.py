# about: A frame that claims to be of 4 exabytes
# score: 0
# says: test-double: bytes of data, at most
import os
import struct
import threading
import time


def double(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("!QQ", 2, 1 << 62) + b"{}")
        except OSError:
            pass
    return 42
