# about: 3 GB of shared memory, which no limit of one process counts
# score: 0
# says: double: more than 600 MiB of memory
import mmap

memory = mmap.mmap(-1, 3 << 30)
while memory.write(b"x" * (1 << 20)):
    pass
