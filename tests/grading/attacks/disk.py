# about: Temporary files without end
# score: 5
# prints: double: True
import contextlib
from pathlib import Path

for place in ("/tmp", "/dev/shm", "/home/student", "."):
    with contextlib.suppress(OSError):
        for number in range(1000):
            Path(place, f"file{number}").write_bytes(b"x" * (1 << 20))
print(sum(file.stat().st_size for file in Path("/tmp").iterdir()) < 17 << 20)

def double(x):
    return 2 * x
