"""The kill matrix: what the tests say about every wrong, right and blank answer."""

from collections import Counter

import pytest

from grading.course import Exercise
from grading.strength import Strength, measure
from tests.solutions.exercises import COURSE, EXERCISES, name

pytestmark = pytest.mark.xdist_group("strength")  # one process, so that it is measured once


@pytest.fixture(scope="module", params=EXERCISES, ids=name)
def matrix(request: pytest.FixtureRequest) -> Strength:
    exercise: Exercise = request.param
    return measure(COURSE, exercise)


def test_tests_can_be_trusted(matrix: Strength) -> None:
    assert list(matrix.faults()) == []


def test_there_are_enough_answers(matrix: Strength) -> None:
    answers = [row.answer for row in matrix.rows if row.answer.function]
    assert len({a.misconception for a in answers if not a.is_right}) >= 15
    right = Counter(answer.function for answer in answers if answer.is_right)
    wrong = Counter(answer.function for answer in answers if not answer.is_right)
    for task in matrix.tasks:
        assert right[task.function] >= 2
        assert wrong[task.function] >= 5


def test_a_wrong_answer_costs_nothing_in_other_tasks(matrix: Strength) -> None:
    tests = {task.function: task.tests for task in matrix.tasks}
    for row in matrix.rows:
        if not row.answer.is_right:
            assert set(row.failed) <= set(tests[row.answer.function]), row.answer.name


def test_most_mistakes_are_named_and_at_home(matrix: Strength) -> None:
    wrong = [row for row in matrix.rows if not row.answer.is_right]
    named = [row for row in wrong if matrix.diagnosis(row) == "named"]
    at_home = [row for row in wrong if any(row.visible.values())]
    assert len(named) >= 0.9 * len(wrong)
    assert len(at_home) >= 0.9 * len(wrong)


def test_a_message_names_its_own_mistake_only(matrix: Strength) -> None:
    assert all(matrix.diagnosis(row) in ("named", "plain", "") for row in matrix.rows)
