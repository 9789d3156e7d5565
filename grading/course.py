"""An nbgrader course folder: its settings, its exercises, and nbgrader itself run on them."""

import os
import re
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config.loader import Config, PyFileConfigLoader

from grading.errors import CourseError


class Course(NamedTuple):
    """A course folder."""

    root: Path
    """Absolute path of the folder."""
    config: Config
    """What its ``nbgrader_config.py`` says."""

    @property
    def source(self) -> Path:
        """Folder with the instructor's notebooks."""
        return self._folder("source")

    @property
    def release(self) -> Path:
        """Folder with the students' notebooks."""
        return self._folder("release")

    @property
    def submitted(self) -> Path:
        """Folder with the submissions."""
        return self._folder("submitted")

    @property
    def autograded(self) -> Path:
        """Folder with the graded submissions."""
        return self._folder("autograded")

    @property
    def feedback(self) -> Path:
        """Folder with the feedback pages."""
        return self._folder("feedback")

    @property
    def db_url(self) -> str:
        """Address of the gradebook."""
        default = f"sqlite:///{self.root / 'gradebook.db'}"
        return str(self.config.CourseDirectory.get("db_url", default))

    def _folder(self, step: str) -> Path:
        return self.root / str(self.config.CourseDirectory.get(f"{step}_directory", step))


class Exercise(NamedTuple):
    """One assignment with its one notebook."""

    name: str
    """Name of the assignment and of its folder, such as ``03-backward``."""
    text: Path
    """The MyST notebook."""

    @property
    def folder(self) -> Path:
        """Folder of the assignment in the source directory."""
        return self.text.parent

    @property
    def notebook(self) -> Path:
        """The notebook made from the text."""
        return self.text.with_suffix(".ipynb")

    @property
    def answers(self) -> Path:
        """The named wrong and right answers."""
        return self.folder / "wrong_answers.py"

    @property
    def hints(self) -> Path:
        """The fingerprints of the wrong answers."""
        return self.folder / "hints.json"


def open_course(root: Path) -> Course:
    """Read a course folder's settings.

    Args:
        root: The folder with ``nbgrader_config.py``.

    Raises:
        CourseError: there is no such file, or it cannot be read.
    """
    path = root.resolve() / "nbgrader_config.py"
    if not path.is_file():
        raise CourseError(f"{root}: not a course folder, it has no nbgrader_config.py")
    try:
        config = PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except (Exception, SystemExit) as error:
        # the file is a program: anything can happen in it
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
    address = str(config.CourseDirectory.get("db_url", ""))
    if address.startswith("sqlite:///"):  # from the course's folder, wherever this is run
        file = path.parent / address.removeprefix("sqlite:///")
        config.CourseDirectory.db_url = f"sqlite:///{file}"
    return Course(path.parent, config)


def find_exercises(course: Course, names: tuple[str, ...] = ()) -> list[Exercise]:
    """Find the exercises that are written as text.

    Args:
        course: The course.
        names: Which ones; all when empty.

    Returns:
        The exercises in order of their names.

    Raises:
        CourseError: an exercise is not there, or its folder holds not exactly one text.
    """
    found = {path.parent.name: path for path in sorted(course.source.glob("*/*.md"))}
    if not found:
        raise CourseError(f"{course.source}: no exercises, expected NAME/notebook.md")
    for name in names:
        if name not in found:
            raise CourseError(f"{name}: no such exercise; there are {', '.join(found)}")
    exercises = [Exercise(name, path) for name, path in found.items() if name in (names or found)]
    for exercise in exercises:
        if len(list(exercise.folder.glob("*.md"))) > 1:
            raise CourseError(f"{exercise.folder}: expected one .md file")
    return exercises


def nbgrader_api(course: Course, **settings: dict[str, Any]) -> NbGraderAPI:
    """Open nbgrader on a course.

    Args:
        course: The course.
        settings: Class → settings that go before those of the course.

    Returns:
        nbgrader's own interface for programs.
    """
    config = Config()
    config.merge(course.config)
    config.CourseDirectory.root = str(course.root)
    config.merge(Config(settings))
    with nbgrader_running():
        return NbGraderAPI(CourseDirectory(config=config), config=config)


def run_nbgrader(result: dict[str, Any], doing: str) -> None:
    """Look at what a call of nbgrader's API gave back.

    Raises:
        CourseError: it failed; the message has the last reason in nbgrader's own words.
    """
    if not result["success"]:
        text = f"{result.get('error', '')}\n{result.get('log', '')}"
        lines = [line.strip() for line in text.strip().splitlines()]
        reasons = [
            line for line in lines if re.match(r"[\w.]*(Error|Exception|Invalid|Missing)", line)
        ]
        raise CourseError(f"nbgrader could not {doing}: {(reasons or lines)[-1]}")


@contextmanager
def nbgrader_running() -> Iterator[None]:
    """Run nbgrader in this process, without an activated environment and without its noise."""
    before = os.environ.get("PATH", "")
    # nbgrader calls alembic by name
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + before
    try:
        with warnings.catch_warnings():
            # nbgrader adds a submission to an assignment of another session, which is harmless
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        os.environ["PATH"] = before
