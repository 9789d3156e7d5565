"""Grades as files that other programs read: exporters for ``nbgrader export`` and ours.

Each is one of nbgrader's export plug-ins, to be used there too:
``nbgrader export --exporter=grading.export.CanvasExport``.

What Canvas and Moodle accept is what their importers do: Canvas' ``lib/gradebook_importer.rb``,
and Moodle's ``grade/import/csv/classes/load_data.php``.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment
from nbgrader.plugins.export import ExportPlugin

from grading.errors import CourseError
from grading.files import write_whole
from grading.gradebook import points_of

_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_MOODLE_LARGEST = 100  # unless the site's administrator allows more
Cell = str | float


class Grades(NamedTuple):
    """What is exported."""

    assignments: list[Assignment]
    """In the gradebook's order."""
    students: list[Student]
    """In order of their names."""
    submissions: Mapping[tuple[str, str], SubmittedAssignment]
    """By name of the assignment and id of the student."""

    def points(self, assignment: str, student: str) -> float | None:
        """Return what somebody has, after a penalty for being late; None without a submission."""
        found = self.submissions.get((assignment, student))
        if found is None:
            return None
        return round(points_of(found), 6)


class Table(NamedTuple):
    """A file to be written, and what its reader should know."""

    rows: list[list[Cell]]
    """The first is the header. Numbers are numbers, all else is text."""
    notes: list[str]
    """One line each."""


class GradesExport(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """The columns of nbgrader's own export; a cell cannot start a formula or another column."""

    file = "grades.csv"
    """Name of the file when no other is given."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file; called by ``nbgrader export``."""
        try:
            notes = self.write(gradebook)
        except CourseError as error:
            raise SystemExit(f"Error: {error}") from None
        for note in notes:
            self.log.warning(note)

    def write(self, gradebook: Gradebook) -> list[str]:
        """Write the file to where the trait ``to`` says.

        Returns:
            What its reader should know.

        Raises:
            CourseError: there is nothing to write, or the file cannot be written.
        """
        grades = read_grades(gradebook, list(self.assignment), list(map(str, self.student)))
        table = self.table(grades)
        write_whole(Path(self.to or self.file), to_csv(table.rows))
        return [*table.notes, *_open_questions(grades)]

    def table(self, grades: Grades) -> Table:
        """Lay the grades out: one row for each student and assignment."""
        header = "assignment duedate timestamp student_id last_name first_name email raw_score"
        rows: list[list[Cell]] = [
            [*header.split(), "late_submission_penalty", "score", "max_score"]
        ]
        for assignment in grades.assignments:
            for student in grades.students:
                found = grades.submissions.get((assignment.name, student.id))
                points = grades.points(assignment.name, student.id) or 0.0
                raw = (found.score, found.late_submission_penalty) if found else (0.0, 0.0)
                when = (assignment.duedate, found.timestamp if found else None)
                person = (student.id, student.last_name, student.first_name, student.email)
                texts = [str(text or "") for text in (assignment.name, *when, *person)]
                rows.append([*texts, *raw, points, assignment.max_score])
        return Table(rows, [])


class CanvasExport(GradesExport):
    """The form that Canvas' gradebook imports.

    Canvas looks for a student's number in Canvas (``ID``: nbgrader's ``lms_user_id``), then for
    the login (``SIS Login ID``: nbgrader's id), then for the name. The row "Points Possible" is
    told by its first cell, so nothing but a student's name is ever put there.
    """

    file = "grades-canvas.csv"

    def table(self, grades: Grades) -> Table:
        """Lay the grades out: one row for each student, one column for each assignment."""
        names = [assignment.name for assignment in grades.assignments]
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        most = [assignment.max_score for assignment in grades.assignments]
        rows: list[list[Cell]] = [[*header, *names], ["Points Possible", "", "", "", "", *most]]
        for student in grades.students:
            person = [_name(student), student.lms_user_id or "", "", student.id, ""]
            rows.append([*person, *_points_or_nothing(grades, names, student)])
        notes = []
        if unknown := [student.id for student in grades.students if not student.lms_user_id]:
            notes.append(
                f"no lms_user_id: {_some(unknown)}; Canvas looks for these by login, nbgrader's id"
            )
        if odd := [student.id for student in grades.students if neutral(student.id) != student.id]:
            notes.append(f"id like a formula: {_some(odd)}; Canvas will ask who that is")
        return Table(rows, notes)


class MoodleExport(GradesExport):
    """The form that Moodle's gradebook imports.

    Students are told by one column: the email address where everybody has one of their own, and
    nbgrader's id otherwise. Moodle gives a row without it to the student before, and stops at a
    student that it does not know, so nobody without a usable one is written.
    """

    file = "grades-moodle.csv"

    def table(self, grades: Grades) -> Table:
        """Lay the grades out: one row for each student, a grade and a feedback column each."""
        emails = Counter((student.email or "").lower() for student in grades.students)
        by_email = "" not in emails and max(emails.values(), default=1) == 1
        header = "Email address" if by_email else "Username"
        names = [assignment.name for assignment in grades.assignments]
        columns = [column for name in names for column in (name, f"{name} feedback")]
        rows: list[list[Cell]] = [["First name", "Last name", header, *columns]]
        left_out = []
        for student in grades.students:
            identifier = student.email if by_email else student.id
            if neutral(identifier) != identifier:
                left_out.append(identifier)
                continue
            points = _points_or_nothing(grades, names, student)
            comments = [_comments(grades.submissions.get((name, student.id))) for name in names]
            pairs = [cell for pair in zip(points, comments, strict=True) for cell in pair]
            rows.append([student.first_name or "", student.last_name or "", identifier, *pairs])
        target = "Email address" if by_email else "Username or ID number"
        notes = [f'in Moodle, map the column "{header}" to {target}']
        if left_out:
            notes.append(f"left out, like a formula and unknown to Moodle: {_some(left_out)}")
        if large := [one.name for one in grades.assignments if one.max_score > _MOODLE_LARGEST]:
            notes.append(f"more than {_MOODLE_LARGEST} points, which Moodle may refuse: {large[0]}")
        return Table(rows, notes)


FORMS = {"csv": GradesExport, "canvas": CanvasExport, "moodle": MoodleExport}


def read_grades(gradebook: Gradebook, assignments: list[str], students: list[str]) -> Grades:
    """Read the grades.

    Args:
        gradebook: nbgrader's gradebook.
        assignments: Which ones; all when empty.
        students: Ids; all when empty.

    Raises:
        CourseError: an assignment or a student is not there, or nobody is.
    """
    chosen = _chosen("assignment", gradebook.assignments, assignments, "name")
    people = _chosen("student", gradebook.students, students, "id")
    found = {
        (assignment.name, submission.student_id): submission
        for assignment in chosen
        for submission in gradebook.assignment_submissions(assignment.name)
    }
    return Grades(chosen, people, found)


def _chosen(what: str, there: list[Any], wanted: list[str], key: str) -> list[Any]:
    names = [getattr(one, key) for one in there]
    for name in wanted:
        if name not in names:
            raise CourseError(f"{name}: no such {what} in the gradebook")
    if not names:
        raise CourseError(f"there is no {what} in the gradebook")
    return [one for one, name in zip(there, names, strict=True) if name in (wanted or names)]


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    A number stays a number, a negative one too.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def to_csv(rows: Iterable[Iterable[Cell]]) -> str:
    """Write rows as CSV; every text is in quotes, whatever the reader takes for a separator."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue()


def _name(student: Student) -> str:
    last_first = ", ".join(filter(None, (student.last_name, student.first_name)))
    return "" if "Points Possible" in last_first else last_first


def _points_or_nothing(grades: Grades, names: list[str], student: Student) -> list[Cell]:
    """An empty cell for what was not handed in: it changes nothing where it is imported."""
    points = [grades.points(name, student.id) for name in names]
    return ["" if value is None else value for value in points]


def _comments(submission: SubmittedAssignment | None) -> str:
    if submission is None:
        return ""
    found = [comment.comment for notebook in submission.notebooks for comment in notebook.comments]
    return "\n".join(filter(None, found))


def _open_questions(grades: Grades) -> list[str]:
    notes = []
    for assignment in grades.assignments:
        mine = {student for name, student in grades.submissions if name == assignment.name}
        if none := [student.id for student in grades.students if student.id not in mine]:
            notes.append(f"{assignment.name}: no submission of {_some(none)}")
    waiting = [
        f"{who} {name}" for (name, who), one in grades.submissions.items() if one.needs_manual_grade
    ]
    if waiting:
        notes.append(f"a person has still to look at {_some(waiting)}")
    return notes


def _some(names: list[str]) -> str:
    """Name the first few; ids are quoted, so that none can change the terminal."""
    shown = ", ".join(repr(name) for name in names[:3])
    return f"{shown} and {len(names) - 3} others" if len(names) > 3 else shown
