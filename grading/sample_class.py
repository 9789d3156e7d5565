"""A class that does not exist: submissions made from known answers, handed in and graded.

It shows the whole way of a submission in a real course folder, and that scores and feedback are
what they should be. Everything in the folder is made here and can be made again.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from distributed import Client
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from grading.answers import Answer, load_answers, model_answer, with_answers
from grading.course import (
    Course,
    Exercise,
    nbgrader_api,
    nbgrader_running,
    open_course,
    run_nbgrader,
)
from grading.errors import CourseError
from grading.feedback import write_feedback
from grading.release import prepare
from grading.run import Event, grade_with, open_batch
from grading.settings import read_settings
from grading.source import read_notebook, read_source, write_notebook
from grading.tasks import find_tasks

STAMP = "made-from.sha256"


class Student(NamedTuple):
    """Somebody who does not exist, and what they hand in."""

    first_name: str
    last_name: str
    does: str
    """``right``, ``blank``, or which tasks are wrong: ``first``, ``last``, ``all``; ``begun``
    has done the first task only."""
    pick: int = 0
    """Which of the right or wrong answers, counted along the list in even steps."""

    @property
    def id(self) -> str:
        """The student's id and folder."""
        return f"{self.first_name}.{self.last_name}".lower()


STUDENTS = (
    Student("Amina", "Okafor", "right", 0),
    Student("Bruno", "Castel", "last", 0),
    Student("Chiara", "Lindqvist", "first", 3),
    Student("Dmitri", "Hale", "blank"),
    Student("Elif", "Moreau", "right", 1),
    Student("Farid", "Novak", "last", 3),
    Student("Grace", "Tanaka", "first", 5),
    Student("Hugo", "Adeyemi", "all", 1),
    Student("Ines", "Petrov", "last", 5),
    Student("Jonas", "Rahman", "begun"),
    Student("Keiko", "Svensson", "right", 2),
    Student("Luca", "Mbeki", "first", 0),
)
STEPS = 7
"""In how many even steps a student's pick walks along the wrong answers."""


def open_sample_class(
    course: Course, exercises: Sequence[Exercise], folder: Path, depends: Sequence[Path] = ()
) -> Course:
    """Open the sample class, begun again if anything that it was made from has changed.

    Args:
        course: The course whose exercises are taken.
        exercises: The exercises.
        folder: Folder of the class.
        depends: Files or folders that the exercises need, such as a package of the course.

    Returns:
        An nbgrader course folder of its own, with the exercises of ``course``.

    Raises:
        CourseError: an exercise cannot be used, or the folder holds something else.
    """
    stamp = folder / STAMP
    if folder.exists() and any(folder.iterdir()) and not stamp.exists():
        raise CourseError(f"{folder}: holds something else than a sample class")
    sources = [path for exercise in exercises for path in (exercise.text, exercise.answers)]
    digest = _digest([course.root / "nbgrader_config.py", Path(__file__), *sources, *depends])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        for exercise in exercises:
            prepare(exercise)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        stamp.write_text(digest, encoding="utf-8")
    config = f'''"""A sample class; made by `grading sample-class`, which makes it again."""

c = get_config()  # noqa: F821
load_subconfig("nbgrader_config.py", path={str(course.root)!r})  # noqa: F821
c.CourseDirectory.source_directory = {str(course.source)!r}
'''
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    return open_course(folder)


def _digest(paths: Sequence[Path]) -> str:
    """Hash files, and the Python files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for file in files:
            content = file.read_bytes()
            digest.update(f"{file} {len(content)} ".encode() + content)
    return digest.hexdigest()


def hand_in(class_course: Course, exercise: Exercise) -> None:
    """Release an exercise to the class and write everybody's submission.

    Raises:
        CourseError: nbgrader refuses the exercise.
    """
    api = nbgrader_api(class_course)
    with nbgrader_running():
        run_nbgrader(
            api.generate_assignment(exercise.name, force=False), f"generate {exercise.name}"
        )
    notebook = read_source(exercise.text)
    answers = load_answers(exercise.answers, notebook)
    released = class_course.release / exercise.name
    for student in STUDENTS:
        folder = class_course.submitted / student.id / exercise.name
        if not (folder / "timestamp.txt").exists():  # which is written last
            shutil.copytree(released, folder, dirs_exist_ok=True)
            path = folder / exercise.notebook.name
            write_notebook(
                with_answers(read_notebook(path), *_chosen(notebook, answers, student)), path
            )
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
            (folder / "timestamp.txt").write_text(now, encoding="utf-8")


def _chosen(notebook: NotebookNode, answers: list[Answer], student: Student) -> Iterator[Answer]:
    """Choose a student's answer to each function that the student has written."""
    functions = [task.function for task in find_tasks(notebook)]
    mistaken = {"first": functions[:1], "last": functions[-1:], "all": functions}
    written = {"blank": [], "begun": functions[:1]}.get(student.does, functions)
    for function in written:
        mine = [answer for answer in answers if answer.function == function]
        if function in mistaken.get(student.does, []):
            wrong = [answer for answer in mine if not answer.is_right]
            yield wrong[student.pick * len(wrong) // STEPS]
        else:
            right = [model_answer(notebook, function), *(a for a in mine if a.is_right)]
            yield right[student.pick % len(right)]


def grade(
    client: Callable[[], Client],
    class_course: Course,
    exercise: Exercise,
    *,
    no_sandbox: bool = False,
) -> Iterator[Event]:
    """Grade what is not graded yet.

    Args:
        client: Connects to the workers; called only when there is something to grade.
        class_course: The class.
        exercise: The exercise.
        no_sandbox: Run the answers, which are the course's own, with all rights.

    Yields:
        Each student's result when it is recorded.

    Raises:
        CourseError: a submission was not graded.
    """
    with nbgrader_running(), Gradebook(class_course.db_url) as gradebook:
        for student in STUDENTS:
            names = {"first_name": student.first_name, "last_name": student.last_name}
            gradebook.update_or_create_student(student.id, **names)
    settings = read_settings(class_course, exercise.name, no_sandbox=no_sandbox)
    with open_batch(class_course, exercise.name, settings) as batch:
        for event in grade_with(client(), batch) if batch.waiting else ():
            if event.error:
                raise CourseError(event.error)
            yield event


def hand_back(class_course: Course, exercise: Exercise) -> None:
    """Write everybody's feedback that is not there yet.

    Raises:
        CourseError: a page was not written.
    """
    page = exercise.notebook.with_suffix(".html").name
    waiting = [
        student.id
        for student in STUDENTS
        if not (class_course.feedback / student.id / exercise.name / page).exists()
    ]
    if waiting:
        for written in write_feedback(class_course, exercise.name, students=waiting):
            if written.error:
                raise CourseError(f"{written.student}: no feedback: {written.error}")
