"""Feedback without hidden tests and mark schemes: neither their source nor what quotes it."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from nbgrader.utils import is_locked
from traitlets.config.loader import Config

INSTEAD = "(hidden test)"
"""Stands where a line of a hidden test was quoted."""
_SHORTEST = 8  # characters; a shorter line of a test is no secret, and occurs by chance
_QUOTED = re.compile(r"\s*-*>\s*\d+ (?P<line>.*)")


def leave_out_hidden_tests(notebook: NotebookNode, config: Config) -> None:
    """Take hidden tests and mark schemes out of a graded notebook.

    A failed test of which something was hidden keeps its message, but of its traceback only the
    line that failed, if that is not hidden. Anywhere else a hidden line is replaced. What a test
    says is meant for the student, and stays.

    Args:
        notebook: The graded notebook; it is changed.
        config: The course's settings, for the delimiters (``c.ClearHiddenTests`` and
            ``c.ClearMarkScheme``).
    """
    before = [_lines(cell) for cell in notebook.cells]
    cleared = [_clear(cell, config) for cell in notebook.cells]
    visible = set().union(*map(_lines, notebook.cells))
    hidden = set().union(*before) - visible
    for cell, was_cleared in zip(notebook.cells, cleared, strict=True):
        for output in cell.get("outputs", []):
            if was_cleared and output.output_type == "error":
                output.traceback = _message(output, _lines(cell))
    mask = _masked(hidden)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.update({key: _in_all(value, mask) for key, value in output.items()})


def _lines(cell: NotebookNode) -> set[str]:
    return {stripped for line in cell.source.split("\n") if (stripped := line.strip())}


def _clear(cell: NotebookNode, config: Config) -> bool:
    """Take the hidden part out of a cell; return whether there was one."""
    if not is_locked(cell):
        return False  # a student may write the delimiters as well
    source = cell.source
    for clear in (ClearHiddenTests(config=config), ClearMarkScheme(config=config)):
        try:
            clear.preprocess_cell(cell, {}, 0)
        except RuntimeError:  # no end of it, or in a cell without points
            if cell.source == source:
                cell.source = ""
    return bool(cell.source != source)


def _message(output: NotebookNode, visible: set[str]) -> list[str]:
    """Write a traceback that quotes no line but visible ones of the test itself."""
    traceback = strip_ansi("\n".join(output.traceback)).split("\n")
    failed = [match["line"].strip() for line in traceback if (match := _QUOTED.fullmatch(line))]
    return [f"in: {line if line in visible else INSTEAD}" for line in failed[:1]]


def _masked(hidden: set[str]) -> Callable[[str], str]:
    """Return a function that replaces hidden lines, also as ``repr`` and HTML write them."""
    forms = {form for line in hidden if len(line) >= _SHORTEST for form in _written(line)}
    if not forms:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    return lambda text: pattern.sub(INSTEAD, strip_ansi(text) if "\x1b" in text else text)


def _written(line: str) -> Iterator[str]:
    yield line
    yield repr(line)[1:-1]
    yield html.escape(line)
    yield html.escape(line, quote=False)


def _in_all(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_in_all(item, mask) for item in value]
    if isinstance(value, dict):
        texts = {key: item for key, item in value.items() if not key.startswith("image/")}
        return type(value)({**value, **{key: _in_all(item, mask) for key, item in texts.items()}})
    return value
