# about: Supervisor and others stopped, so that nobody watches
# score: 0
# says: double: more than 600 MiB of memory
import os
import signal

for target in (*range(2, 3000), -1, 0):
    try:
        os.kill(target, signal.SIGSTOP)
    except OSError:
        pass
blocks = [bytearray(os.urandom(1 << 20)) * 100 for _ in range(4)]
import mmap

memory = mmap.mmap(-1, 3 << 30)
while memory.write(b"x" * (1 << 20)):
    pass
