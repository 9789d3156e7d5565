# about: Memory in files that are only in memory, and in shared segments
# score: 3
# says: double: PermissionError
import ctypes
import os

os.memfd_create("hoard")
