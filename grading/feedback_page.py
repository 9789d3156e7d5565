"""A graded notebook as one HTML page that needs nothing else."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task

from grading.feedback_clean import clean_code, clean_html, clean_markdown, equation
from grading.harmless import clean

MAX_TEXT = 100_000
"""Characters of one output that are shown."""
_OWN_WORDS = ("MismatchError", "NotRunError")
"""Errors whose message says it all."""
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")

_FOLDER = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class About(NamedTuple):
    """What stands above the cells."""

    assignment: str
    notebook: str
    student: str
    """Name, or id where there is no name."""
    score: float
    """Points after the penalty for being late."""
    max_score: float
    late_penalty: float
    flags: tuple[str, ...]
    """What a human should look at, such as why nothing was graded."""


class _Output(NamedTuple):
    kind: str
    """``text``, ``error``, ``html``, ``picture`` or ``left out``."""
    content: str | Markup
    more: str = ""
    """The traceback of an error."""


class _Cell(NamedTuple):
    anchor: str
    label: str
    """What it is, for a cell of the assignment that has a name."""
    name: str
    code: bool
    content: Markup
    outputs: list[_Output]
    points: float | None
    """None for a cell without points."""
    score: float
    waiting: bool
    """Whether a person has yet to grade it."""
    comment: Markup

    @property
    def said(self) -> list[str | Markup]:
        """What its errors say."""
        return [output.content for output in self.outputs if output.kind == "error"]


def make_page(notebook: NotebookNode, about: About) -> str:
    """Write the feedback on one notebook.

    Args:
        notebook: The graded notebook, with scores and comments in ``metadata.nbgrader`` as
            nbgrader's ``GetGrades`` leaves them, and ``waiting`` where a person has yet to grade.
        about: What stands above it.

    Returns:
        The page. It loads nothing and runs nothing: its content policy forbids both.
    """
    language = str(notebook.metadata.get("language_info", {}).get("name", "python"))
    cells = [_cell(cell, index, language) for index, cell in enumerate(notebook.cells)]
    css = (_FOLDER / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return _TEMPLATES.get_template("feedback.html.j2").render(
        about=about,
        cells=cells,
        css=Markup(css),  # noqa: S704 - our own
        policy="default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{digest}'",
        points=lambda value: f"{round(float(value), 2):g}",
    )


def _cell(cell: NotebookNode, index: int, language: str) -> _Cell:
    marks = cell.metadata.get("nbgrader", {})
    code = cell.cell_type == "code"
    content = (
        clean_code(cell.source, language)
        if code
        else clean_markdown(cell.source, cell.get("attachments"))
    )
    return _Cell(
        anchor=f"cell-{index + 1}",
        label=_label(cell),
        name=str(marks.get("grade_id", "")),
        code=code,
        content=content,
        outputs=[shown for output in cell.get("outputs", []) if (shown := _output(output))],
        points=marks.get("points") if "score" in marks else None,
        score=marks.get("score", 0.0),
        waiting=bool(marks.get("waiting")),
        comment=clean_markdown(str(marks.get("comment") or "")),
    )


def _label(cell: NotebookNode) -> str:
    if is_task(cell):
        return "Task"
    if is_solution(cell):
        return "Your answer"
    return "Test" if is_grade(cell) else ""


def _output(output: NotebookNode) -> _Output | None:
    if output.output_type == "stream":
        return _Output("text", _text(output.text))
    if output.output_type == "error":
        return _error(output)
    return _display(output.get("data", {}))


def _error(output: NotebookNode) -> _Output:
    name, value = _text(output.ename), _text(output.evalue)
    message = value if name in _OWN_WORDS else f"{name}: {value}".removesuffix(": ")
    traceback = _text("\n".join(map(str, output.traceback)))
    return _Output("error", message, "" if traceback.strip() == value.strip() else traceback)


def _display(data: dict[str, Any]) -> _Output | None:
    """Show the best form of an output that can do no harm."""
    for kind in _PICTURES:
        content = data.get(kind)
        if isinstance(content, str) and _BASE64.fullmatch(content):
            return _Output("picture", f"data:{kind};base64,{''.join(content.split())}")
    forms: dict[str, Callable[[str], Markup]] = {
        "text/html": clean_html,
        "text/markdown": clean_markdown,
        "text/latex": lambda text: equation(text.strip().strip("$"), "block"),
    }
    for kind, form in forms.items():
        content = data.get(kind)
        if isinstance(content, str) and len(content) <= MAX_TEXT and (shown := form(content)):
            return _Output("html", shown)
    if isinstance(data.get("text/plain"), str):
        return _Output("text", _text(data["text/plain"]))
    return _Output("left out", ", ".join(map(str, data))) if data else None


def _text(text: object) -> str:
    return clean(str(text), MAX_TEXT)
