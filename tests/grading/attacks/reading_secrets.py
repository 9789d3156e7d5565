# about: Solutions, hidden tests, gradebook, environment and other processes read
# score: 5
# prints: double: found: []
import os
import re
import sys
from pathlib import Path

# patterns that do not match themselves, as they are in memory too
needles = [re.compile(text) for text in (rb"number-is-(\d{4})", rb"\x65nvironment-secret")]
found = []
python = {"/proc", "/sys", "/usr", *[str(Path(entry)) for entry in sys.path if "lib/python" in entry]}
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if str(Path(folder, name)) not in python]
    for name in files:
        path = Path(folder, name)
        if path.suffix in (".ipynb", ".db") or name in ("wrong_answers.py", "nbgrader_config.py"):
            found.append(str(path))
for process in Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline"):
        try:
            content = (process / name).read_bytes()
        except OSError:
            continue
        found += [f"{process}/{name}" for needle in needles if needle.search(content)]
    if process.name != str(os.getpid()):
        found.append(f"process {process.name}")
memory = open("/proc/self/mem", "rb", 0)
for line in Path("/proc/self/maps").read_text().splitlines():
    start, end = (int(part, 16) for part in line.split()[0].split("-"))
    if "rw" in line and end - start < 1 << 28:
        try:
            memory.seek(start)
            content = memory.read(end - start)
        except (OSError, ValueError):
            continue
        found += [f"memory {needle.pattern}" for needle in needles if needle.search(content)]
for name in os.listdir("/proc/self/fd"):
    try:
        found += [link for link in [os.readlink(f"/proc/self/fd/{name}")] if "/work" in link]
    except OSError:
        pass
found += [name for name in os.environ if "SECRET" in name or "TOKEN" in name]
print("found:", found)

def double(x):
    return 2 * x
