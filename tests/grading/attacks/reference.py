# about: The reference implementation and torch imported, or read from disk
# score: 5
# prints: double: found: []
import importlib
import os
import sys
from pathlib import Path

found = []
try:
    import torch
    found.append("torch")
except ModuleNotFoundError as error:
    assert "not part of this exercise" in str(error)
try:
    import reference.whole

    found.append("module")
except ModuleNotFoundError:
    pass
import reference.parts

try:
    found.append(reference.parts.double(21))
except NotImplementedError:
    pass
assert reference.parts.triple(1) == 3
home = Path(reference.__file__).parent
for path in home.rglob("*"):
    if path.is_file() and (b"2 * x" in path.read_bytes() or path.suffix == ".pyc"):
        found.append(str(path))
packages = Path(np.__file__).parents[1]
found += [str(p) for p in packages.glob("torch/*") if p.name != "__init__.py"]
print("found:", found)

def double(x):
    return 2 * x
