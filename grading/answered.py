"""What is in a class's graded notebooks: what the tests said, and who gave the same answers."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_solution

from grading.fingerprints import known_misconceptions
from grading.results import said_in

Answer = tuple[str, str, str]
"""Notebook, cell, and the code that is written there."""


class Mistake(NamedTuple):
    """What failed tests said."""

    text: str
    """A misconception that the exercise can name, or else the first sentence of a message."""
    students: int
    """To how many."""
    named: bool
    """Which of the two it is."""


class Alike(NamedTuple):
    """Students who gave identical answers."""

    students: list[str]
    lines: int
    """Lines of code in all answers together."""


class Answered(NamedTuple):
    """What the graded notebooks of a class hold."""

    mistakes: list[Mistake]
    """The most frequent first."""
    alike: list[Alike]
    """The longest first."""
    unread: list[str]
    """Students of whom a graded notebook is not there or cannot be read."""


def read_answered(
    coursedir: CourseDirectory, assignment: str, names: list[str], students: list[str]
) -> Answered:
    """Read the graded notebooks, one student's after the other's.

    Args:
        coursedir: nbgrader's settings of the course's folders.
        assignment: Name of the assignment.
        names: Names of its notebooks.
        students: Whose.
    """
    source, released = (
        Path(coursedir.format_path(directory, ".", assignment))
        for directory in (coursedir.source_directory, coursedir.release_directory)
    )
    known = known_misconceptions(source / "hints.json")
    known = known or known_misconceptions(released / "hints.json")
    given = _answers(_read(released, names))
    said: Counter[str] = Counter()
    same: defaultdict[frozenset[Answer], list[str]] = defaultdict(list)
    unread = []
    for student in students:
        folder = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
        notebooks = _read(folder, names)
        if len(notebooks) < len(names):
            unread.append(student)
        said.update({line for one in notebooks.values() for line in said_in(one, known)})
        same[_answers(notebooks) - given].append(student)
    often = sorted(said.items(), key=lambda item: (-item[1], item[0]))
    mistakes = [Mistake(text, count, text in known) for text, count in often]
    groups = [Alike(who, _lines(mine)) for mine, who in same.items() if mine and len(who) > 1]
    return Answered(mistakes, sorted(groups, key=lambda one: -one.lines), unread)


def _read(folder: Path, names: list[str]) -> dict[str, NotebookNode]:
    notebooks = {}
    for name in names:
        try:
            text = (folder / f"{name}.ipynb").read_text(encoding="utf-8")
            notebooks[name] = nbformat.v4.reads(text)  # written by a grader: no need to validate
        except (OSError, ValueError):
            continue
    return notebooks


def _answers(notebooks: dict[str, NotebookNode]) -> frozenset[Answer]:
    return frozenset(
        (name, cell.metadata.nbgrader.grade_id, code)
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if is_solution(cell) and (code := _code(cell.source))
    )


def _code(source: str) -> str:
    """Leave out what says little: blank lines, lines of comment, and spaces at the ends."""
    lines = (line.rstrip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def _lines(answers: frozenset[Answer]) -> int:
    return sum(len(code.splitlines()) for _, _, code in answers)
