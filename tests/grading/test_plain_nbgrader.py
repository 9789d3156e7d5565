"""nbgrader alone agrees that each exercise can be solved: at home and when it is graded."""

import io
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.validator import Validator

from grading.answers import model_answer, with_answers
from grading.course import find_exercises, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.source import read_notebook, read_source, write_notebook
from grading.tasks import find_tasks

ROOT = Path(__file__).parents[2]
NAMES = [exercise.name for exercise in find_exercises(open_course(ROOT))]


@pytest.mark.parametrize("name", NAMES)
def test_the_model_solution_validates_and_gets_all_points(name: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / name, tmp_path / "solutions" / name)
    course = open_course(tmp_path)
    (exercise,) = find_exercises(course)
    model = read_source(exercise.text)
    write_notebook(model, exercise.notebook)
    shutil.copy(ROOT / "exercises" / name / "hints.json", exercise.folder)
    handed_in = course.submitted / "model" / name
    solved = handed_in / exercise.notebook.name
    validator = Validator(config=course.config)
    validator.stream = said = io.StringIO()
    with nbgrader_running():
        run_nbgrader(nbgrader_api(course).generate_assignment(name), "generate")
        shutil.copytree(course.release / name, handed_in)
        answers = [model_answer(model, task.function) for task in find_tasks(model)]
        write_notebook(with_answers(read_notebook(solved), *answers), solved)
        validator.validate_and_print(str(solved))
        run_nbgrader(nbgrader_api(course).autograde(name, "model"), "grade")
    assert "Success" in said.getvalue()
    with Gradebook(course.db_url) as gradebook:
        submission = gradebook.find_submission(name, "model")
        assert (submission.score, submission.max_score) == (10, 10)
