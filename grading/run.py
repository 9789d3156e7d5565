"""Grading an assignment: what is new is read, graded side by side, and recorded one by one."""

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
from distributed import Client
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import IncludeHeaderFooter
from nbgrader.utils import find_all_files

from grading.batch import grade_many, open_client
from grading.course import Course, nbgrader_api
from grading.errors import CourseError
from grading.gradebook import open_gradebook
from grading.intake import Found, Submission, find_submissions, read_submission
from grading.recorder import Recorder, Score
from grading.result import Result
from grading.steps import GIVEN, template
from grading.submission import Assignment, Settings
from grading.withhold import read_withheld


class Event(NamedTuple):
    """One submission is done."""

    student: str
    score: Score | None
    """None when it could not be graded or recorded."""
    seconds: float
    """How long grading it took where it was graded."""
    flags: tuple[str, ...]
    """What a human should look at."""
    error: str = ""
    """Why there is no score."""


class Batch(NamedTuple):
    """What there is to grade of one assignment."""

    assignment: str
    notebooks: Mapping[str, Assignment]
    """The instructor's side, by name of the notebook."""
    settings: Settings
    waiting: Sequence[Found]
    """Who handed in something new."""
    graded: int
    """How many have their result already."""
    recorder: Recorder
    ignore: Sequence[str]
    """nbgrader's patterns of files that do not count."""
    basis: str
    """A hash of the instructor's side and the settings."""

    def digest(self, submission: Submission) -> str:
        """Return a hash of all that the result depends on."""
        return _hash(self.basis, submission.digest)

    def read(self, found: Found) -> Submission:
        """Read one submission from its folder."""
        names, most = list(self.notebooks), self.settings.notebook_bytes
        try:
            return read_submission(found, names, list(self.ignore), most)
        except Exception as error:
            # whatever a student made of the folder, the others are graded
            reason = f"the submission cannot be read ({type(error).__name__}: {error})"
            return Submission(found.student, {}, dict.fromkeys(names, reason), flags=(reason,))


def read_assignment(coursedir: CourseDirectory, name: str) -> dict[str, Assignment]:
    """Read the instructor's notebooks and files of an assignment.

    Raises:
        CourseError: there are none, or one is not for Python.
    """
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", name))
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise CourseError(f"{folder}: no notebook of the assignment {name} there")
    found = map(Path, find_all_files(str(folder), [*coursedir.ignore, "*.ipynb"]))
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}
    except OSError as error:
        raise CourseError(f"{error.filename}: {error.strerror}") from None
    for theirs in coursedir.config.Autograde.get("exclude_overwriting", {}).get(name, ()):
        files.pop(theirs, None)  # the student's own counts
    return {
        path.stem: Assignment(_whole(_read_notebook(path), coursedir), files) for path in notebooks
    }


def _whole(notebook: bytes, coursedir: CourseDirectory) -> bytes:
    """Add nbgrader's header and footer, which students have and tests may need."""
    adder = IncludeHeaderFooter(config=coursedir.config)
    if not adder.header and not adder.footer:
        return notebook
    nb = nbformat.reads(notebook.decode(), as_version=4)
    try:
        with contextlib.chdir(coursedir.root):
            adder.preprocess(nb, {})
    except OSError as error:
        raise CourseError(f"{error.filename}: {error.strerror}; header or footer") from None
    return str(nbformat.writes(nb)).encode()


def _read_notebook(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        language = template(content).language
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CourseError(f"{path}: expected a notebook of format 4") from None
    if language.lower() != "python":
        raise CourseError(f"{path}: expected a notebook for Python, got one for {language}")
    return content


@contextmanager
def open_batch(
    course: Course,
    assignment: str,
    settings: Settings,
    *,
    db_url: str | None = None,
    students: Sequence[str] = (),
    force: bool = False,
) -> Iterator[Batch]:
    """Look at what there is to grade, and keep other graders out of the course meanwhile.

    Args:
        course: The course.
        assignment: Name of the assignment.
        settings: How it is graded.
        db_url: Another gradebook than the course's.
        students: Only these; all when empty.
        force: Grade again what has its result.

    Raises:
        CourseError: the course, the assignment or the gradebook cannot be used.
    """
    coursedir = nbgrader_api(course).coursedir
    notebooks = read_assignment(coursedir, assignment)
    _check_withheld(settings, notebooks, assignment)
    _check_size(settings, notebooks, assignment)
    with only_grader(course.root), open_gradebook(course, db_url) as gradebook:
        recorder = Recorder(gradebook, coursedir, course.config, assignment)
        recorder.check({name: ours.notebook for name, ours in notebooks.items()})
        notebooks = {
            name: ours._replace(notebook=recorder.instantiated(name, ours.notebook))
            for name, ours in notebooks.items()
        }
        found = find_submissions(coursedir, assignment)
        if not found:
            where = coursedir.format_path(coursedir.submitted_directory, "*", assignment)
            raise CourseError(f"{where}: no submissions there")
        ids = {one.student for one in found}
        if unknown := [student for student in students if student not in ids]:
            raise CourseError(f"{unknown[0]}: no submission of {assignment}")
        basis = _hash(notebooks, settings._replace(hidden=()))  # the course may move
        ignore = coursedir.ignore
        batch = Batch(assignment, notebooks, settings, [], 0, recorder, ignore, basis)
        chosen = [one for one in found if not students or one.student in students]
        known = {} if force else recorder.digests()
        waiting = [
            one
            for one in chosen
            if one.student not in known or batch.digest(batch.read(one)) != known[one.student]
        ]
        yield batch._replace(waiting=waiting, graded=len(chosen) - len(waiting))


def _check_withheld(
    settings: Settings, notebooks: Mapping[str, Assignment], assignment: str
) -> None:
    cells = {
        step.name
        for ours in notebooks.values()
        for step in template(ours.notebook).steps
        if step.kind == GIVEN
    }
    for entry in settings.withheld:
        until = read_withheld(entry).until
        if until and until not in cells:
            raise CourseError(f"{entry}: {assignment} has no locked cell {until} without points")


def _check_size(settings: Settings, notebooks: Mapping[str, Assignment], assignment: str) -> None:
    size = max(sum(map(len, ours.files.values())) for ours in notebooks.values())
    if size > settings.limits.disk:
        needed, room = -(-size >> 20), settings.limits.disk >> 20
        raise CourseError(
            f"{assignment}: its files need {needed} MiB where c.Grading.disk allows {room}"
        )


def grade_batch(batch: Batch, scheduler: str | None, jobs: int) -> Iterator[Event]:
    """Grade and record what is waiting.

    Args:
        batch: From :func:`open_batch`.
        scheduler: Address of a Dask scheduler; None for a cluster of our own.
        jobs: How many submissions at a time on a cluster of our own.

    Yields:
        Each submission when its result is recorded.

    Raises:
        CourseError: nothing can be graded here: no sandbox, or no workers.
    """
    if batch.waiting:
        with open_client(scheduler, jobs) as client:
            yield from grade_with(client, batch)


def grade_with(client: Client, batch: Batch) -> Iterator[Event]:
    """Grade and record what is waiting, as :func:`grade_batch` does, on a cluster that is there.

    Args:
        client: Connected to the workers.
        batch: From :func:`open_batch`.

    Yields:
        Each submission when its result is recorded.

    Raises:
        CourseError: nothing can be graded there.
    """
    submissions = map(batch.read, batch.waiting)
    for graded in grade_many(client, submissions, batch.notebooks, batch.settings):
        yield _record(batch, graded.submission, graded.results, graded.error)


def _record(
    batch: Batch, submission: Submission, results: Mapping[str, Result], error: str
) -> Event:
    score = None
    flags = dict.fromkeys(
        [*submission.flags, *(flag for result in results.values() for flag in result.flags)]
    )
    if not error:
        try:
            score = batch.recorder.record(submission, results, batch.digest(submission))
        except CourseError as reason:
            error = str(reason)
    seconds = sum(result.seconds["total"] for result in results.values())
    return Event(submission.student, score, seconds, tuple(flags), error)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@contextmanager
def only_grader(root: Path) -> Iterator[None]:
    """Hold the course's lock.

    Raises:
        CourseError: somebody else does, or the folder is not ours to write to.
    """
    try:
        lock = (root / ".grading.lock").open("w")
    except OSError as error:
        raise CourseError(f"{root}: {error.strerror}; grading writes there") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(f"{root}: another grader is at work in this course") from None
        yield
