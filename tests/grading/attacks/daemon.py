# about: A daemon that outlives its parents
# score: 5
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        while True:
            time.sleep(1000)
    os._exit(0)

def double(x):
    return 2 * x
