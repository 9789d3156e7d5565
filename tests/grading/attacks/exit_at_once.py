# about: The process ends itself
# score: 0
# says: double: exit code 0
import os

os._exit(0)
