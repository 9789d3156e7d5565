"""The whole path through the real nbgrader: text, release, submission, grade."""

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grading.answers import with_answers
from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.source import read_source, write_notebook

ROOT = Path(__file__).parents[2]
NAME = "03-backward"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / NAME, tmp_path / "solutions" / NAME)
    return open_course(tmp_path)


def test_model_solution_gets_all_points_and_a_blank_one_none(course: Course) -> None:
    folder = course.source / NAME
    model = read_source(folder / "backward.md")
    write_notebook(model, folder / "backward.ipynb")
    api = nbgrader_api(course)
    with nbgrader_running():
        run_nbgrader(api.generate_assignment(NAME), "generate")
        for student in ("model", "blank"):
            shutil.copytree(course.release / NAME, course.root / "submitted" / student / NAME)
        write_notebook(
            with_answers(model), course.root / "submitted" / "model" / NAME / "backward.ipynb"
        )
        for student in ("model", "blank"):
            run_nbgrader(api.autograde(NAME, student), "grade")
        with Gradebook(f"sqlite:///{course.root}/gradebook.db", "recurrent-networks") as gb:
            scores = {s.student_id: (s.score, s.max_score) for s in gb.assignment_submissions(NAME)}
    assert scores == {"model": (10, 10), "blank": (0, 10)}
