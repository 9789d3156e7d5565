"""The whole path through the real nbgrader: text, release, submissions, grades, feedback."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grading.answers import Answer, load_answers, model_answer, with_answers
from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.execution import run_tests
from grading.results import what_was_said
from grading.source import read_notebook, read_source, write_notebook
from grading.tasks import find_tasks

pytestmark = pytest.mark.xdist_group("nbgrader")  # one process, so that it is graded once

ROOT = Path(__file__).parents[2]
NAME = "03-backward"
FOLDER = ROOT / "solutions" / NAME
MODEL = read_source(FOLDER / "backward.md")
ANSWERS = {answer.name: answer for answer in load_answers(FOLDER / "wrong_answers.py", MODEL)}
SUBMITTED: dict[str, list[Answer]] = {
    "model": [model_answer(MODEL, task.function) for task in find_tasks(MODEL)],
    "others": [ANSWERS["row_by_row"], ANSWERS["out_of_the_loop"]],
    "mistaken": [ANSWERS["h_for_h_prev"], ANSWERS["dh0_missing"]],
    "squeezing": [ANSWERS["dx_squeezed"], ANSWERS["zeros_in_float64"]],
    "blank": [],
}


def copy_course(root: Path) -> Course:
    """Copy the course with this one exercise, its notebook and hints made."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    folder = root / "solutions" / NAME
    shutil.copytree(FOLDER, folder)
    write_notebook(MODEL, folder / "backward.ipynb")
    shutil.copy(ROOT / "exercises" / NAME / "hints.json", folder)
    return open_course(root)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    root = tmp_path_factory.mktemp("course")
    course = copy_course(root)
    api = nbgrader_api(course)
    with nbgrader_running():
        run_nbgrader(api.generate_assignment(NAME), "generate")
        for student, answers in SUBMITTED.items():
            folder = root / "submitted" / student / NAME
            shutil.copytree(course.release / NAME, folder)
            blank = read_notebook(folder / "backward.ipynb")
            write_notebook(with_answers(blank, *answers), folder / "backward.ipynb")
            run_nbgrader(api.autograde(NAME, student), "grade")
        yield course


def test_scores_are_those_of_the_kill_matrix(course: Course) -> None:
    with Gradebook(course.db_url) as gradebook:
        scores = {
            (submission.student_id, grade.name): grade.score
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
    points = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata["nbgrader"].get("points", 0)
        for cell in MODEL.cells
        if "nbgrader" in cell.metadata
    }
    blank = read_notebook(course.release / NAME / "backward.ipynb")
    full = {cell.id: cell.source for cell in MODEL.cells}
    for cell in blank.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = full[cell.id]  # nbgrader puts the hidden tests back
    expected = {
        (student, test): points[test] if error is None else 0
        for student, answers in SUBMITTED.items()
        for test, error in run_tests(with_answers(blank, *answers), FOLDER).items()
    }
    assert scores == expected
    assert sum(score for (student, _), score in scores.items() if student == "model") == 10
    assert sum(score for (student, _), score in scores.items() if student == "blank") == 0


@pytest.mark.parametrize("student", ["mistaken", "squeezing"])
def test_graded_notebook_names_the_mistakes(course: Course, student: str) -> None:
    graded = course.autograded / student / NAME / "backward.ipynb"
    misconceptions = [answer.misconception for answer in ANSWERS.values() if not answer.is_right]
    said = " ".join(what_was_said(graded, misconceptions))
    for answer in SUBMITTED[student]:
        assert answer.misconception in said or "expected float32" in said


def test_failure_is_shown_without_the_checking_code(course: Course) -> None:
    graded = course.autograded / "mistaken" / NAME / "backward.ipynb"
    errors = [
        "\n".join(output.traceback)
        for cell in read_notebook(graded).cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert errors
    for text in errors:
        assert "Traceback" not in text
        assert "is wrong" in text


def test_plain_nbgrader_generates_the_same_release(tmp_path: Path) -> None:
    course = copy_course(tmp_path)
    scripts = Path(sys.executable).parent
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", NAME, "--quiet"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    for path in (ROOT / "exercises" / NAME).iterdir():
        assert (course.release / NAME / path.name).read_bytes() == path.read_bytes()
