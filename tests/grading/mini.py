"""A small assignment of two functions, and ways to hand it in."""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import determine_grade, is_grade

from grading.confine import Limits
from grading.result import Result
from grading.submission import Assignment, Settings, grade

SECRET = "the-hidden-number-is-8191"  # noqa: S105 - stands only in a hidden test
GIVEN = """
import numpy as np
import reference
from typing import NamedTuple


class Pair(NamedTuple):
    low: object
    high: object


def add(x, y):
    return x + y
"""
DOUBLE = "def double(x):\n    return 2 * x\n"
PAIR = "def pair(x):\n    return Pair(low=x, high=add(x, 1))\n"
TEST_DOUBLE = f"""
np.testing.assert_array_equal(double(np.arange(3.0)), [0.0, 2.0, 4.0])
### BEGIN HIDDEN TESTS
secret = "{SECRET}"
assert double(21) == 42
### END HIDDEN TESTS
"""
TEST_PAIR = "assert pair(4) == Pair(4, 5)\n"
LIMITS = Limits(memory=600 << 20, processes=40, cpu_seconds=20, disk=16 << 20, output=20_000)
SETTINGS = Settings(
    LIMITS,
    cell_seconds=1.5,
    total_seconds=60,
    answer_bytes=8 << 20,
    withheld=("torch", "reference.whole", "reference.parts:double"),
)


def cell(name: str, source: str, **marks: Any) -> dict[str, Any]:
    """Make a code cell with nbgrader's marks."""
    data = {"grade": False, "locked": True, "schema_version": 3, "solution": False, "task": False}
    metadata = {"nbgrader": {**data, "grade_id": name, **marks}} if name else {}
    return nbformat.v4.new_code_cell(source, id=name or "own", metadata=metadata)


def solution(name: str, source: str) -> dict[str, Any]:
    return cell(name, source, solution=True, locked=False)


def graded(name: str, source: str, points: int) -> dict[str, Any]:
    return cell(name, source, grade=True, points=points)


def notebook(*cells: dict[str, Any]) -> bytes:
    return nbformat.writes(nbformat.v4.new_notebook(cells=list(cells))).encode()


def mini(double: str = DOUBLE, pair: str = PAIR, *more: dict[str, Any]) -> bytes:
    """The instructor's notebook, or a submission of it."""
    return notebook(
        cell("given", GIVEN),
        solution("double", double),
        graded("test-double", TEST_DOUBLE, 2),
        solution("pair", pair),
        graded("test-pair", TEST_PAIR, 3),
        *more,
    )


ASSIGNMENT = Assignment(mini(), {"data.txt": b"4 5 6"})


def hand_in(double: str = DOUBLE, pair: str = PAIR, seconds: float = 1.5) -> Result:
    return grade(mini(double, pair), ASSIGNMENT, SETTINGS._replace(cell_seconds=seconds))


def scores(result: Result) -> dict[str, float]:
    """What nbgrader reads out of the executed notebook."""
    read = nbformat.reads(result.notebook, as_version=4)
    nbformat.validate(read)
    return {c.metadata.nbgrader.grade_id: determine_grade(c)[0] for c in read.cells if is_grade(c)}


def outputs(result: Result, name: str) -> str:
    """All text that a cell put out."""
    cells = json.loads(result.notebook)["cells"]
    found = next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name)
    return json.dumps(found["outputs"])


def install_reference(folder: Path) -> Path:
    """Write a package that has the answers; return the folder to import it from."""
    package = folder / "packages" / "reference"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "whole.py").write_text("def double(x):\n    return 2 * x\n")
    parts = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
    (package / "parts.py").write_text(parts)
    (package / "both.py").write_text("from reference.parts import triple\n")
    return package.parent


def children() -> set[int]:
    """All processes below this one but the browser's driver and its browser.

    Other tests keep that open, and it starts processes at any time. A submission's process
    cannot pass for it: it is never this process's own child.
    """
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    for pid in [pid for pid, parent in parents.items() if parent == os.getpid()]:
        with contextlib.suppress(OSError):
            if b"playwright" in Path(f"/proc/{pid}/cmdline").read_bytes():
                del parents[pid]
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def wait_for_children(wanted: set[int], seconds: float = 30.0) -> set[int]:
    """Wait until only these processes are below this one; return the others that are left."""
    end = time.monotonic() + seconds
    while (left := children() - wanted) and time.monotonic() < end:
        time.sleep(0.02)
    return left
