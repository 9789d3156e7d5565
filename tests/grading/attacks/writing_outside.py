# about: Files written to start-up folders, the environment and everywhere else
# score: 5
# prints: double: wrote: []
import os
import site
import sys
from pathlib import Path

wrote = []
places = ["/", "/usr", "/etc", "/dev", "/sys", "/proc/sys/kernel", "/var/tmp", "/root", "/home", *sys.path]
places += [sys.prefix, sys.base_prefix, sys.prefix + "/etc", os.path.dirname(np.__file__)]
places += [str(Path(place).parent) for place in places]
for place in places:
    if place not in ("/home/student", "") and not place.startswith("/tmp"):
        try:
            Path(place, "sitecustomize.py").write_text("raise SystemExit")
            wrote.append(place)
        except OSError:
            pass
for place in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj"):
    try:
        Path(place).write_text("-500")
        wrote.append(place)
    except OSError:
        pass
for start in ("~/.ipython/profile_default/startup/00.py", "~/.config/matplotlib/matplotlibrc", "~/x.pth"):
    path = Path(start).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("raise SystemExit")
Path("/tmp/left-behind").write_text("x")
Path("/dev/shm/left-behind").write_text("x")
np.left_behind = True
print("wrote:", wrote)

def double(x):
    return 2 * x
