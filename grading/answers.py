"""Named answers to an exercise: plausible wrong ones, and right ones written differently.

A ``wrong_answers.py`` holds functions marked with :func:`right` or :func:`wrong`, and wrong
answers that :func:`change` a right one. An answer is put as text into the cell where the student
writes the function.
"""

import ast
import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import NamedTuple, TypeVar

from nbformat import NotebookNode

from grading.errors import CourseError
from grading.tasks import solution_cell

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

    @property
    def is_right(self) -> bool:
        """Whether this answer deserves all points."""
        return not self.misconception


class Change(NamedTuple):
    """A wrong answer, written as its difference to a right one."""

    base: object
    """Name of the student's function, for the model solution, or a function marked as right."""
    edits: Mapping[str, str]
    """Old text → new text."""
    words: Mapping[str, str]
    """Misconception, hint and section, as in :class:`Answer`."""


def wrong(function: str, *, misconception: str, hint: str, section: str) -> Callable[[F], F]:
    """Mark a function as a wrong answer; the arguments are the fields of :class:`Answer`."""
    words = {"misconception": misconception, "hint": hint, "section": section}
    return _mark({"function": function, **words})


def change(
    base: str | Callable[..., object],
    edits: Mapping[str, str],
    *,
    misconception: str,
    hint: str,
    section: str,
) -> Change:
    """Make a wrong answer from a right one.

    Args:
        base: A function marked as right, or the name of the student's function, which means
            the model solution.
        edits: Old text → new text; each old text occurs exactly once.
        misconception: As in :class:`Answer`, like the other two.
        hint: What helps.
        section: Where to read again.
    """
    words = {"misconception": misconception, "hint": hint, "section": section}
    return Change(base, edits, words)


def right(function: str) -> Callable[[F], F]:
    """Mark a function as a right answer that is written differently from the model solution."""
    return _mark({"function": function})


def _mark(fields: Mapping[str, str]) -> Callable[[F], F]:
    def mark(answer: F) -> F:
        answer.__dict__["answer"] = dict(fields)
        return answer

    return mark


def load_answers(path: Path, notebook: NotebookNode) -> list[Answer]:
    """Read the answers of a ``wrong_answers.py``, in their order there.

    Args:
        path: The file.
        notebook: The instructor's notebook, for the model solution.

    Raises:
        CourseError: the file is missing, cannot be run, or changes what is not there.
    """
    text, values = _run(path)
    answers = []
    for name, value in values.items():
        if isinstance(value, FunctionType) and "answer" in value.__dict__:
            fields = value.__dict__["answer"]
            answers.append(Answer(name, source=_source(text, value, fields["function"]), **fields))
        elif isinstance(value, Change):
            answers.append(_changed(name, value, text, notebook))
    return answers


def _run(path: Path) -> tuple[str, dict[str, object]]:
    if not path.is_file():
        raise CourseError(f"{path}: no such file")
    text = path.read_text(encoding="utf-8")
    values: dict[str, object] = {"__name__": path.stem}
    try:
        exec(compile(text, str(path), "exec"), values)  # noqa: S102 - the instructor's own file
    except Exception as error:
        # the file is a program: anything can happen in it
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    return text, values


def _changed(name: str, wanted: Change, text: str, notebook: NotebookNode) -> Answer:
    if isinstance(wanted.base, FunctionType) and "answer" in wanted.base.__dict__:
        function = wanted.base.__dict__["answer"]["function"]
        source = _source(text, wanted.base, function)
    else:
        function = str(wanted.base)
        source = model_answer(notebook, function).source
    for old, new in wanted.edits.items():
        if source.count(old) != 1:
            raise CourseError(f"{name}: {old!r} occurs {source.count(old)} times, expected once")
        source = source.replace(old, new)
    return Answer(name, function, source, **wanted.words)


def _source(module: str, answer: FunctionType, function: str) -> str:
    """Cut one function out of a module's text: without its marks, under another name."""
    node = next(
        node
        for node in ast.parse(module).body
        if isinstance(node, ast.FunctionDef) and node.name == answer.__name__
    )
    lines = module.splitlines()[node.lineno - 1 : node.end_lineno]
    lines[0] = lines[0].replace(f"def {node.name}(", f"def {function}(", 1)
    return "\n".join(lines)


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


def model_answer(notebook: NotebookNode, function: str) -> Answer:
    """Take the model solution of a function as an answer.

    Raises:
        CourseError: no solution cell defines the function.
    """
    lines = solution_cell(notebook, function).source.splitlines()
    source = "\n".join(line for line in lines if not line.strip().startswith("### "))
    return Answer("model_solution", function, source)
