# about: 200 processes
# score: 5
# prints: double: True limited
import os
import time

count = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(1000)
            os._exit(0)
        count += 1
except BlockingIOError:
    print(count < 40, "limited")

def double(x):
    return 2 * x
