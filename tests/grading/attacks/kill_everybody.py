# about: Every process that can be signalled is killed
# score: 5
# never: reached 2
import os
import signal

for target in (os.getppid(), -1, 1, *range(2, 3000)):
    try:
        if target:
            os.kill(target, signal.SIGKILL)
            print("reached", target)
    except ProcessLookupError:
        pass

def double(x):
    return 2 * x
