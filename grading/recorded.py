"""What the grader recorded beside nbgrader's gradebook, summed up over a class."""

import statistics
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from nbgrader.api import Gradebook
from sqlalchemy import inspect, select

from grading.recorder import RUNS
from grading.steps import ADDED, SOLUTION, TEST

About = Mapping[str, Any]
"""As the recorder writes it."""


class Timing(NamedTuple):
    """Seconds of wall time where the submissions were graded."""

    median: float
    """Of one submission."""
    slowest: float
    slowest_student: str
    total: float
    parts: dict[str, float]
    """Where the total went."""


def read_runs(gradebook: Gradebook, assignment: str) -> dict[str, About]:
    """Read what was recorded of each student; nothing where plain nbgrader graded."""
    if not inspect(gradebook.engine).has_table(RUNS.name):
        return {}
    rows = select(RUNS.c.student, RUNS.c.about).where(RUNS.c.assignment == assignment)
    with gradebook.engine.connect() as connection:
        return {row.student: row.about for row in connection.execute(rows)}


def reasons(about: About) -> list[str]:
    """Say why somebody should look at a submission; each reason once."""
    found = list(about["flags"])
    for name, notebook in about["notebooks"].items():
        found += [f"{name}: nothing to grade: {notebook['reason']}"] if notebook["reason"] else []
        found += [flag for flag in notebook["flags"] if flag != notebook["reason"]]
    return list(dict.fromkeys(found))


def ways(runs: Mapping[str, About]) -> dict[str, int]:
    """Count how notebooks were run."""
    notebooks = [one for about in runs.values() for one in about["notebooks"].values()]
    return dict(Counter(map(_way, notebooks)).most_common())


def _way(notebook: Mapping[str, Any]) -> str:
    if notebook["reason"]:
        return "not run, there was nothing to grade"
    place = "in the sandbox" if notebook["sandboxed"] else "WITHOUT A SANDBOX"
    how = {1: ", tests in the student's interpreter", 2: ", tests in an interpreter of their own"}
    return place + how.get(notebook.get("interpreters", 0), "")


def timing(runs: Mapping[str, About]) -> Timing | None:
    """Sum up the time; None where none was recorded."""
    totals = {
        student: sum(one["seconds"]["total"] for one in about["notebooks"].values())
        for student, about in runs.items()
    }
    if not totals:
        return None
    slowest = max(totals, key=lambda student: totals[student])
    total = sum(totals.values())
    parts: Counter[str] = Counter()
    for about in runs.values():
        for notebook in about["notebooks"].values():
            parts["starting the interpreters"] += notebook["seconds"].get("start", 0.0)
            for cell in notebook["cells"]:
                parts[_part(cell["kind"])] += cell["seconds"]
    rest = max(0.0, total - sum(parts.values()))
    parts["the rest: reading, waiting, writing"] += rest
    return Timing(statistics.median(totals.values()), totals[slowest], slowest, total, dict(parts))


def _part(kind: str) -> str:
    if kind == TEST:
        return "tests, with the students' functions that they call"
    return "the students' cells" if kind in (SOLUTION, ADDED) else "the given cells"
