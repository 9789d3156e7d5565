# about: 200 threads
# score: 5
# prints: double: limited
import threading
import time

try:
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
except RuntimeError:
    print("limited")

def double(x):
    return 2 * x
