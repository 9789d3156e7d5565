# about: 3 GB spread over many processes
# score: 0
# says: double: more than 600 MiB of memory
import os
import time

for _ in range(30):
    if os.fork() == 0:
        block = b"x" * (100 << 20)
        time.sleep(1000)
time.sleep(1000)
