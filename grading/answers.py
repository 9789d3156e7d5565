"""Named answers to an exercise: plausible wrong ones, and right ones written differently.

A ``wrong_answers.py`` holds plain functions, each marked with :func:`wrong` or :func:`right`.
Such a function is put as text into the cell where the student writes the function that it answers.
"""

import ast
import copy
import importlib.util
import inspect
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import NamedTuple, TypeVar

from nbformat import NotebookNode

from grading.errors import CourseError

F = TypeVar("F", bound=Callable[..., object])


class Answer(NamedTuple):
    """One way to write one function."""

    name: str
    """Name of the answer."""
    function: str
    """The function that the student is to write."""
    source: str
    """Its code, under the name the student has to use."""
    misconception: str = ""
    """One line that completes "This is what comes out when …"; empty for a right answer."""
    hint: str = ""
    """What helps without giving the answer."""
    section: str = ""
    """Where to read again: ``page#label`` of the book."""
    equals: tuple[str, ...] = ()
    """Wrong answers whose results are the same."""

    @property
    def is_right(self) -> bool:
        """Whether this answer deserves all points."""
        return not self.misconception


def wrong(
    function: str, *, misconception: str, hint: str, section: str, equals: tuple[str, ...] = ()
) -> Callable[[F], F]:
    """Mark a plausible wrong answer; the arguments are the fields of :class:`Answer`."""
    fields = {"misconception": misconception, "hint": hint, "section": section, "equals": equals}
    return _mark(function, fields)


def right(function: str) -> Callable[[F], F]:
    """Mark a right answer that is written differently from the model solution."""
    return _mark(function, {})


def _mark(function: str, fields: Mapping[str, object]) -> Callable[[F], F]:
    def mark(answer: F) -> F:
        answer.__dict__["answer"] = {"function": function, **fields}
        return answer

    return mark


def load_answers(path: Path) -> list[Answer]:
    """Read the marked answers of a ``wrong_answers.py``, in their order there.

    Raises:
        CourseError: the file is missing or cannot be run.
    """
    if not path.is_file():
        raise CourseError(f"{path}: no such file")
    spec = importlib.util.spec_from_file_location(f"answers_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise CourseError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        # the file is a program: anything can happen in it
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    lines = path.read_text(encoding="utf-8")
    return [
        Answer(name, source=_source(lines, name, fields["function"]), **fields)
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and (fields := value.__dict__.get("answer"))
    ]


def _source(module: str, name: str, function: str) -> str:
    """Cut one function out of a module's text: without its marks, under another name."""
    node = next(
        node
        for node in ast.parse(module).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    lines = module.splitlines()[node.lineno - 1 : node.end_lineno]
    lines[0] = lines[0].replace(f"def {name}(", f"def {function}(", 1)
    return inspect.cleandoc("\n".join(lines)) if lines[0].startswith(" ") else "\n".join(lines)


def with_answers(notebook: NotebookNode, *answers: Answer) -> NotebookNode:
    """Write answers into a notebook.

    Args:
        notebook: The instructor's notebook; it stays as it is.
        answers: At most one for each function.

    Returns:
        A copy in which the cells that define the answers' functions hold the answers.

    Raises:
        CourseError: no solution cell defines an answer's function.
    """
    notebook = copy.deepcopy(notebook)
    for answer in answers:
        solution_cell(notebook, answer.function).source = answer.source
    return notebook


def solution_cell(notebook: NotebookNode, function: str) -> NotebookNode:
    """Find the cell in which the student writes a function.

    Raises:
        CourseError: there is none.
    """
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            tree = ast.parse(textwrap.dedent(cell.source))
            if any(isinstance(n, ast.FunctionDef) and n.name == function for n in tree.body):
                found: NotebookNode = cell
                return found
    raise CourseError(f"{function}: no solution cell defines this function")
