# about: A frame that begins and never ends
# score: 0
# seconds: 1
# says: test-double: did not end within
import os
import struct
import threading
import time


def double(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, struct.pack("!QQ", 4000, 0) + b"{")
        except OSError:
            pass
    time.sleep(1000)
