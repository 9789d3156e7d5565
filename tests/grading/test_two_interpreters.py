"""Two interpreters give our own exercises' answers the result that one interpreter gives."""

import copy
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from grading.answers import Answer, load_answers, with_answers
from grading.course import Exercise, find_exercises, open_course
from grading.execution import run_tests
from grading.settings import read_settings
from grading.source import read_source
from grading.submission import Assignment, grade
from grading.tasks import find_tasks
from tests.grading.mini import scores
from tests.grading.package_answers import CALLS

ROOT = Path(__file__).parents[2]
COURSE = open_course(ROOT)
EXERCISES = find_exercises(COURSE)


each_exercise = pytest.mark.parametrize(
    "exercise", EXERCISES, ids=[exercise.name for exercise in EXERCISES]
)


def as_bytes(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def assignment_of(exercise: Exercise, model: NotebookNode) -> Assignment:
    files = {exercise.hints.name: exercise.hints.read_bytes()} if exercise.hints.exists() else {}
    return Assignment(as_bytes(model), files)


def together(model: NotebookNode, answers: list[Answer]) -> Iterator[NotebookNode]:
    """All answers, in as few notebooks as there are answers to one function."""
    by_function: dict[str, list[Answer]] = {}
    for answer in answers:
        by_function.setdefault(answer.function, []).append(answer)
    for chosen in zip_longest(*by_function.values()):
        yield with_answers(model, *filter(None, chosen))


@each_exercise
def test_every_answer_passes_and_fails_the_same_tests(exercise: Exercise) -> None:
    model = read_source(exercise.text)
    assignment = assignment_of(exercise, model)
    settings = read_settings(COURSE, exercise.name)
    answers = load_answers(exercise.answers, model) if exercise.answers.exists() else []
    for notebook in [model, *together(model, answers)]:
        one = run_tests(notebook, exercise.folder)
        two = grade(as_bytes(notebook), assignment, settings)
        assert two.flags == ()
        passed = {name for name, score in scores(two).items() if score}
        assert passed == {name for name, error in one.items() if error is None}
        said = {cell.name: cell.error for cell in two.cells if cell.kind == "test"}
        for name, error in one.items():
            assert (str(error).splitlines() or [""])[0] in said[name] or error is None


@each_exercise
def test_calling_the_package_is_no_answer(exercise: Exercise) -> None:
    model = read_source(exercise.text)
    first = copy.deepcopy(next(cell for cell in model.cells if cell.id == "given"))
    first.id = first.metadata["nbgrader"]["grade_id"] = "package"
    first.source = "import rnncore"
    model.cells.insert(0, first)  # the package is there, whatever the exercise imports
    calls = CALLS[exercise.name]
    answers = [Answer(name, name, source.strip()) for name, source in calls.items()]
    submitted = with_answers(model, *answers)
    there = run_tests(submitted, exercise.folder)
    for task in find_tasks(model):
        passed = [test for test in task.tests if there[test] is None]
        assert passed, f"{task.function} is no call that works"
    settings = read_settings(COURSE, exercise.name)
    withheld = scores(grade(as_bytes(submitted), assignment_of(exercise, model), settings))
    tests = {test for task in find_tasks(model) if task.function in calls for test in task.tests}
    assert {test for test, score in withheld.items() if not score} == tests
