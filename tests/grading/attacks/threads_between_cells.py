# about: Threads that run on between cells, print, and redefine what is to be tested
# score: 2
import threading
import time


def meddle():
    while True:
        print("still here")
        globals()["pair"] = lambda x: "wrong"
        time.sleep(0.0001)


threading.Thread(target=meddle, daemon=True).start()

def double(x):
    return 2 * x
