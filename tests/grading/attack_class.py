"""A class in which most attack and some are honest, graded in one batch."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dask

from grading.course import Course
from grading.run import Event, open_batch
from tests.grading.course import NAME, WRONG, grade_all, scores_in, small_course, submit
from tests.grading.hostile import Hostile, hostile
from tests.grading.mini import SETTINGS, install_reference, mini, wait_for_children
from tests.grading.mini import children as processes

HONEST = {
    "e-honest": (mini(), 5.0),
    "i-honest": (mini(WRONG), 3.0),
    "o-honest": (mini(pair="1 / 0"), 2.0),
    "u-honest": (mini(), 5.0),
}
"""They stand between the others in the list: id → notebook and score."""
IN_CLASS = SETTINGS._replace(cell_seconds=5.0)
"""Time for the slowest attack; an endless loop takes all of it."""


class Row(NamedTuple):
    """How one attack went."""

    attack: Hostile
    event: Event | None
    """None when the batch did not come to it."""
    recorded: float | None
    """Its score in the gradebook."""
    graded: bytes
    """The graded notebook; empty when there is none."""

    @property
    def right(self) -> bool:
        """Whether it got its score, found nothing, and a human is told what there is to tell."""
        flags = " ".join(self.event.flags) if self.event else ""
        said = self.attack.flag in flags and self.attack.prints.encode() in self.graded
        return self.recorded == self.attack.score and said


class Verdict(NamedTuple):
    """How the class went."""

    rows: list[Row]
    harmed: list[str]
    """Honest students with another score or notebook than in a class without attacks."""
    finished: bool
    """Whether everybody has a result."""
    left: list[str]
    """Processes and files that are still there."""
    seconds: float


def grade_class(root: Path) -> Verdict:
    """Make the class in an empty folder and grade it."""
    with _place(root) as temporary:
        quiet = _honest(small_course(root / "quiet"))
        grade_all(quiet, IN_CLASS)
        before = processes()  # Dask's helper among them, which stays with this program
        course = _honest(small_course(root / "course"))
        attacks = list(hostile())
        for attack in attacks:
            attack.hand_in(course, attack.folder)
        began = time.monotonic()
        events = grade_all(course, IN_CLASS)
        seconds = time.monotonic() - began
        recorded = scores_in(course)
        rows = [
            Row(one, events.get(one.student), recorded.get(one.student), _graded(course, one))
            for one in attacks
        ]
        with open_batch(course, NAME, IN_CLASS) as batch:
            finished = not batch.waiting and len(recorded) == len(attacks) + len(HONEST)
        left = [f"process {pid}" for pid in wait_for_children(before)]
        left += [str(path) for path in temporary.rglob("*")]
    harmed = [who for who in HONEST if _work(course, who) != _work(quiet, who)]
    harmed += [who for who, (_, score) in HONEST.items() if recorded.get(who) != score]
    return Verdict(rows, harmed, finished, left, seconds)


def _honest(course: Course) -> Course:
    for student, (notebook, _) in HONEST.items():
        submit(course, student, notebook)
    return course


def _graded(course: Course, attack: Hostile) -> bytes:
    place = course.autograded / attack.student / NAME / f"{NAME}.ipynb"
    return place.read_bytes() if place.exists() else b""


def _work(course: Course, student: str) -> dict[str, bytes]:
    """All that there is of a student, by path below the course."""
    places = [step / student for step in (course.submitted, course.autograded)]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    return {str(path.relative_to(course.root)): path.read_bytes() for path in files}


@contextmanager
def _place(root: Path) -> Iterator[Path]:
    """Temporary files in a folder of their own, a secret, and the package with the answers."""
    packages = str(install_reference(root))
    temporary, workers = root / "temporary", root / "workers"
    temporary.mkdir()
    before, where = dict(os.environ), tempfile.tempdir
    os.environ |= {"PYTHONPATH": packages, "TMPDIR": str(temporary)}
    os.environ["COURSE_SECRET_TOKEN"] = "environment-secret"  # noqa: S105 - to be looked for
    sys.path.insert(0, packages)
    tempfile.tempdir = None
    try:
        with dask.config.set({"temporary-directory": str(workers)}):
            yield temporary
    finally:
        tempfile.tempdir = where
        sys.path.remove(packages)
        os.environ.clear()
        os.environ.update(before)
