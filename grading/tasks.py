"""The tasks of an exercise: the cells to write in, and the tests that follow each."""

import ast
from typing import NamedTuple

from nbformat import NotebookNode

from grading.errors import CourseError


class Task(NamedTuple):
    """A function to be written, and the test cells that give points for it."""

    function: str
    tests: list[str]
    points: float


def find_tasks(notebook: NotebookNode) -> list[Task]:
    """List the tasks of an exercise: every test belongs to the solution cell before it."""
    tasks: list[Task] = []
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if is_solution(cell):
            tasks.append(Task(functions_defined(cell)[0], [], 0))
        elif metadata.get("grade") and tasks:
            last = tasks[-1]
            tests = [*last.tests, metadata["grade_id"]]
            tasks[-1] = last._replace(tests=tests, points=last.points + metadata["points"])
    return tasks


def solution_cell(notebook: NotebookNode, function: str) -> NotebookNode:
    """Find the cell in which the student writes a function.

    Raises:
        CourseError: there is none.
    """
    for cell in notebook.cells:
        if is_solution(cell) and function in functions_defined(cell):
            found: NotebookNode = cell
            return found
    raise CourseError(f"{function}: no solution cell defines this function")


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell is one in which the student writes code."""
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def functions_defined(cell: NotebookNode) -> list[str]:
    """Names of the functions that a cell of our own defines."""
    body = ast.parse(cell.source).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]
