"""The sample class, small: submissions from known answers, graded by the real nbgrader."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from grading import sample_class
from grading.answers import load_answers
from grading.cli import main
from grading.course import Course, Exercise, open_course
from grading.errors import CourseError
from grading.results import read_results
from grading.sample_class import STUDENTS, Student, hand_in, open_sample_class
from grading.source import read_notebook, read_source
from grading.tasks import solution_cell
from tests.grading.toy import toy_course

FEW = (
    Student("Rita", "Right", "right", 1),
    Student("Wim", "Wrong", "all", 0),
    Student("Bo", "Blank", "blank"),
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Course, Exercise]:
    monkeypatch.setattr(sample_class, "STUDENTS", FEW)
    return toy_course(tmp_path)


def run(course: Course) -> str:
    result = CliRunner().invoke(main, ["--course-dir", str(course.root), "sample-class"])
    assert result.exit_code == 0, result.output
    return result.output


def graded_at(folder: Path) -> dict[str, int]:
    pages = folder.glob("feedback/*/toy/double.html")
    return {page.parts[-3]: page.stat().st_mtime_ns for page in pages}


def test_class_is_graded_once_and_again_only_after_a_change(
    course: tuple[Course, Exercise],
) -> None:
    toy, exercise = course
    folder = toy.root / "_build" / "sample-class"
    shown = run(toy)
    results = read_results(open_course(folder), exercise)
    assert [(r.student, r.points, r.total) for r in results] == [
        ("Bo Blank", [0], 0),
        ("Rita Right", [2], 2),
        ("Wim Wrong", [0], 0),
    ]
    assert [r.said for r in results] == [
        ["NotImplementedError in test-double"],
        [],
        ["three"],
    ]
    for words in ("Rita Right", f"gradebook   {folder}/gradebook.db", f"feedback    {folder}"):
        assert words in shown
    first = graded_at(folder)
    assert set(first) == {student.id for student in FEW}
    run(toy)
    assert graded_at(folder) == first
    (folder / "feedback" / FEW[1].id / "toy" / "double.html").unlink()  # as if interrupted
    run(toy)
    again = graded_at(folder)
    assert [student for student in first if again[student] != first[student]] == [FEW[1].id]
    exercise.answers.write_text(
        exercise.answers.read_text().replace("return 2 * x", "return x * 2")
    )
    run(toy)
    assert all(graded_at(folder)[student] != again[student] for student in again)


def test_each_submission_holds_the_chosen_answers(course: tuple[Course, Exercise]) -> None:
    toy, exercise = course
    folder = toy.root / "class"
    hand_in(open_sample_class(toy, [exercise], folder), exercise)
    answers = {a.name: a.source for a in load_answers(exercise.answers, read_source(exercise.text))}
    handed_in = {
        student.does: solution_cell(
            read_notebook(folder / "submitted" / student.id / "toy" / "double.ipynb"), "double"
        ).source
        for student in FEW
    }
    assert handed_in["right"] == answers["by_product"]
    assert handed_in["all"] == answers["square"]
    assert "NotImplementedError" in handed_in["blank"]


def test_a_folder_with_something_else_in_it_is_left_alone(
    course: tuple[Course, Exercise], tmp_path: Path
) -> None:
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("precious")
    with pytest.raises(CourseError, match="holds something else"):
        open_sample_class(course[0], [course[1]], other)
    assert (other / "thesis.txt").read_text() == "precious"


def test_the_class_is_a_dozen_different_people() -> None:
    assert len({student.id for student in STUDENTS}) == 12
    assert {student.does for student in STUDENTS} == {
        "right", "blank", "begun", "first", "last", "all"
    }  # fmt: skip
