"""An nbgrader course folder: its settings, its exercises, and nbgrader itself run on them."""

import importlib
import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

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
        return self.root / str(self.config.CourseDirectory.get("source_directory", "source"))

    @property
    def release(self) -> Path:
        """Folder with the students' notebooks."""
        return self.root / str(self.config.CourseDirectory.get("release_directory", "release"))


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
    except Exception as error:
        # the file is a program: anything can happen in it
        raise CourseError(f"{path}: {type(error).__name__}: {error}") from error
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


def nbgrader_api(course: Course, **settings: dict[str, Any]) -> Any:
    """Open nbgrader on a course.

    Args:
        course: The course.
        settings: Class → settings that go before those of the course.

    Returns:
        nbgrader's own ``NbGraderAPI``.

    Raises:
        CourseError: nbgrader is not installed.
    """
    try:
        api = importlib.import_module("nbgrader.apps.api")
        coursedir = importlib.import_module("nbgrader.coursedir")
    except ImportError as error:
        raise CourseError(f"nbgrader cannot be loaded ({error}); install it with pip") from error
    config = Config()
    config.merge(course.config)
    config.CourseDirectory.root = str(course.root)
    config.merge(Config(settings))
    with own_programs_on_path():
        return api.NbGraderAPI(coursedir.CourseDirectory(config=config), config=config)


def run_nbgrader(result: dict[str, Any], doing: str) -> None:
    """Look at what a call of nbgrader's API gave back.

    Raises:
        CourseError: it failed; the message has nbgrader's own last words.
    """
    if not result["success"]:
        words = (result.get("error") or result.get("log") or "no reason given").strip()
        raise CourseError(f"nbgrader could not {doing}: {words.splitlines()[-1]}")


@contextmanager
def own_programs_on_path() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by name, when no environment is activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + before
    try:
        yield
    finally:
        os.environ["PATH"] = before
