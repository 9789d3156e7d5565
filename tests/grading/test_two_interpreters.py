"""Two interpreters give our own exercises' answers the result that one interpreter gives."""

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from grading.answers import load_answers, with_answers
from grading.course import Exercise, find_exercises, open_course
from grading.execution import run_tests
from grading.source import read_source
from grading.submission import Assignment, grade
from tests.grading.mini import scores

ROOT = Path(__file__).parents[2]
EXERCISES = find_exercises(open_course(ROOT))


def as_bytes(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


@pytest.mark.parametrize("exercise", EXERCISES, ids=[exercise.name for exercise in EXERCISES])
def test_every_answer_passes_and_fails_the_same_tests(exercise: Exercise) -> None:
    model = read_source(exercise.text)
    files = {exercise.hints.name: exercise.hints.read_bytes()} if exercise.hints.exists() else {}
    assignment = Assignment(as_bytes(model), files)
    answers = load_answers(exercise.answers, model) if exercise.answers.exists() else []
    for notebook in [model, *(with_answers(model, answer) for answer in answers)]:
        one = run_tests(notebook, exercise.folder)
        two = grade(as_bytes(notebook), assignment)
        passed = {name for name, score in scores(two).items() if score}
        assert passed == {name for name, error in one.items() if error is None}
        said = {cell.name: cell.error for cell in two.cells if cell.kind == "test"}
        for name, error in one.items():
            assert (str(error).splitlines() or [""])[0] in said[name] or error is None
