"""Other ways to the same grades: workers elsewhere, another database, and much that goes wrong."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import pytest
from distributed import Client
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, select

from grading.course import Course, nbgrader_running
from grading.errors import CourseError
from grading.recorder import RUNS
from grading.run import grade_batch, open_batch
from tests.grading.course import NAME, grade_all, hand_in_class, scores_in, small_course
from tests.grading.dask_cluster import dask_cluster
from tests.grading.mini import SETTINGS, children, wait_for_children
from tests.grading.postgresql import postgresql

pytestmark = pytest.mark.usefixtures("importable_reference")


def everything_in(course: Course, db_url: str | None = None) -> dict[str, Any]:
    """All that grading wrote into a gradebook, apart from times and database keys."""
    url = db_url or course.db_url
    found: dict[str, Any] = {}
    with nbgrader_running(), Gradebook(url) as gradebook:
        for submission in gradebook.assignment_submissions(NAME):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    about = (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    found[f"{submission.student_id} {grade.name}"] = about
                for comment in notebook.comments:
                    found[f"{submission.student_id} {comment.name}"] = comment.auto_comment
    engine = create_engine(url)
    with engine.connect() as connection:
        for row in connection.execute(select(RUNS)):
            about = row.about
            for notebook in about["notebooks"].values():
                del notebook["seconds"]
                for cell in notebook["cells"]:
                    del cell["seconds"]
            found[f"run of {row.student}"] = json.dumps(about, sort_keys=True), row.digest
    engine.dispose()
    return found


def notebooks_in(course: Course) -> dict[str, bytes]:
    """All graded notebooks."""
    found = sorted(course.autograded.rglob("*.ipynb"))
    return {str(path.relative_to(course.autograded)): path.read_bytes() for path in found}


def test_workers_joined_by_address_give_the_same_gradebook(tmp_path: Path) -> None:
    here, there = (small_course(tmp_path / name) for name in ("here", "there"))
    expected = hand_in_class(here, 8)
    hand_in_class(there, 8)
    grade_all(here)
    with dask_cluster(tmp_path, 2) as (address, _):
        grade_all(there, scheduler=address)
    assert scores_in(here) == scores_in(there) == expected
    assert everything_in(here) == everything_in(there)
    assert notebooks_in(here) == notebooks_in(there)


def test_a_killed_worker_costs_a_retry_not_a_submission(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course")
    expected = hand_in_class(course, 24)
    with dask_cluster(tmp_path, 2) as (address, workers):
        events = _grade_and(course, address, lambda: workers[0].kill())
    assert len(events) == 24
    assert scores_in(course) == expected


def _grade_and(course: Course, address: str | None, act: Callable[[], None]) -> list[str]:
    """Grade a class; do something after the fourth."""
    students = []
    with open_batch(course, NAME, SETTINGS) as batch:
        for event in grade_batch(batch, address, 1):
            assert event.error == ""
            students.append(event.student)
            if len(students) == 4:
                act()
    return students


def test_a_killed_local_worker_is_replaced(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course")
    expected = hand_in_class(course, 16)
    resource_tracker.ensure_running()  # Python's own, which the first cluster of a process leaves
    before = children()

    def kill_worker() -> None:
        for pid in children() - before:
            with contextlib.suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

    events = _grade_and(course, None, kill_worker)
    assert len(events) == 16
    assert scores_in(course) == expected
    assert wait_for_children(before) == set()


def test_a_lost_scheduler_is_said_in_one_line_and_what_is_graded_stays(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course")
    expected = hand_in_class(course, 16)
    with dask_cluster(tmp_path, 1) as (address, _):

        def shut_down() -> None:
            with Client(address) as client:
                client.shutdown()

        with pytest.raises(CourseError, match="scheduler is gone; run it again for the others"):
            _grade_and(course, address, shut_down)
    graded = scores_in(course)
    assert len(graded) >= 4
    assert graded.items() <= expected.items()


def test_nobody_there_is_said_in_one_line(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course")
    hand_in_class(course, 1)
    with pytest.raises(CourseError, match=r"tcp://127.0.0.1:9: no Dask scheduler answers there"):
        grade_all(course, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(CourseError, match=r"nonsense://x: no Dask scheduler answers there"):
        grade_all(course, scheduler="nonsense://x")
    with pytest.raises(CourseError, match=r"tls://127.0.0.1:9: no Dask scheduler answers there"):
        grade_all(course, scheduler="tls://127.0.0.1:9")
    with (
        dask_cluster(tmp_path, 0) as (address, _),
        pytest.raises(CourseError, match="the scheduler has no workers"),
    ):
        grade_all(course, scheduler=address)


def test_postgresql_holds_the_same_as_sqlite(tmp_path: Path) -> None:
    here = small_course(tmp_path / "here")
    expected = hand_in_class(here, 6)
    grade_all(here)
    with postgresql() as address:
        there = small_course(tmp_path / "there", f"c.CourseDirectory.db_url = {address!r}\n")
        hand_in_class(there, 6)
        grade_all(there)
        assert scores_in(there) == expected
        assert everything_in(there) == everything_in(here)
        assert grade_all(there) == {}


def start_grader(course: Course) -> subprocess.Popen[str]:
    """The command itself, in a process group of its own."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grading",
            "--course-dir",
            str(course.root),
            "grade",
            NAME,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # as in a terminal, also where the tests themselves were started to ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(course: Course) -> list[str]:
    """Run the command to its end; return whom it graded."""
    grader = start_grader(course)
    lines = grader.communicate()[0].splitlines()
    assert grader.returncode == 0
    return [line.split()[0] for line in lines[1:]]


def test_killed_ten_times_it_loses_and_repeats_nothing(tmp_path: Path) -> None:
    course = small_course(tmp_path / "course")
    expected = hand_in_class(course, 40)
    before, chance = children(), random.Random(7)  # noqa: S311 - moments, not secrets
    graded: list[str] = []
    for _ in range(10):
        grader = start_grader(course)
        assert grader.stdout
        first = grader.stdout.readline()  # from here on it is at work
        assert "to grade" in first
        graded += [grader.stdout.readline().split()[0] for _ in range(chance.randrange(4))]
        time.sleep(chance.random() / 5)
        grader.kill()
        graded += [line.split()[0] for line in grader.communicate()[0].splitlines()]
        assert wait_for_children(before) == set()
    rest = finish(course)
    assert scores_in(course) == expected
    assert len(graded) == len(set(graded))
    assert set(graded).isdisjoint(rest)
    # of each of the ten runs, one may have been recorded and not yet been said
    assert len(graded) + len(rest) >= 40 - 10
    assert not list(course.autograded.rglob(".grading-*"))
    assert finish(course) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_so_and_keeps_what_it_has(tmp_path: Path, stop: signal.Signals) -> None:
    course = small_course(tmp_path / "course")
    expected = hand_in_class(course, 30)
    before = children()
    grader = start_grader(course)
    assert grader.stdout
    lines = [grader.stdout.readline() for _ in range(4)]
    (os.killpg if stop == signal.SIGINT else os.kill)(grader.pid, stop)
    rest, said = grader.communicate()
    assert grader.returncode == 130
    done = len(lines) - 1 + len(rest.splitlines())
    assert said == f"interrupted: {done} graded and kept; run it again for the others\n"
    assert wait_for_children(before) == set()
    assert len(finish(course)) == 30 - done
    assert scores_in(course) == expected
