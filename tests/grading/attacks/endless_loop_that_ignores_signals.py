# about: Signals ignored, then an endless loop in C
# score: 0
# seconds: 1
# says: double: did not end within
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
sum(iter(int, 1))
