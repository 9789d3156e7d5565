"""Answers are put as text into the cell of their function."""

from pathlib import Path

import pytest

from grading.answers import load_answers, with_answers
from grading.errors import CourseError
from grading.source import read_source
from grading.tasks import find_tasks, solution_cell
from tests.grading.toy import ANSWERS, toy_course


def test_marked_functions_and_changes_become_code_of_the_students_function(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    answers = load_answers(exercise.answers, read_source(exercise.text))
    assert [(a.name, a.is_right, a.source) for a in answers] == [
        ("by_product", True, "def double(x):\n    return 2 * x"),
        ("square", False, "def double(x):\n    return x * x"),
        ("no_sum", False, "def double(x):\n    return x"),
    ]
    assert (answers[1].misconception, answers[1].hint, answers[1].section) == (
        "x is squared",
        "Add.",
        "page#label",
    )


def test_answer_replaces_the_solution_and_nothing_else(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    notebook = read_source(exercise.text)
    answer = load_answers(exercise.answers, notebook)[0]
    filled = with_answers(notebook, answer)
    assert solution_cell(filled, "double").source == answer.source
    assert notebook == read_source(exercise.text)
    assert [a.source for a in filled.cells if a.id != "double"] == [
        a.source for a in notebook.cells if a.id != "double"
    ]


def test_tests_belong_to_the_task_before_them(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    assert find_tasks(read_source(exercise.text)) == [("double", ["test-double"], 2)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{"x + x": "x"}', '{"y": "x"}', "no_sum: 'y' occurs 0 times, expected once"),
        ('{"x + x": "x"}', '{"x": "y"}', "no_sum: 'x' occurs 3 times, expected once"),
        (
            'change(\n    "double"',
            'change("triple"',
            "triple: no solution cell defines this function",
        ),
        ("return 2 * x", "return 2 *", "SyntaxError"),
        ('section="page#label"', "", "TypeError"),
    ],
)
def test_unusable_answers_are_said_in_one_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    _, exercise = toy_course(tmp_path, answers=ANSWERS.replace(old, new))
    with pytest.raises(CourseError) as caught:
        load_answers(exercise.answers, read_source(exercise.text))
    assert words in str(caught.value)


def test_missing_answers_are_said_in_one_line(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    exercise.answers.unlink()
    with pytest.raises(CourseError, match="no such file"):
        load_answers(exercise.answers, read_source(exercise.text))
