# about: Bytes in the channel that are no frame
# score: 0
# says: test-double: bytes of text, at most
import os
import struct
import threading
import time


def double(x):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"\xff" * 4096)
        except OSError:
            pass
    time.sleep(0.2)
