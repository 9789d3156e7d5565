"""All cells in the student's interpreter, for tests that need the student's own objects."""

from pathlib import Path

import dask
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select

from grading.cli import main
from grading.recorder import RUNS
from grading.result import Result
from grading.submission import Assignment, grade
from tests.grading.course import NAME, WRONG, small_course, submit
from tests.grading.hostile import CODE, read
from tests.grading.mini import (
    ASSIGNMENT,
    DOUBLE,
    PAIR,
    SETTINGS,
    cell,
    children,
    graded,
    mini,
    notebook,
    outputs,
    scores,
    solution,
    wait_for_children,
)

pytestmark = pytest.mark.usefixtures("grader")
TOGETHER = SETTINGS._replace(one_interpreter=True)


def together(answer: str, check: str, model: str = "f = 1") -> Result:
    """Grade one solution cell with one test cell of four points."""

    def make(source: str) -> bytes:
        return notebook(
            cell("", "import math"), solution("answer", source), graded("check", check, 4)
        )

    return grade(make(answer), Assignment(make(model)), TOGETHER)


@pytest.mark.parametrize(
    "submitted",
    [mini(), mini(WRONG), mini(pair="1 / 0"), mini("double = object()", PAIR), b"{"],
    ids=["right", "wrong", "error", "no data", "no notebook"],
)
def test_honest_scores_are_those_of_two_interpreters(submitted: bytes) -> None:
    one, two = (grade(submitted, ASSIGNMENT, settings) for settings in (TOGETHER, SETTINGS))
    assert scores(one) == scores(two)
    assert (one.interpreters, two.interpreters) == (1, 2)
    assert one.flags == two.flags
    assert one.sandboxed


def test_a_test_may_look_at_the_students_own_objects() -> None:
    answer = "class f:\n    def twice(self, x):\n        return math.floor(2 * x)\n"
    result = together(answer, "assert isinstance(f().twice, object) and f().twice(2) == 4")
    assert scores(result) == {"check": 4}


@pytest.mark.parametrize(
    "name",
    [
        "crash",
        "endless_call",
        "endless_loop",
        "endless_loop_that_catches",
        "exit_at_once",
        "exit_in_call",
        "fork_bomb",
        "memory",
        "memory_of_many",
        "silence",
    ],
)
def test_what_did_not_run_gets_nothing(name: str) -> None:
    assert sum(scores(grade(mini(), ASSIGNMENT, TOGETHER)).values()) == 5
    before = children()
    head, cells = read(CODE / f"{name}.py")
    patience = TOGETHER._replace(cell_seconds=float(head.get("seconds", 20)))
    result = grade(mini(*cells), ASSIGNMENT, patience)
    assert sum(scores(result).values()) == float(head["score"])
    assert wait_for_children(before) == set()
    assert sum(scores(grade(mini(), ASSIGNMENT, TOGETHER)).values()) == 5


def test_a_process_that_does_not_say_how_a_cell_went_gets_nothing() -> None:
    silent = "import grading.student\ngrading.student._Student.do_run = lambda *_: ({}, [])\n"
    result = grade(mini(silent + DOUBLE), ASSIGNMENT, TOGETHER)
    assert scores(result) == {"test-double": 0, "test-pair": 0}
    assert "does not say that this cell ran" in outputs(result, "test-double")


def test_the_score_is_what_the_students_process_says() -> None:
    claim = "({'outputs': [], 'failed': False}, [])"
    forged = f"import grading.student\ngrading.student._Student.do_run = lambda *_: {claim}\n"
    for settings, score in ((TOGETHER, 5), (SETTINGS, 0)):
        assert sum(scores(grade(mini(forged), ASSIGNMENT, settings)).values()) == score


@pytest.mark.parametrize(
    ("shown", "points"),
    [("2.5", 2.5), ("4", 4), ("'text'", 4), ("4.5", 0), ("1e999", 0), ("-1", 0), ("math.nan", 0)],
)
def test_credit_lies_within_the_points(shown: str, points: float) -> None:
    result = together("f = 1", shown)
    assert scores(result) == {"check": points}
    assert ("is not partial credit from 0 to 4" in outputs(result, "check")) == (points == 0)


def test_a_course_asks_for_it_and_the_report_says_so(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course", f"c.Grading.one_interpreter = ['{NAME}']\n")
    submit(course, "ada", mini(WRONG))
    command = ["--course-dir", str(course.root), "grade", NAME, "--jobs", "1"]
    with dask.config.set({"temporary-directory": str(tmp_path)}):
        result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "ONE INTERPRETER, as the course asks" in result.output
    assert "ada  3/5" in result.output
    with create_engine(course.db_url).connect() as connection:
        about = connection.execute(select(RUNS.c.about)).scalar_one()
    assert about["notebooks"][NAME]["interpreters"] == 1
