# about: JSON with numbers that no JSON has, and with far too many digits
# score: 0
# says: test-double: not JSON
import os
import struct
import threading
import time


def double(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("!QQ", 100012, 0) + b'{"number": 1' + b"0" * 99999 + b"}")
        except OSError:
            pass
    return 42
