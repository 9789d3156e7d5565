"""nbgrader's gradebook, and what is read from it in more than one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook, Student, SubmittedAssignment
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from grading.course import Course, nbgrader_api, nbgrader_running
from grading.errors import CourseError


@contextmanager
def open_gradebook(course: Course, db_url: str | None = None) -> Iterator[Gradebook]:
    """Open a gradebook that is there.

    Args:
        course: The course.
        db_url: Another gradebook than the course's.

    Raises:
        CourseError: there is none, or it cannot be used.
    """
    coursedir = nbgrader_api(course).coursedir
    try:
        url = make_url(db_url or coursedir.db_url)
        file = url.database if url.get_backend_name() == "sqlite" else None
        if file and not Path(file).is_file():  # SQLite would make an empty one
            raise CourseError(f"{file}: no such gradebook; nbgrader generate_assignment makes it")
        if file:
            url = url.update_query_dict({"timeout": "30"})  # seconds, while others write
        address = url.render_as_string(hide_password=False)
        with nbgrader_running(), Gradebook(address, coursedir.course_id) as gradebook:
            yield gradebook
    except (SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"gradebook cannot be used: {reason}") from None


def points_of(submission: SubmittedAssignment) -> float:
    """Return the points of a submission, after a penalty for being late."""
    return max(0.0, float(submission.score - submission.late_submission_penalty))


def name_of(student: Student) -> str:
    """Return first and last name, or the id where the gradebook has no name."""
    return " ".join(filter(None, (student.first_name, student.last_name))) or str(student.id)
