# about: The course folder, whose place is known, read: solutions, other submissions, gradebook
# score: 5
# prints: double: read: []
# never: the-hidden-number
import os
from pathlib import Path

read = []
course = Path("@COURSE@")
for place in (course, *course.parents[:-1], *(course / step for step in os.listdir("/"))):
    for name in ("", "source/mini/mini.ipynb", "release/mini/mini.ipynb", "gradebook.db",
                 "submitted/e-honest/mini/mini.ipynb", "autograded/e-honest/mini/mini.ipynb"):
        target = place / name
        for root in ("", "/proc/1/root", "/proc/self/root"):
            path = Path(f"{root}{target}")
            try:
                found = os.listdir(path) if path.is_dir() else path.read_bytes()
            except OSError:
                continue
            if path.name in ("mini.ipynb", "gradebook.db") or "gradebook.db" in found:
                read.append(str(path))
print("read:", read)

def double(x):
    return 2 * x
