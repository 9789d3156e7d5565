"""What students get: current, complete, and without what they are to find themselves."""

import re
import shutil
import time
from pathlib import Path

import pytest

from grading.answers import load_answers
from grading.course import Exercise, find_exercises, open_course
from grading.execution import run_tests
from grading.release import release
from grading.source import read_notebook, read_source
from grading.tasks import find_tasks
from tests.solutions.exercises import COURSE, EXERCISES, ROOT, name

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=name)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def hidden_lines(exercise: Exercise) -> set[str]:
    cells = [cell.source for cell in read_source(exercise.text).cells]
    hidden = re.findall(r"BEGIN (HIDDEN TESTS|SOLUTION)\n(.*?)### END", "\n".join(cells), re.DOTALL)
    return {line.strip() for _, text in hidden for line in text.splitlines() if line.strip()}


@each_exercise
def test_released_files_are_those_that_nbgrader_generates_now(
    exercise: Exercise, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(
        exercise.folder,
        tmp_path / "solutions" / exercise.name,
        ignore=shutil.ignore_patterns("*.ipynb", "hints.json"),
    )
    course = open_course(tmp_path)
    (copy,) = find_exercises(course)
    release(course, copy)
    first = files(course.release)
    release(course, copy)
    assert files(course.release) == first
    assert files(COURSE.release / exercise.name) == {
        path.removeprefix(f"{exercise.name}/"): content for path, content in first.items()
    }


def test_every_released_exercise_has_its_source() -> None:
    assert {p.name for p in COURSE.release.iterdir()} == {e.name for e in EXERCISES}


@each_exercise
def test_release_gives_away_no_solution_and_no_hidden_test(exercise: Exercise) -> None:
    hidden = hidden_lines(exercise)
    assert hidden
    given = {
        line.strip()
        for cell in read_source(exercise.text).cells
        for line in re.sub(
            r"BEGIN (HIDDEN TESTS|SOLUTION)\n.*?### END", "", cell.source, flags=re.DOTALL
        ).splitlines()
    }
    released = "\n".join(
        path.read_text(encoding="utf-8") for path in (COURSE.release / exercise.name).iterdir()
    )
    assert [line for line in hidden - given if line in released] == []


@each_exercise
def test_hints_hold_no_code_of_an_answer(exercise: Exercise) -> None:
    hints = (COURSE.release / exercise.name / "hints.json").read_text(encoding="utf-8")
    for answer in load_answers(exercise.answers, read_source(exercise.text)):
        for line in answer.source.splitlines():
            if len(line.strip()) > 15 and "return" not in line:
                assert line.strip() not in hints


@each_exercise
def test_points_in_the_text_are_those_of_the_cells(exercise: Exercise) -> None:
    notebook = read_source(exercise.text)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    cells = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
    points = [cell["points"] for cell in cells if cell["grade"]]
    assert [int(n) for n in re.findall(r"\((\d+) points?\)", text)] == points
    assert int(re.findall(r"\*\*Points:\*\* (\d+)", text)[0]) == sum(points)
    assert sum(task.points for task in find_tasks(notebook)) == sum(points)


@each_exercise
def test_every_code_cell_but_the_answers_is_locked(exercise: Exercise) -> None:
    notebook = read_notebook(COURSE.release / exercise.name / exercise.notebook.name)
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source]
    solutions = [cell for cell in code if cell.metadata["nbgrader"]["solution"]]
    assert len(solutions) == len(find_tasks(read_source(exercise.text)))
    for cell in code:
        assert cell.metadata["deletable"] is False
        assert cell in solutions or cell.metadata["editable"] is False


@each_exercise
def test_every_hint_leads_to_a_section_of_the_book(exercise: Exercise) -> None:
    answers = load_answers(exercise.answers, read_source(exercise.text))
    for address in {answer.section for answer in answers if not answer.is_right}:
        page, label = address.split("#")
        assert f"({label})=" in (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8"), address


@each_exercise
def test_every_wrong_answer_is_described(exercise: Exercise) -> None:
    for answer in load_answers(exercise.answers, read_source(exercise.text)):
        if not answer.is_right:
            assert 0 < len(answer.misconception) <= 88
            assert "\n" not in answer.misconception
            assert answer.hint.endswith((".", "?", "…"))


@each_exercise
def test_visible_tests_answer_within_a_second(exercise: Exercise) -> None:
    released = read_source(exercise.text)
    tests = sum(len(task.tests) for task in find_tasks(released))
    start = time.process_time()
    outcome = run_tests(released, exercise.folder)  # with the hidden ones, so even slower
    assert time.process_time() - start < tests
    assert set(outcome.values()) == {None}
