"""Are an exercise's tests strong? The kill matrix: which test catches which wrong answer."""

import copy
import re
from collections.abc import Iterator
from typing import NamedTuple

import nbgrader.preprocessors
from nbformat import NotebookNode
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

from grading.answers import Answer, load_answers, model_answer, with_answers
from grading.course import Course, Exercise
from grading.execution import Outcome, run_tests
from grading.fingerprints import named_misconceptions
from grading.release import prepare
from grading.source import read_source
from grading.tasks import Task, find_tasks


class Row(NamedTuple):
    """What the tests say about one answer."""

    answer: Answer
    outcome: Outcome
    """With all tests."""
    visible: Outcome
    """With those tests only that the student has."""

    @property
    def failed(self) -> list[str]:
        """The tests that it fails."""
        return [test for test, error in self.outcome.items() if error is not None]


class Strength(NamedTuple):
    """The kill matrix of one exercise."""

    exercise: str
    blank: Outcome
    """What the tests say about the release as it is."""
    alone: dict[str, Outcome]
    """Function → what the tests say when it is the only one written."""
    tasks: list[Task]
    """The functions to be written and their tests."""
    rows: list[Row]
    """The model solution first, then every answer."""
    misconceptions: list[str]

    def faults(self) -> Iterator[str]:
        """Say in one line each what makes these tests untrustworthy."""
        passed = [test for test, error in self.blank.items() if error is None]
        if passed:
            yield f"a blank notebook passes {', '.join(passed)}"
        for task in self.tasks:
            if any(self.alone[task.function][test] for test in task.tests):
                yield f"{task.function} cannot be done without the others"
        for row in self.rows:
            name = row.answer.name
            if row.answer.is_right and row.failed:
                yield f"{name} is right and fails {', '.join(row.failed)}: {_reason(row)}"
            if not row.answer.is_right and not row.failed:
                yield f"{name} is wrong and gets all points"
            if self.diagnosis(row) == "another":
                yield f"{name} is taken for another mistake"
            if self.diagnosis(row) == "none":
                yield f"{name} is not recognised"
        for test in self.blank:
            if not any(row.failed == [test] for row in self.rows):
                yield f"{test} is useless: no wrong answer fails it alone"
            if not any(row.visible[test] is None and row.outcome[test] for row in self.rows):
                yield f"{test} has no useful hidden test: what fails it, fails it visibly"

    def diagnosis(self, row: Row) -> str:
        """How a wrong answer's failures are explained.

        Returns:
            "named": by its own misconception, wherever the result has a fingerprint;
            "plain": by the message alone, because an error or a type says it all;
            "another" or "none": by another misconception, or not at all, although it has one.
            Empty for a right answer.
        """
        if row.answer.is_right:
            return ""
        errors = [error for error in row.outcome.values() if getattr(error, "prints", None)]
        named = [named_misconceptions(str(error), self.misconceptions) for error in errors]
        if not errors:
            return "plain"
        if any(not names for names in named):
            return "none"
        own = all(names == [row.answer.misconception] for names in named)
        return "named" if own else "another"


def measure(course: Course, exercise: Exercise) -> Strength:
    """Run every answer of an exercise through its tests.

    Raises:
        CourseError: the exercise or its answers cannot be used.
    """
    prepare(exercise)
    full = read_source(exercise.text)
    visible = _without(full, "ClearHiddenTests", course.config)
    answers = load_answers(exercise.answers, full)
    model = Answer("model solution", "", "")
    rows = []
    for answer in [model, *answers]:
        mine = [answer] if answer.function else []
        outcome = run_tests(with_answers(full, *mine), exercise.folder)
        seen = run_tests(with_answers(visible, *mine), exercise.folder)
        rows.append(Row(answer, outcome, seen))
    blank = _without(full, "ClearSolutions", course.config)
    tasks = find_tasks(full)
    alone = {
        name: run_tests(with_answers(blank, model_answer(full, name)), exercise.folder)
        for name in (task.function for task in tasks)
    }
    misconceptions = list(dict.fromkeys(a.misconception for a in answers if not a.is_right))
    outcome = run_tests(blank, exercise.folder)
    return Strength(exercise.name, outcome, alone, tasks, rows, misconceptions)


def _without(notebook: NotebookNode, preprocessor: str, config: Config) -> NotebookNode:
    """Take out what nbgrader takes out of a release."""
    clear = getattr(nbgrader.preprocessors, preprocessor)(config=config)
    cleared: NotebookNode = clear.preprocess(copy.deepcopy(notebook), {})[0]
    return cleared


def _reason(row: Row) -> str:
    text = next(str(error) for error in row.outcome.values() if error is not None)
    return re.sub(r"\s+", " ", text)


def show(strength: Strength, console: Console) -> None:
    """Print the matrix: ● caught by a visible test, ○ by a hidden one only."""
    table = Table(title=strength.exercise, title_justify="left")
    table.add_column("answer", no_wrap=True)
    for number in range(1, len(strength.blank) + 1):
        table.add_column(str(number), justify="center")
    table.add_column("explained")
    for row in strength.rows:
        marks = [
            ("●" if row.visible[test] else "○") if error else "·"
            for test, error in row.outcome.items()
        ]
        style = "green" if row.answer.is_right else ""
        table.add_row(row.answer.name, *marks, strength.diagnosis(row) or "right", style=style)
    console.print(table)
    tests = "  ".join(f"{number} {test}" for number, test in enumerate(strength.blank, 1))
    console.print(f"{tests}\n● caught at home  ○ only when graded")
    wrong = [row for row in strength.rows if not row.answer.is_right]
    right = [row for row in strength.rows if row.answer.is_right]
    named = [row for row in wrong if strength.diagnosis(row) == "named"]
    console.print(
        f"{sum(bool(row.failed) for row in wrong)} of {len(wrong)} wrong answers lose points, "
        f"{sum(not row.failed for row in right)} of {len(right)} right ones keep them all, "
        f"{len(named)} mistakes are named."
    )
