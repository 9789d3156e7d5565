# about: Processes that start processes, deaf to interrupts
# score: 0
# seconds: 1
# says: double: the code was stopped
import os
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        os.fork()
    except OSError:
        pass
