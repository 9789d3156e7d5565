# about: exit(), sys.exit() and quit in cells and calls
# score: 3
# says: test-double: SystemExit
import sys

exit()
quit()


def double(x):
    sys.exit("all is well")
