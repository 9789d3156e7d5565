"""Grades for others: what Canvas and Moodle import, and that no cell does harm there."""

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from grading.cli import main
from grading.course import Course, nbgrader_running, open_course
from grading.export import FORMS, MoodleExport, neutral, to_csv
from grading.report import read_report
from tests.grading.postgresql import postgresql

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'small'\n"
EVIL = '=HYPERLINK("http://x.invalid";"click")'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template")
    (root / "nbgrader_config.py").write_text(CONFIG)
    with nbgrader_running(), Gradebook(f"sqlite:///{root}/gradebook.db", "small") as gradebook:
        fill(gradebook)
    return root


@pytest.fixture
def course(tmp_path: Path, template: Path) -> Course:
    """A course of its own: making a gradebook is what takes time."""
    shutil.copytree(template, tmp_path / "course")
    return open_course(tmp_path / "course")


def fill(gradebook: Gradebook) -> None:
    """Two assignments; Ada handed in both, the first late; Bob the first; the third nothing."""
    for name, points in (("week-1", 5), ("week-2", 10)):
        gradebook.add_assignment(name)
        gradebook.add_notebook("work", name)
        gradebook.add_grade_cell("test", "work", name, max_score=points, cell_type="code")
        gradebook.add_solution_cell("answer", "work", name)
    gradebook.add_student("ada", first_name="Ada", last_name="Ôther", lms_user_id="4711")
    gradebook.add_student("bob")
    gradebook.add_student(EVIL, first_name="Eve", last_name="-1+cmd|' /C calc'!A1")
    score(gradebook, "week-1", "ada", 4.5)
    score(gradebook, "week-2", "ada", 0.1 + 0.2)
    score(gradebook, "week-1", "bob", 3)
    late = gradebook.find_submission_notebook("work", "week-1", "ada")
    late.late_submission_penalty = 1.25
    comment = gradebook.find_comment("answer", "work", "week-1", "ada")
    comment.manual_comment = "Well done,\nAda; really"
    gradebook.db.commit()


def score(gradebook: Gradebook, assignment: str, student: str, points: float) -> None:
    gradebook.add_submission(assignment, student)
    grade = gradebook.find_grade("test", "work", assignment, student)
    grade.auto_score, grade.needs_manual_grade = points, False
    gradebook.db.commit()


def people(course: Course, **fields: dict[str, str]) -> None:
    """Change students: field → id → value."""
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        for field, values in fields.items():
            for student, value in values.items():
                setattr(gradebook.find_student(student), field, value)
        gradebook.db.commit()


def export(course: Course, *arguments: str) -> tuple[list[list[str]], str]:
    """Run the command; return the rows that a reader finds, and what was said beside them."""
    result = CliRunner().invoke(main, ["--course-dir", str(course.root), "export", *arguments])
    assert result.exit_code == 0, result.output
    path = Path(result.stdout.strip())
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True)), result.stderr


def test_csv_has_nbgraders_columns_and_one_row_for_each_student_and_assignment(
    course: Course,
) -> None:
    rows, notes = export(course)
    ours = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    plain = course.root / "plain.csv"
    nbgrader(course, "--to", str(plain))
    theirs = list(csv.DictReader(plain.read_text(encoding="utf-8").splitlines()))
    assert list(theirs[0]) == rows[0]
    assert len(ours) == len(theirs) == 6
    for mine, other in zip(ours, theirs, strict=True):
        if mine["student_id"] in ("ada", "bob"):  # the other one has commas, which nbgrader splits
            assert float(mine.pop("score")) == pytest.approx(float(other.pop("score")))
            assert float(mine.pop("raw_score")) == pytest.approx(float(other.pop("raw_score")))
            assert mine == other
    assert "week-2: no submission of " in notes


def test_canvas_has_the_header_its_importer_asks_for_and_the_points_possible(
    course: Course,
) -> None:
    rows, notes = export(course, "--to", "canvas")
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "week-1", "week-2"]
    assert rows[0] == header
    assert rows[1] == ["Points Possible", "", "", "", "", "5.0", "10.0"]
    by_login = {row[3]: row for row in rows[2:]}
    assert by_login["ada"] == ["Ôther, Ada", "4711", "", "ada", "", "3.25", "0.3"]
    assert by_login["bob"] == ["", "", "", "bob", "", "3.0", ""]
    assert "'bob'" in notes
    assert "no lms_user_id" in notes
    assert "id like a formula" in notes


def test_a_students_name_never_passes_for_canvas_row_of_points(course: Course) -> None:
    people(course, last_name={"bob": "Points Possible"})
    rows, _ = export(course, "--to", "canvas")
    assert [row[0] for row in rows].count("Points Possible") == 1
    assert ["bob" in row for row in rows].count(True) == 1


def test_moodle_goes_by_id_until_everybody_has_an_email_address_of_their_own(
    course: Course,
) -> None:
    rows, notes = export(course, "week-1", "--to", "moodle")
    assert rows[0] == ["First name", "Last name", "Username", "week-1", "week-1 feedback"]
    assert sorted(rows[1:], reverse=True) == [
        ["Ada", "Ôther", "ada", "3.25", "Well done,\nAda; really"],
        ["", "", "bob", "3.0", ""],
    ]
    assert 'map the column "Username"' in notes
    assert "left out, like a formula" in notes
    people(course, email={"ada": "a@uni.invalid", "bob": "A@uni.invalid", EVIL: "e@uni.invalid"})
    assert export(course, "--to", "moodle")[0][0][2] == "Username"
    people(course, email={"bob": "b@uni.invalid"})
    rows, notes = export(course, "week-1", "--to", "moodle")
    assert rows[0][2] == "Email address"
    assert {row[2] for row in rows[1:]} == {"a@uni.invalid", "b@uni.invalid", "e@uni.invalid"}
    assert "left out" not in notes


def test_moodle_is_warned_of_more_points_than_it_takes(course: Course) -> None:
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_grade_cell(
            "test", "work", "week-2", max_score=101, cell_type="code"
        )
    assert "which Moodle may refuse: week-2" in export(course, "--to", "moodle")[1]


def test_what_a_person_has_to_grade_is_said(course: Course) -> None:
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.find_grade("test", "work", "week-1", "bob").needs_manual_grade = True
        gradebook.db.commit()
    assert "a person has still to look at 'bob week-1'" in export(course)[1]


@pytest.mark.parametrize("form", FORMS)
def test_no_cell_starts_a_formula(course: Course, form: str) -> None:
    people(course, email={"ada": "@SUM(1)", "bob": "\t=1", EVIL: "+e@uni.invalid"})
    rows, _ = export(course, "--to", form)
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n")] == []
    assert "'-1+cmd|' /C calc'!A1" in "".join(cells) or form == "moodle"


@given(st.lists(st.lists(st.text() | st.floats(allow_nan=False), min_size=1, max_size=4)))
def test_rows_come_back_as_they_were_but_for_the_apostrophe(rows: list[list[str | float]]) -> None:
    read = list(csv.reader(io.StringIO(to_csv(rows), newline=""), strict=True))
    assert read == [
        [neutral(cell) if isinstance(cell, str) else repr(cell) for cell in row] for row in rows
    ]


@given(st.text())
def test_an_apostrophe_is_all_that_changes_and_only_before_a_formula(text: str) -> None:
    assert neutral(text).removeprefix("'") == text.removeprefix("'")
    assert neutral(neutral(text)) == neutral(text)
    assert neutral("x" + text) == "x" + text


@pytest.mark.parametrize("number", ["-5", "+49", "-0.25", "3", "-1,5"])
def test_numbers_stay_numbers(number: str) -> None:
    assert neutral(number) == number


@pytest.mark.parametrize(
    "text", ["=1", "+a", "-1+1", "@x", "\tx", "\rx", " =1", "＝1", "-", "-1\n"]
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


def nbgrader(course: Course, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", *arguments],
        cwd=course.root,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(course.root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_nbgrader_itself_uses_the_exporters(course: Course) -> None:
    name = f"{MoodleExport.__module__}.{MoodleExport.__name__}"
    said = nbgrader(course, f"--exporter={name}", "--to", "own.csv", "--assignment", "['week-1']")
    assert 'map the column "Username"' in said
    own = (course.root / "own.csv").read_bytes()
    export(course, "week-1", "--to", "moodle", "--output", str(course.root / "ours.csv"))
    assert (course.root / "ours.csv").read_bytes() == own


def test_postgresql_gives_the_same_files_and_the_same_report(course: Course) -> None:
    with postgresql() as address:
        with nbgrader_running(), Gradebook(address, "small") as gradebook:
            fill(gradebook)
        for form in FORMS:
            ours, _ = export(course, "--to", form)
            theirs, _ = export(course, "--to", form, "--db", address)
            assert theirs[0] == ours[0]
            assert sorted(theirs) == sorted(ours)  # which sorts names in its own way
        assert read_report(course, "week-1", address) == read_report(course, "week-1")


def test_what_is_not_there_is_said_in_one_line_and_nothing_is_written(course: Course) -> None:
    for arguments, said in (
        (["week-9"], "week-9: no such assignment in the gradebook"),
        (["--db", f"sqlite:///{course.root}/no.db"], "no.db: no such gradebook; nbgrader"),
        (["--output", f"{course.root}/no/grades.csv"], "cannot be written: No such file"),
    ):
        before = sorted(course.root.iterdir())
        result = CliRunner().invoke(main, ["--course-dir", str(course.root), "export", *arguments])
        assert (result.exit_code, result.output.count("\n")) == (1, 1)
        assert said in result.output
        assert sorted(course.root.iterdir()) == before
