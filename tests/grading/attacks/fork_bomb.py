# about: Processes that start processes
# score: 0
# seconds: 1
# says: double: the code was stopped
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
