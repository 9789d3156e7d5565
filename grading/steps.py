"""From a submission to what is to be done: whose cells run, where, in which order.

Everything but the source of the student's own cells comes from the instructor's notebook.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

from grading.syntax import syntax_tree

GIVEN, SOLUTION, ADDED, TEST, SETUP, TEXT = "given", "solution", "added", "test", "setup", "text"


class Step(NamedTuple):
    """One cell of the notebook that is made."""

    kind: str
    """``given`` and ``test`` are the instructor's, ``solution`` and ``added`` the student's code.
    ``setup`` is a cell that nbgrader does not know: the student's interpreter runs the student's
    copy of it, which is ``added``, and the referee the instructor's. ``text`` is not run."""
    name: str
    """Its ``grade_id``; empty when it has none."""
    source: str
    """Its text."""
    cell_type: str
    """As in the notebook."""
    metadata: dict[str, Any]
    """The instructor's; empty for an added cell."""
    defines: tuple[str, ...] = ()
    """Names that the student has to define in it."""
    uses: tuple[str, ...] = ()
    """Names that occur in a cell of the instructor's."""


class Plan(NamedTuple):
    """A submission, taken apart."""

    steps: list[Step]
    """In the order in which they run."""
    flags: list[str]
    """What a human might want to look at."""


class Template(NamedTuple):
    """The instructor's notebook, into which the answers of all submissions are put."""

    steps: tuple[Step, ...]
    """Its cells, without anything in the student's."""
    names: tuple[str, ...]
    """Of its cells, in order."""
    modules: tuple[str, ...]
    """What its cells without points import."""
    language: str
    """Of its kernel; Python where it does not say."""


class IntakeError(Exception):
    """There is nothing to grade; the text says why."""


class _Cell(NamedTuple):
    name: str
    cell_type: str
    source: str


def plan(instructor: bytes, submitted: bytes, max_bytes: int) -> Plan:
    """Decide what runs.

    Args:
        instructor: The instructor's notebook, with solutions and hidden tests.
        submitted: The student's file, whatever it is.
        max_bytes: A larger file is not read.

    Raises:
        IntakeError: the submission is not a notebook.
    """
    theirs, flags = _read(submitted, max_bytes)
    ours = template(instructor)
    known = set(ours.names)
    answers = _answers(theirs, known, flags)
    added = _added(theirs, known, answers)
    steps = list(_fill(ours, answers, added))
    missing = [step.name for step in steps if step.kind == SOLUTION and step.name not in answers]
    if missing:
        flags.append(f"solution cells missing: {', '.join(missing)}")
    if list(answers) != [name for name in ours.names if name in answers]:
        flags.append("cells in another order; they ran in the order of the assignment")
    return Plan(steps, flags)


def blank(instructor: bytes) -> list[Step]:
    """Return the steps of a submission in which there is nothing."""
    return list(_fill(template(instructor), {}, {}))


@lru_cache(maxsize=16)
def template(instructor: bytes) -> Template:
    """Take the instructor's notebook apart, once for a whole class as its code is slow to read."""
    notebook = json.loads(instructor)
    steps = tuple(map(_step, notebook["cells"]))
    names = tuple(step.name for step in steps if step.name)
    imported = [step.source for step in steps if step.kind in (GIVEN, SETUP)]
    modules = tuple(sorted({name for source in imported for name in _imported(source)}))
    language = notebook["metadata"].get("kernelspec", {}).get("language", "python")
    # an unnamed text is the student's to change: their copy of it is among their own cells
    kept = tuple(step for step in steps if step.name or step.cell_type == "code")
    return Template(kept, names, modules, language)


def _step(cell: dict[str, Any]) -> Step:
    data, source = cell["metadata"].get("nbgrader", {}), _source(cell)
    name = str(data.get("grade_id", ""))
    if cell["cell_type"] != "code":
        source = "" if _is_answer(cell["metadata"]) else source
        return Step(TEXT, name, source, cell["cell_type"], dict(cell["metadata"]))
    kind = GIVEN if name else SETUP
    defines: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    if _is_answer(cell["metadata"]):
        kind, source, defines = SOLUTION, "", _defined(source)
    else:
        kind = TEST if data.get("grade") is True else kind
        uses = _used(source)
    return Step(kind, name, source, "code", dict(cell["metadata"]), defines, uses)


def _is_answer(metadata: dict[str, Any]) -> bool:
    data = metadata.get("nbgrader", {})
    return data.get("solution") is True


def _fill(ours: Template, answers: dict[str, str], added: dict[str, list[_Cell]]) -> Iterator[Step]:
    yield from _own(added.get("", []))
    for step in ours.steps:
        if _is_answer(step.metadata):
            yield step._replace(source=answers.get(step.name, ""))
        else:
            yield step
        yield from _own(added.get(step.name, []) if step.name else [])


def _own(cells: list[_Cell]) -> Iterator[Step]:
    for cell in cells:
        yield Step(ADDED if cell.cell_type == "code" else TEXT, "", cell.source, cell.cell_type, {})


def _read(submitted: bytes, max_bytes: int) -> tuple[list[_Cell], list[str]]:
    """Read a hostile notebook, of format 3 or 4, without more of it than is needed."""
    if len(submitted) > max_bytes:
        raise IntakeError(f"the file has {len(submitted)} bytes, at most {max_bytes} are read")
    if not submitted.strip():
        raise IntakeError("the file is empty")
    try:
        notebook = json.loads(submitted.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise IntakeError(f"the file is not JSON ({str(error)[:100]})") from None
    if not isinstance(notebook, dict):
        raise IntakeError("the file is not a notebook")
    raw, flags = notebook.get("cells"), []
    if raw is None and isinstance(notebook.get("worksheets"), list):
        flags.append("the notebook has the old format 3")
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(raw, list):
        raise IntakeError("the file is not a notebook: it has no cells")
    cells = [_student_cell(cell) for cell in raw if isinstance(cell, dict)]
    if len(cells) < len(raw):
        flags.append("some cells are not cells")
    return cells, flags


def _student_cell(cell: dict[str, Any]) -> _Cell:
    metadata = cell.get("metadata")
    data = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = data.get("grade_id") if isinstance(data, dict) else None
    cell_type = "code" if cell.get("cell_type") == "code" else "markdown"
    return _Cell(name if isinstance(name, str) else "", cell_type, _source(cell))


def _answers(theirs: list[_Cell], known: set[str], flags: list[str]) -> dict[str, str]:
    """Source by name, in order; of two cells with one name the last counts, as in nbgrader."""
    named = [cell for cell in theirs if cell.name in known]
    for name, count in Counter(cell.name for cell in named).items():
        if count > 1:
            flags.append(f"cell {name} is there more than once; the last counts")
    return {cell.name: cell.source for cell in named}


def _added(theirs: list[_Cell], known: set[str], answers: dict[str, str]) -> dict[str, list[_Cell]]:
    """Cells of the student's own, by the name of the instructor's cell before them."""
    last = {cell.name: index for index, cell in enumerate(theirs) if cell.name in answers}
    added: dict[str, list[_Cell]] = {}
    anchor = ""
    for index, cell in enumerate(theirs):
        if cell.name in known and last[cell.name] == index:
            anchor = cell.name
        elif cell.source.strip():
            added.setdefault(anchor, []).append(cell)
    return added


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    # half a surrogate pair can stand in JSON, but in no file
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _defined(source: str) -> tuple[str, ...]:
    """Names that a cell binds at its top level."""
    names: dict[str, None] = {}
    todo: list[ast.AST] = [parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = None
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
        if not isinstance(
            node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
        ):
            todo += ast.iter_child_nodes(node)
    return tuple(names)


def _used(source: str) -> tuple[str, ...]:
    """Names that a cell reads and does not bind itself."""
    nodes = ast.walk(parse(source))
    names = dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name))
    own = _defined(source)
    return tuple(name for name in names if name not in own)


def _imported(source: str) -> Iterator[str]:
    """Modules that a cell imports."""
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def parse(source: str) -> ast.AST:
    """Read the code of a cell, magics included; nothing when it is not Python."""
    try:
        transformer = TransformerManager()  # type: ignore[no-untyped-call]  # IPython has no types
        return syntax_tree(transformer.transform_cell(source))
    except SyntaxError:
        return ast.Module([], [])  # the cell says so itself when it runs
