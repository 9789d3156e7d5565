# about: A reply that never comes, from a process that only sleeps
# score: 0
# seconds: 1
# says: test-double: did not end within
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def double(x):
    time.sleep(1000)
