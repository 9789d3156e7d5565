"""Feedback pages of graded submissions, where nbgrader looks for them."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import GetGrades

from grading.course import Course, nbgrader_api, nbgrader_running
from grading.errors import CourseError
from grading.feedback_hidden import leave_out_hidden_tests
from grading.feedback_page import About, make_page
from grading.files import write_whole
from grading.gradebook import name_of, open_gradebook
from grading.intake import find_submissions, read_submission
from grading.recorded import read_runs, reasons
from grading.run import only_grader
from grading.source import read_notebook

SECONDS = 60.0
"""Most time for the pages of one submission."""
_SECRET = "submission_secret.txt"  # noqa: S105 - a file's name; release_feedback needs it


class Written(NamedTuple):
    """One student's feedback is done."""

    student: str
    pages: tuple[Path, ...]
    error: str = ""
    """Why there is none; what was there before is still there."""


class TooLongError(BaseException):
    """Not an ``Exception``, which the libraries that are at work may catch."""


def write_feedback(
    course: Course,
    assignment: str,
    *,
    db_url: str | None = None,
    students: Sequence[str] = (),
    with_hidden_tests: bool = False,
) -> Iterator[Written]:
    """Write a page for each graded notebook of an assignment.

    Call it in the main thread, as it keeps its time with a signal.

    Args:
        course: The course.
        assignment: Name of the assignment.
        db_url: Another gradebook than the course's.
        students: Only these; all when empty.
        with_hidden_tests: Show the source of hidden tests too.

    Yields:
        Each student whose pages are written, or cannot be.

    Raises:
        CourseError: the course, the assignment or the gradebook cannot be used.
    """
    with only_grader(course.root), open_gradebook(course, db_url) as gradebook:
        writer = _Writer(course, gradebook, assignment, with_hidden_tests)
        for submission in writer.graded(students):
            yield writer.write(submission)


class _Writer:
    """Writes the pages of one assignment."""

    def __init__(
        self, course: Course, gradebook: Gradebook, assignment: str, with_hidden: bool
    ) -> None:
        self.coursedir = coursedir = nbgrader_api(course).coursedir
        self.config = course.config
        self.gradebook = gradebook
        self.assignment = assignment
        self.with_hidden = with_hidden
        self.nbgrader = GenerateFeedback(coursedir=coursedir, config=course.config)
        self.submitted = {one.student: one for one in find_submissions(coursedir, assignment)}
        self.runs = read_runs(gradebook, assignment)

    def graded(self, students: Sequence[str]) -> list[SubmittedAssignment]:
        """Return the submissions that have their result, in order of the students' ids."""
        try:
            self.gradebook.find_assignment(self.assignment)
        except MissingEntry:
            raise CourseError(
                f"the gradebook does not know the assignment {self.assignment}"
            ) from None
        excluded = self.coursedir.student_id_exclude.split(",")
        found = {
            one.student.id: one
            for one in self.gradebook.assignment_submissions(self.assignment)
            if one.student.id not in excluded and self._graded_folder(one.student.id).is_dir()
        }
        for student in students:
            if student not in found:
                raise CourseError(f"{student}: no graded submission of {self.assignment}")
        return [found[student] for student in sorted(students or found)]

    def write(self, submission: SubmittedAssignment) -> Written:
        """Write one student's pages, each as a whole or not at all."""
        student: str = submission.student.id
        try:
            with _at_most(SECONDS), nbgrader_running():
                pages = {
                    f"{one.name}.html": self._page(submission, one) for one in submission.notebooks
                }
            written = self._write_files(student, {**self._companions(student), **pages})
        except TooLongError:
            return Written(student, (), f"rendering took more than {SECONDS:g} s")
        except CourseError as error:
            return Written(student, (), str(error))
        except Exception as error:  # hostile input can make any of the libraries stumble
            reason = str(error).partition("\n")[0]
            return Written(student, (), f"{type(error).__name__}: {reason}".removesuffix(": "))
        return Written(student, tuple(path for path in written if path.suffix == ".html"))

    def _page(self, submission: SubmittedAssignment, entry: SubmittedNotebook) -> str:
        student = submission.student
        content = read_notebook(self._graded_folder(student.id) / f"{entry.name}.ipynb")
        if not self.with_hidden:
            leave_out_hidden_tests(content, self.config)
        self._add_grades(content, entry.name, student.id)
        penalty = entry.late_submission_penalty or 0.0
        return make_page(
            content,
            About(
                assignment=self.assignment,
                notebook=entry.name,
                student=name_of(student),
                score=max(0.0, entry.score - penalty),
                max_score=entry.max_score,
                late_penalty=penalty,
                flags=self._flags(student.id, entry.name),
            ),
        )

    def _add_grades(self, content: NotebookNode, notebook: str, student: str) -> None:
        grades = GetGrades(config=self.config)
        grades.gradebook = self.gradebook
        grades.notebook_id, grades.assignment_id = notebook, self.assignment
        grades.student_id = student
        entry = self.gradebook.find_submission_notebook(notebook, self.assignment, student)
        waiting = {grade.name for grade in entry.grades if grade.needs_manual_grade}
        for index, cell in enumerate(content.cells):
            marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
            for name in ("score", "points", "comment", "waiting"):
                marks.pop(name, None)
            try:
                grades.preprocess_cell(cell, {}, index)
            except MissingEntry:  # marked as graded by the student: it is not in the gradebook
                continue
            if marks.get("grade_id") in waiting:
                marks["waiting"] = True

    def _flags(self, student: str, notebook: str) -> tuple[str, ...]:
        about = self.runs.get(student)
        if about is None or notebook not in about["notebooks"]:  # plain nbgrader graded it
            return ()
        return tuple(reasons({**about, "notebooks": {notebook: about["notebooks"][notebook]}}))

    def _companions(self, student: str) -> dict[str, str]:
        """Return the small files by which nbgrader releases feedback to the one who handed in."""
        texts: dict[str, str] = {}
        folder = self._graded_folder(student)
        if student in self.submitted:
            found = read_submission(self.submitted[student], [], list(self.coursedir.ignore), 0)
            graded = self.coursedir.get_existing_timestamp(str(folder))
            if found.timestamp and found.timestamp != str(graded):
                # its secret would release the old page as an answer to the new submission
                raise CourseError("handed in again since it was graded; grade it first")
            if secret := found.files.get(_SECRET):
                texts[_SECRET] = secret.decode("utf-8", "replace")
        for name in (_SECRET, "timestamp.txt"):
            if (folder / name).is_file():
                texts[name] = (folder / name).read_text(encoding="utf-8")
        return texts

    def _write_files(self, student: str, texts: dict[str, str]) -> list[Path]:
        directory = self.coursedir.feedback_directory
        place = Path(self.coursedir.format_path(directory, student, self.assignment))
        place.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(place / name, text.encode("utf-8", "replace").decode())  # half a surrogate
        self.nbgrader.set_permissions(self.assignment, student)
        return [place / name for name in texts]

    def _graded_folder(self, student: str) -> Path:
        directory = self.coursedir.autograded_directory
        return Path(self.coursedir.format_path(directory, student, self.assignment))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stop the block after some time.

    Raises:
        TooLongError: it took longer.
    """

    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, interval)
        signal.signal(signal.SIGALRM, before)
