"""What grading one submission gives: a value that says everything, failure included."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from grading.shell import Output, error_output
from grading.steps import SETUP, TEST, TEXT, Step


class CellOutcome(NamedTuple):
    """How one cell went."""

    name: str
    """Its ``grade_id``; empty for a cell of the student's own."""
    kind: str
    """As in :class:`grading.steps.Step`."""
    error: str
    """Its error in one line; empty when it ran through."""
    seconds: float
    """Wall time."""


class Result(NamedTuple):
    """One graded submission."""

    notebook: str
    """The executed notebook: the instructor's cells, the student's answers, our outputs."""
    cells: tuple[CellOutcome, ...]
    """All code cells in order."""
    flags: tuple[str, ...]
    """What a human should look at."""
    reason: str
    """Why there was nothing to run; empty otherwise."""
    sandboxed: bool
    """Whether the student's code was shut in."""
    interpreters: int
    """2 when the tests ran where no line of the student's did; 1 is weaker, as the student's own
    process then says how the tests went."""
    seconds: Mapping[str, float]
    """Wall time by part: ``start``, ``run`` and ``total``."""


class Ran(NamedTuple):
    """What running one cell gave."""

    outputs: list[Output]
    seconds: float


def make_notebook(instructor: bytes, steps: Sequence[Step], ran: Mapping[int, Ran]) -> str:
    """Write the executed notebook.

    Args:
        instructor: Where everything but cells comes from.
        steps: The cells.
        ran: By position in ``steps``. A test that is not in it did not run, and fails.
    """
    notebook = json.loads(instructor)
    ids = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): cell.get("id")
        for cell in notebook["cells"]
    }
    cells: list[dict[str, Any]] = []
    for index, step in enumerate(steps):
        if step.kind == SETUP:
            continue  # the student's copy of it stands in its place
        cell: dict[str, Any] = {
            "id": (step.name and ids.get(step.name)) or f"cell-{index}",
            "cell_type": step.cell_type,
            "metadata": step.metadata,
            "source": step.source,
        }
        if step.cell_type == "code":
            outputs = outputs_of(step, ran.get(index))
            count = index + 1 if index in ran else None
            cell |= {"execution_count": count, "outputs": outputs}
            for output in outputs:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
        cells.append(cell)
    notebook |= {"cells": cells, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair fits in no file


def outputs_of(step: Step, ran: Ran | None) -> list[Output]:
    """Return a cell's outputs.

    A test that did not run has an error, or it would pass. So has one that shows a number which is
    no part of its points: nbgrader stops at some of these and gives all points for others.
    """
    if step.kind != TEST:
        return ran.outputs if ran is not None else []
    if ran is None:
        text = "This test did not run."
        return [error_output("NotRunError", text, [text])]
    points = float(step.metadata["nbgrader"]["points"])
    if all(map(partial(_may_be_credit, points), ran.outputs)):
        return ran.outputs
    text = f"This test shows a value that is not partial credit from 0 to {points:g}."
    return [error_output("CreditError", text, [text])]


def _may_be_credit(points: float, output: Output) -> bool:
    if output["output_type"] != "execute_result":
        return True
    text = output["data"].get("text/plain", "")
    try:
        return 0 <= float(text) <= points
    except ValueError:
        return bool(text)  # nbgrader takes a text for a test that passed


def outcomes(steps: Sequence[Step], ran: Mapping[int, Ran]) -> tuple[CellOutcome, ...]:
    """Sum up how the code cells went."""
    return tuple(
        CellOutcome(step.name, step.kind, _error(step, ran.get(index)), _seconds(ran.get(index)))
        for index, step in enumerate(steps)
        if step.cell_type == "code" and step.kind != TEXT
    )


def _seconds(ran: Ran | None) -> float:
    return ran.seconds if ran else 0.0


def _error(step: Step, ran: Ran | None) -> str:
    for output in outputs_of(step, ran):
        if output["output_type"] == "error":
            text = f"{output['ename']}: {output['evalue']}".strip(": \n")
            return text.splitlines()[0] if text else "error"
    return ""
