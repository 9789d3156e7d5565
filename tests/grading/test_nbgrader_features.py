"""What a course may use of nbgrader beside plain tests counts here as it does there."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.errors import CourseError
from grading.feedback import write_feedback
from grading.report import read_report
from tests.grading.course import NAME, grade_all, scores_in, submit
from tests.grading.mini import cell, graded, notebook, solution

pytestmark = pytest.mark.usefixtures("importable_reference")
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "features"
c.CourseDirectory.db_url = "sqlite:///gradebook.db"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.AssignLatePenalties.plugin_class = "late_by_hour.HalfPoint"
"""
LATE = """
from nbgrader.plugins import BasePlugin


class HalfPoint(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "cause-of-trouble":
            raise ValueError("no such student")
        return 0.5
"""
AUTOTESTS = """
python3:
    setup: "from math import isclose"
    hash: "{{snippet}}"
    dispatch: "type({{snippet}}).__name__"
    normalize: "str({{snippet}})"
    check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
    success: "print('right')"
    templates:
        default:
            - test: "{{snippet}}"
              fail: "{{snippet}} is another number"
"""
SCHEME = "=== BEGIN MARK SCHEME ===\nA word is worth a point.\n=== END MARK SCHEME ===\n"


def task(source: str) -> dict[str, Any]:
    marks = cell("task", "", task=True, points=2)["metadata"]
    made: dict[str, Any] = nbformat.v4.new_markdown_cell(source, id="task", metadata=marks)
    return made


def assignment(answer: str) -> bytes:
    made = notebook(
        solution("answer", f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION\n"),
        graded("made", "### AUTOTEST double(4)", 3),
        graded("header", "assert double(1) == FACT", 2),
        task(f"Say why.\n\n{SCHEME}"),
        cell("by-hand", "pass", grade=True, solution=True, locked=False, points=1),
    )
    read = nbformat.reads(made.decode(), as_version=4)
    read.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return str(nbformat.writes(read)).encode()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("features") / "course"
    (root / "source" / NAME).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "late_by_hour.py").write_text(LATE)
    (root / "autotests.yml").write_text(AUTOTESTS)
    (root / "source" / "header.ipynb").write_bytes(notebook(cell("", "FACT = 2")))
    content = assignment("def double(x):\n    return 2 * x")
    (root / "source" / NAME / f"{NAME}.ipynb").write_bytes(content)
    scripts = Path(sys.executable).parent
    subprocess.run(  # a process of its own, as nbgrader leaves the kernel's sockets open
        [sys.executable, "-m", "nbgrader", "generate_assignment", NAME, "--quiet"],
        cwd=root,
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    return root


@pytest.fixture
def copy_of(tmp_path: Path, template: Path) -> Callable[[str], Course]:
    def copy(name: str) -> Course:
        shutil.copytree(template, tmp_path / name)
        return open_course(tmp_path / name)

    return copy


def hand_in(course: Course) -> None:
    released = (course.release / NAME / f"{NAME}.ipynb").read_text()
    for student, answer in (("untouched", None), ("right", "2 * x"), ("wrong", "x + 1")):
        read = nbformat.reads(released, as_version=4)
        for one in read.cells:
            if answer and one.metadata.get("nbgrader", {}).get("grade_id") == "answer":
                one.source = f"def double(x):\n    return {answer}"
            if one.cell_type == "markdown":
                one.source = "I need no task."
        submit(course, student, nbformat.writes(read).encode())


def test_generated_tests_headers_and_tasks_count_as_in_nbgrader(
    copy_of: Callable[[str], Course], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours, plain = copy_of("ours"), copy_of("plain")
    hand_in(ours)
    hand_in(plain)
    monkeypatch.chdir(tmp_path)
    events = grade_all(ours)
    assert [event.flags for event in events.values()] == [()] * 3
    with contextlib.chdir(plain.root), nbgrader_running():
        for student in events:
            run_nbgrader(nbgrader_api(plain).autograde(NAME, student), "grade")
    assert scores_in(ours) == scores_in(plain)
    assert scores_in(ours) == {"untouched": 0, "right": 5, "wrong": 2}
    for student in events:
        graded_notebook = ours.autograded / student / NAME / f"{NAME}.ipynb"
        assert "A word is worth a point." in graded_notebook.read_text()
    assert {test.name for test in read_report(ours, NAME).tests} == {"made", "header"}
    assert not [one.error for one in write_feedback(ours, NAME) if one.error]
    for page in ours.feedback.rglob("*.html"):
        text = page.read_text()
        assert "Say why." in text
        assert "A word is worth a point." not in text


def test_a_penalty_may_come_from_the_course(
    copy_of: Callable[[str], Course], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    course = copy_of("course")
    monkeypatch.chdir(tmp_path)
    with Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-01-01 12:00:00")
    for student in ("cause-of-trouble", "late"):
        folder = submit(course, student, assignment("def double(x):\n    return 2 * x"))
        (folder / "timestamp.txt").write_text("2026-01-01 13:00:00")
    events = grade_all(course)
    assert events["late"].score is not None
    assert events["late"].score.score == 4.5
    assert events["cause-of-trouble"].error == (
        "late penalty of cause-of-trouble: ValueError: no such student"
    )


def test_nobody_there_is_said(copy_of: Callable[[str], Course]) -> None:
    with pytest.raises(CourseError, match="no submissions there"):
        grade_all(copy_of("course"))
