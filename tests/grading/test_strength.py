"""Weak tests are found: each of their faults, and no other."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from grading.strength import measure, show
from tests.grading.toy import ANSWERS, SOLUTION, TEST, TEXT, cell, toy_course

# Named by hand here what a test's own module would name: protocol of grading.fingerprints.
NAMING = cell(
    "test-double",
    """class Wrong(AssertionError):
    def __init__(self, test, got, words):
        super().__init__(words)
        self.test, self.prints = test, {"y": [float(got)]}


words = {9: "SQUARED", 3: "ALONE"}
if double(3) != 6:
    raise Wrong("three", double(3), f"This is what comes out when {words[double(3)]}.")
### BEGIN HIDDEN TESTS
assert double(2) != 2
assert double(0.5) == 1
### END HIDDEN TESTS""",
    points=2,
)
HIDDEN_ONLY = """
late = change(
    "double", {"x + x": "x + x if x > 1 else 0"}, misconception="z", hint="z.", section="z#z"
)
"""


def faults(root: Path, test: str = TEST, answers: str = ANSWERS + HIDDEN_ONLY) -> list[str]:
    course, exercise = toy_course(root, TEXT.replace(TEST, test), answers)
    return list(measure(course, exercise).faults())


def named(square: str, alone: str) -> str:
    return NAMING.replace("SQUARED", square).replace("ALONE", alone)


def test_strong_tests_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, named("x is squared", "x is left alone")) == []


def test_wrong_answer_with_all_points_is_found(tmp_path: Path) -> None:
    weak = TEST.replace("double(3) == 6", "double(2) == 4").replace("double(4) == 8", "True")
    assert "square is wrong and gets all points" in faults(tmp_path, weak)


def test_right_answer_that_loses_points_is_found(tmp_path: Path) -> None:
    picky = TEST.replace("'three'", "'three'\nassert type(double(1.5)) is int")
    found = faults(tmp_path, picky)
    assert any(fault.startswith("by_product is right and fails test-double") for fault in found)


def test_points_for_a_blank_notebook_are_found(tmp_path: Path) -> None:
    course, exercise = toy_course(tmp_path, TEXT + cell("free", "pass", points=1))
    found = list(measure(course, exercise).faults())
    assert "a blank notebook passes free" in found
    assert "free is useless: no wrong answer fails it alone" in found


def test_mistake_taken_for_another_and_mistake_not_recognised_are_found(tmp_path: Path) -> None:
    found = faults(tmp_path, named("x is left alone", "nothing known"))
    assert "square is taken for another mistake" in found
    assert "no_sum is not recognised" in found


def test_useless_hidden_test_is_found(tmp_path: Path) -> None:
    found = faults(tmp_path, TEST, ANSWERS)
    assert found == [
        "test-double has no useful hidden test: what fails it, fails it visibly",
    ]


def test_task_that_needs_another_one_is_found(tmp_path: Path) -> None:
    second = SOLUTION.replace("def double(x)", "def triple(x)").replace("x + x", "double(x) + x")
    text = (
        TEXT
        + second.replace("grade_id: double", "grade_id: triple")
        + cell("test-triple", "assert triple(2) == 6", points=1)
    )
    course, exercise = toy_course(tmp_path, text)
    assert "triple cannot be done without the others" in list(measure(course, exercise).faults())


@pytest.mark.parametrize("noise", ["warnings.warn('x')", "sys.stderr.write('x')"])
def test_noise_on_stderr_costs_points_as_in_nbgrader(tmp_path: Path, noise: str) -> None:
    found = faults(tmp_path, TEST.replace("'three'", f"'three'\nimport sys, warnings\n{noise}"))
    assert any("by_product is right and fails" in fault for fault in found)


def test_matrix_shows_every_answer_and_the_totals(tmp_path: Path) -> None:
    course, exercise = toy_course(tmp_path)
    console = Console(file=io.StringIO(), width=120)
    show(measure(course, exercise), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for name in ("model solution", "by_product", "square", "no_sum"):
        assert name in text
    assert "2 of 2 wrong answers lose points, 2 of 2 right ones keep them all" in text
