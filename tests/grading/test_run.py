"""A whole class through the grader: what is recorded, what is done again, what is refused."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

import tests.grading.course
from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.errors import CourseError
from grading.run import Event, open_batch
from tests.grading.course import (
    NAME,
    WRONG,
    hand_in_class,
    scores_in,
    small_course,
    submit,
)
from tests.grading.dask_cluster import dask_cluster
from tests.grading.mini import ASSIGNMENT, DOUBLE, PAIR, SETTINGS, graded, mini

pytestmark = [
    pytest.mark.usefixtures("importable_reference"),
    pytest.mark.xdist_group("run"),  # one process, so that its class is made once
]
Grade = Callable[..., dict[str, Event]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_course(tmp_path_factory.mktemp("template") / "course").root


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dask_cluster(tmp_path_factory.mktemp("dask"), 1) as (address, _):
        yield address


@pytest.fixture
def course(tmp_path: Path, template: Path) -> Course:
    """A course of its own; all share the workers, which is what takes time to start."""
    shutil.copytree(template, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture
def grade_all(scheduler: str) -> Grade:
    return partial(tests.grading.course.grade_all, scheduler=scheduler)


def test_a_class_is_graded_once_and_only_what_is_new_again(
    course: Course, grade_all: Grade
) -> None:
    expected = hand_in_class(course, 8)
    assert not course.autograded.exists()
    events = grade_all(course)
    assert {student: event.score.score for student, event in events.items() if event.score} == (
        expected
    )
    assert scores_in(course) == expected
    assert events["student0003"].flags == ("the file is empty",)
    assert grade_all(course) == {}
    submit(course, "student0001")
    submit(course, "late-comer", mini(WRONG))
    assert set(grade_all(course)) == {"student0001", "late-comer"}
    assert scores_in(course) == {**expected, "student0001": 5, "late-comer": 3}


def test_what_a_killed_grader_left_is_removed(course: Course, grade_all: Grade) -> None:
    hand_in_class(course, 1)
    left = course.autograded / "student0000" / ".grading-left" / "new"
    left.mkdir(parents=True)
    (left / "mini.ipynb").touch(0o444)
    grade_all(course)
    assert [path.name for path in left.parents[1].iterdir()] == ["mini"]


def test_force_and_single_students(course: Course, grade_all: Grade) -> None:
    hand_in_class(course, 3)
    assert set(grade_all(course, students=("student0001",))) == {"student0001"}
    assert set(grade_all(course)) == {"student0000", "student0002"}
    assert set(grade_all(course, students=("student0001",), force=True)) == {"student0001"}
    with pytest.raises(CourseError, match="nobody: no submission of mini"):
        grade_all(course, students=("nobody",))


def test_a_changed_test_or_setting_or_a_lost_file_is_graded_again(
    course: Course, grade_all: Grade
) -> None:
    hand_in_class(course, 1)
    grade_all(course)
    assert len(grade_all(course, SETTINGS._replace(cell_seconds=1.6))) == 1
    (course.source / NAME / "data.txt").write_text("other")
    assert len(grade_all(course)) == 1
    place = course.autograded / "student0000" / NAME
    place.rename(place.with_name("moved"))
    assert len(grade_all(course)) == 1
    assert (place / "mini.ipynb").exists()


def test_a_resubmission_loses_what_it_does_not_have(course: Course, grade_all: Grade) -> None:
    submit(course, "ada")
    assert grade_all(course)["ada"].score == (5, 5)
    first_two = json.loads(mini())["cells"][:2]
    submit(course, "ada", json.dumps({"cells": first_two}).encode())
    event = grade_all(course)["ada"]
    assert event.score == (2, 5)
    assert "solution cells missing: pair" in event.flags


def test_nbgrader_goes_on_working_on_the_result(course: Course, grade_all: Grade) -> None:
    submit(course, "ada", mini(WRONG))
    grade_all(course)
    graded = course.autograded / "ada" / NAME / "mini.ipynb"
    read = nbformat.read(graded, as_version=4)
    nbformat.validate(read)
    api = nbgrader_api(course)
    with nbgrader_running():
        run_nbgrader(api.generate_feedback(NAME, "ada"), "write feedback")
        assert api.get_submission(NAME, "ada")["score"] == 3
        run_nbgrader(api.autograde(NAME, "ada", force=True), "grade")
    assert scores_in(course) == {"ada": 3}
    assert (course.feedback / "ada" / NAME / "mini.html").exists()


def test_what_a_person_changed_stays_and_is_marked(course: Course, grade_all: Grade) -> None:
    submit(course, "ada", mini(WRONG))
    grade_all(course)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("test-double", NAME, NAME, "ada")
        grade.manual_score = 1.0
        gradebook.db.commit()
    grade_all(course, force=True)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("test-double", NAME, NAME, "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.0, True)
    assert scores_in(course) == {"ada": 4}


def test_what_could_not_be_graded_waits_for_a_person(course: Course, grade_all: Grade) -> None:
    submit(course, "ada", b"{")
    grade_all(course)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        assert gradebook.find_submission(NAME, "ada").needs_manual_grade
    submit(course, "ada")
    grade_all(course)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        assert not gradebook.find_submission(NAME, "ada").needs_manual_grade


def test_an_unwritten_answer_is_marked_as_nbgrader_does(course: Course, grade_all: Grade) -> None:
    released = (course.release / NAME / "mini.ipynb").read_bytes()
    submit(course, "ada", released)
    grade_all(course)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        comment = gradebook.find_comment("double", NAME, NAME, "ada")
        # the exercise has no marked solution, so what is released is an answer, and unchanged
        assert comment.auto_comment == "No response."


def test_late_work_gets_the_penalty_of_the_course(course: Course, grade_all: Grade) -> None:
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-01-01")
    for student, day in (("early", "2025-12-30"), ("late", "2026-01-02"), ("unknown", "")):
        (submit(course, student) / "timestamp.txt").write_text(day)
    events = grade_all(course)
    assert {student: event.score for student, event in events.items()} == {
        "early": (5, 5),
        "late": (0, 5),
        "unknown": (5, 5),
    }
    (course.submitted / "late" / NAME / "timestamp.txt").write_text("2025-12-31")
    assert grade_all(course)["late"].score == (5, 5)


def test_an_unknown_or_changed_assignment_is_refused(
    course: Course, grade_all: Grade, tmp_path: Path
) -> None:
    with (
        pytest.raises(CourseError, match="no notebook of the assignment other"),
        open_batch(course, "other", SETTINGS),
    ):
        pass
    source = course.source / NAME / "mini.ipynb"
    source.write_bytes(mini(DOUBLE, PAIR, graded("one-more", "assert pair(1)", 1)))
    submit(course, "ada")
    with pytest.raises(CourseError, match="has changed since it was released; run: nbgrader gen"):
        grade_all(course)
    source.write_bytes(ASSIGNMENT.notebook.replace(b'"points": 2', b'"points": 4'))
    with pytest.raises(CourseError, match="has changed since it was released; run: nbgrader gen"):
        grade_all(course)
    fresh = tmp_path / "fresh"
    (fresh / "source" / NAME).mkdir(parents=True)
    (fresh / "source" / NAME / "mini.ipynb").write_bytes(ASSIGNMENT.notebook)
    with pytest.raises(CourseError, match="no such gradebook; nbgrader gen"):
        grade_all(Course(fresh, course.config))


def test_nbgraders_own_settings_count(tmp_path: Path, grade_all: Grade) -> None:
    config = """
c.Autograde.exclude_overwriting = {"mini": ["data.txt"]}
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "harmless"
c.CourseDirectory.groupshared = True
"""
    course = small_course(tmp_path / "course", config)
    theirs = """
import sys
def double(x):
    sys.stderr.write("harmless")
    assert open("data.txt").read() == "mine"
    return 2 * x
"""
    (submit(course, "ada", mini(theirs)) / "data.txt").write_text("mine")
    assert grade_all(course)["ada"].score == (5, 5)
    graded = course.autograded / "ada" / NAME
    assert oct((graded / "mini.ipynb").stat().st_mode)[-3:] == "664"
    assert graded.stat().st_mode & 0o2770 == 0o2770


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "expected a notebook of format 4"),
        (b"[]", "expected a notebook of format 4"),
        (b'{"metadata": {}, "worksheets": []}', "expected a notebook of format 4"),
        (
            b'{"metadata": {"kernelspec": {"language": "R"}}, "cells": []}',
            "expected a notebook for Python, got one for R",
        ),
    ],
)
def test_a_source_that_cannot_be_graded_is_refused(
    course: Course, grade_all: Grade, content: bytes, words: str
) -> None:
    (course.source / NAME / "mini.ipynb").write_bytes(content)
    with pytest.raises(CourseError, match=rf"mini\.ipynb: {words}"):
        grade_all(course)


def test_files_that_find_no_room_in_the_sandbox_are_refused(
    course: Course, grade_all: Grade
) -> None:
    (course.source / NAME / "big.bin").write_bytes(bytes(SETTINGS.limits.disk))
    with pytest.raises(CourseError, match=r"need 17 MiB where c\.Grading\.disk allows 16"):
        grade_all(course)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("reference.parts:double@elsewhere", "mini has no locked cell elsewhere"),
        ("reference.parts@given", "only a function can come back"),
    ],
)
def test_what_is_withheld_for_a_while_names_a_function_and_a_cell(
    course: Course, grade_all: Grade, entry: str, words: str
) -> None:
    submit(course, "a")
    with pytest.raises(CourseError, match=words):
        grade_all(course, SETTINGS._replace(withheld=(entry,)))


def test_a_gradebook_that_cannot_be_written_loses_nothing(course: Course, grade_all: Grade) -> None:
    hand_in_class(course, 2)
    with pytest.raises(CourseError, match=r"nowhere/gradebook\.db: no such gradebook"):
        grade_all(course, db_url=f"sqlite:///{course.root}/nowhere/gradebook.db")
    grade_all(course, students=("student0000",))
    holder = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    holder.execute(
        "create trigger full before update on grade begin select raise(fail, 'full'); end"
    )
    event = grade_all(course)["student0001"]
    assert event.score is None
    assert "student0001 is not recorded" in event.error
    assert scores_in(course) == {"student0000": 5}
    holder.execute("drop trigger full")
    holder.close()
    assert grade_all(course)["student0001"].score == (3, 5)


def test_only_one_grader_works_in_a_course(course: Course, grade_all: Grade) -> None:
    hand_in_class(course, 1)
    with (
        open_batch(course, NAME, SETTINGS),
        pytest.raises(CourseError, match="another grader is at work in this course"),
    ):
        grade_all(course)


def test_strange_names_are_recorded(course: Course, grade_all: Grade) -> None:
    if os.geteuid() == 0:
        submit(course, "x" * 100)
    for student in ("a b", "<b>", "'; drop table student; --", "\x1b[31m", "größe", "%s{0}"):
        submit(course, student, mini(WRONG))
    events = grade_all(course)
    assert {event.score for event in events.values()} <= {(3, 5), (5, 5)}
    assert scores_in(course) == {
        student: event.score.score for student, event in events.items() if event.score
    }
    assert "\\x1b[31m" in events
