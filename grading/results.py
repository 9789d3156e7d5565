"""What the gradebook says about a class, and what the feedback told each student."""

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from rich.markup import escape
from rich.table import Table

from grading.course import Course, Exercise, nbgrader_running
from grading.fingerprints import known_misconceptions, named_misconceptions
from grading.gradebook import name_of
from grading.source import read_notebook, read_source
from grading.tasks import find_tasks


class Result(NamedTuple):
    """One student's result in one exercise."""

    student: str
    """First and last name, or the id where the gradebook has no name."""
    points: list[float]
    """Points in each task."""
    total: float
    said: list[str]
    """What the feedback said went wrong, each thing once."""


def read_results(course: Course, exercise: Exercise) -> list[Result]:
    """Read a class's results back from nbgrader's gradebook and autograded notebooks.

    Args:
        course: The course folder with the gradebook.
        exercise: The exercise.

    Returns:
        One result per submission, in order of the students' names.
    """
    misconceptions = known_misconceptions(exercise.hints)
    tasks = find_tasks(read_source(exercise.text))
    results = []
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        for submission in gradebook.assignment_submissions(exercise.name):
            scores = {
                grade.name: grade.score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            student = submission.student
            points = [sum(scores.get(test, 0) for test in task.tests) for task in tasks]
            graded = course.autograded / student.id / exercise.name / exercise.notebook.name
            said = what_was_said(graded, misconceptions)
            results.append(Result(name_of(student), points, submission.score, said))
    return sorted(results)


def what_was_said(path: Path, misconceptions: list[str]) -> list[str]:
    """Collect what the failed tests of a graded notebook say, in one line each.

    Args:
        path: The autograded notebook.
        misconceptions: The mistakes that its tests can name.

    Returns:
        The named misconceptions; for a failure without one, the first sentence of its message,
        or what failed where.
    """
    return said_in(read_notebook(path), misconceptions)


def said_in(notebook: NotebookNode, misconceptions: list[str]) -> list[str]:
    """As :func:`what_was_said`, of a notebook that is read already."""
    said: list[str] = []
    for cell in notebook.cells:
        if not cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                named = named_misconceptions(output.evalue, misconceptions)
                bare = f"{output.ename} in {cell.metadata.nbgrader.grade_id}"
                said += named or [_first_sentence(output.evalue) or bare]
    return list(dict.fromkeys(said))


def _first_sentence(text: str) -> str:
    words = " ".join(text.strip().partition("\n\n")[0].split())
    return re.split(r"(?<=\.) ", words, maxsplit=1)[0]


def results_table(exercise: Exercise, results: list[Result]) -> Table:
    """Lay out a class's results for the terminal."""
    tasks = find_tasks(read_source(exercise.text))
    table = Table(title=exercise.name, title_justify="left")
    table.add_column("student", no_wrap=True)
    for task in tasks:
        table.add_column(f"{_folded(task.function)}\nof {task.points:g}", justify="right")
    table.add_column(f"total\nof {sum(task.points for task in tasks):g}", justify="right")
    table.add_column("what the feedback said")
    for result in results:
        points = [f"{value:g}" for value in result.points]
        table.add_row(
            escape(result.student), *points, f"{result.total:g}", escape("\n".join(result.said))
        )
    return table


def _folded(name: str) -> str:
    """Break a long name after an underscore, to leave room for words."""
    lines = textwrap.wrap(name.replace("_", "_ "), 10, break_long_words=False)
    return "\n".join(line.replace("_ ", "_") for line in lines)
