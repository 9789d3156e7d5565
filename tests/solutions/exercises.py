"""The exercises of this course, for the tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from grading.course import Exercise, find_exercises, open_course

ROOT = Path(__file__).parents[2]
COURSE = open_course(ROOT)
EXERCISES = find_exercises(COURSE)


def name(exercise: Exercise) -> str:
    """Say which exercise a parametrized test runs on."""
    return exercise.name


def sources(notebook: NotebookNode) -> dict[str, str]:
    """Return what stands in each cell, by the cell's id."""
    return {cell.id: cell.source for cell in notebook.cells}


def prose(notebook: NotebookNode) -> str:
    """Return the text between the code, in one line."""
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return " ".join(" ".join(cells).split())


def run(cells: Mapping[str, str], *ids: str) -> dict[str, Any]:
    """Run some cells of a notebook of our own in this order; return the names they leave."""
    names: dict[str, Any] = {}
    for cell in ids:
        exec(cells[cell], names)  # noqa: S102 - our own notebook
    return names
