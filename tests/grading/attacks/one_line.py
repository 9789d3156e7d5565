# about: 200 MB of output in one line, also past Python
# score: 5
# prints: double: cut after
import os
import sys

print("x" * (200 << 20))
sys.__stdout__.write("y" * (100 << 20))
for _ in range(100):
    os.write(1, b"z" * (1 << 20))
    os.write(2, b"z" * (1 << 20))

def double(x):
    return 2 * x
