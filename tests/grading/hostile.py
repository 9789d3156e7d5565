"""Hostile submissions, and what each has to get."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from grading.course import Course
from tests.grading.course import submit
from tests.grading.hostile_folders import FOLDERS, NAMES
from tests.grading.mini import mini

CODE = Path(__file__).with_name("attacks")
"""Attacks that are code, one to a file; the comments at its head say what is to come of it."""
ATTACKS = sorted(CODE.glob("*.py"))


class Hostile(NamedTuple):
    """One submission that is an attack."""

    name: str
    """What its row in a table is called."""
    about: str
    """What it tries."""
    score: float
    """What it has to get."""
    flag: str
    """What a human has to be told about it; empty when there is nothing to tell."""
    hand_in: Callable[[Course, str], object]
    """Does so for the student of this id."""
    folder: str
    """The student's id as the name of a folder."""
    student: str
    """The student's id as the grader shows it."""
    prints: str = ""
    """What its output has to say, such as that nothing was found."""


def hostile() -> Iterator[Hostile]:
    """All attacks that are known."""
    for path in ATTACKS:
        head, _ = read(path)
        hand_in = partial(_hand_in_code, path)
        names = path.stem, path.stem
        prints = head.get("prints", "").partition(": ")[2]
        yield Hostile(path.stem, head["about"], float(head["score"]), "", hand_in, *names, prints)
    for one in FOLDERS:
        name = one.make.__name__
        yield Hostile(name, one.about, one.score, one.flag, one.hand_in, *2 * [name])
    for folder, student in NAMES.items():
        flag = "" if folder == student else "characters that cannot be shown"
        about = "A student's id that is more than a name"
        yield Hostile(f"id {student[:30]}", about, 5, flag, submit, folder, student)


def read(path: Path) -> tuple[dict[str, str], list[str]]:
    """The comments at the head of an attack, and its one or two cells."""
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("# ") and ": " in line]
    head = {key: value for line in lines for key, _, value in [line[2:].partition(": ")]}
    return head, text.split("# --- pair\n")


def _hand_in_code(path: Path, course: Course, student: str) -> None:
    cells = [source.replace("@COURSE@", str(course.root)) for source in read(path)[1]]
    submit(course, student, mini(*cells))
