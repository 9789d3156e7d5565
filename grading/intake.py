"""What students handed in, read from a course folder in which nothing is to be trusted.

No link is followed and nothing but a regular file is opened, so that reading neither waits nor
leaves the folder. What cannot be graded is still returned, with the reason.
"""

import errno
import glob
import hashlib
import importlib.util
import os
import re
import stat
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

MAX_FILES = 1000
"""Most files of one submission that are read, beside its notebooks."""
MAX_FILE_BYTES = 20 << 20
"""Most bytes of these files together."""
MAX_NAME = 250
"""Longest path of such a file, and longest id of a student, in bytes."""
_MAX_FLAGS = 20


class Found(NamedTuple):
    """A place where a student handed in."""

    student: str
    """The student's id, with anything that cannot be shown written as an escape."""
    path: Path
    """What should be the folder of the submission."""
    root: Path
    """The folder above, which belongs to the instructor."""


class Submission(NamedTuple):
    """One student's submission of one assignment."""

    student: str
    """The student's id."""
    notebooks: Mapping[str, bytes]
    """The assignment's notebooks that are there, by name without ``.ipynb``."""
    missing: Mapping[str, str]
    """Why the others are not."""
    files: Mapping[str, bytes] = {}
    """The student's other files, by relative path."""
    timestamp: str = ""
    """When it was handed in, as nbgrader's ``timestamp.txt`` says; empty when it does not."""
    flags: tuple[str, ...] = ()
    """What a human should look at."""

    @property
    def digest(self) -> str:
        """A hash of all that grading depends on."""
        digest = hashlib.sha256(repr((self.timestamp, self.missing, self.flags)).encode())
        for name, content in [*sorted(self.notebooks.items()), *sorted(self.files.items())]:
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


def find_submissions(coursedir: CourseDirectory, assignment: str) -> list[Found]:
    """Find everybody who handed in, in order of their ids.

    Args:
        coursedir: nbgrader's settings of the course's folders.
        assignment: Name of the assignment.

    Returns:
        A place for each student; the ids are different.
    """
    step = coursedir.submitted_directory
    pattern = coursedir.format_path(step, "(?P<student>.*)", assignment, escape=True)
    root = Path(coursedir.format_path(step, "@", assignment).partition("@")[0])
    excluded = coursedir.student_id_exclude.split(",")
    found: dict[str, Found] = {}
    pattern_of_all = coursedir.format_path(step, "*", assignment)
    for path in sorted(glob.glob(pattern_of_all)):  # noqa: PTH207 - nbgrader's way to find them
        match = re.fullmatch(pattern, path, re.DOTALL)
        student = _shown(match["student"]) if match else ""
        if len(student.encode()) > MAX_NAME + 5:  # no folder can have the escapes of such a name
            student = student[:50] + "…" + hashlib.sha256(student.encode()).hexdigest()[:16]
        if student and student not in excluded:
            while student in found:  # another folder's name looks like the escape of this one's
                student += "'"
            found[student] = Found(student, Path(path), root)
    return list(found.values())


def read_submission(
    found: Found, notebooks: list[str], ignore: list[str], max_bytes: int
) -> Submission:
    """Read one submission.

    Args:
        found: Where it is.
        notebooks: Names of the assignment's notebooks, without ``.ipynb``.
        ignore: nbgrader's patterns of files that do not count.
        max_bytes: A larger notebook is not read.

    Returns:
        The submission, whatever is there.
    """
    problem = _not_a_folder(found)
    if problem:
        return Submission(found.student, {}, dict.fromkeys(notebooks, problem), flags=(problem,))
    read: dict[str, bytes] = {}
    missing: dict[str, str] = {}
    flags: list[str] = []
    if found.student != found.path.parent.name and found.student not in found.path.parts:
        flags.append("the folder's name has characters that cannot be shown")
    for name in notebooks:
        try:
            read[name] = _read(found.path / f"{name}.ipynb", max_bytes)
        except _NotReadError as error:
            missing[name] = f"{name}.ipynb {error}"
    others = sorted({path.name for path in _entries(found.path) if path.suffix == ".ipynb"})
    strange = [name for name in others if name.removesuffix(".ipynb") not in notebooks]
    if missing and strange:
        flags.append(f"there is a notebook of another name: {', '.join(map(_shown, strange[:5]))}")
    files = _files(found.path, ignore, flags)
    timestamp = _timestamp(found.path, flags)
    return Submission(found.student, read, missing, files, timestamp, tuple(flags))


class _NotReadError(Exception):
    """A file cannot be read; the text goes on from its name."""


def _not_a_folder(found: Found) -> str:
    """Say why the place cannot be looked into; empty when it can."""
    places = [found.path, *found.path.parents]
    for place in reversed(places[: places.index(found.root)]):
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            target = _shown(str(place.readlink()))
            return f"the submission is a link to {target}, which is not followed"
        if not stat.S_ISDIR(mode):
            return "the submission is not a folder"
        if not os.access(place, os.R_OK | os.X_OK):
            return "the submission's folder may not be read"
    return ""


def _read(path: Path, max_bytes: int) -> bytes:
    """Read a regular file without following a link or waiting for a writer."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise _NotReadError("is not there") from None
    except OSError as error:
        is_link = error.errno == errno.ELOOP
        what = "is a link, which is not followed" if is_link else f"({error.strerror})"
        raise _NotReadError(what) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise _NotReadError("is not a file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > max_bytes:
            size, most = status.st_size / 1e6, max_bytes / 1e6
            raise _NotReadError(f"has {size:.1f} MB, at most {most:.1f} are read")
        try:
            return file.read(max_bytes)
        except OSError as error:
            raise _NotReadError(f"({error.strerror})") from None


def _files(folder: Path, ignore: list[str], flags: list[str]) -> dict[str, bytes]:
    """Read what lies beside the notebooks; say what was left out."""
    files: dict[str, bytes] = {}
    room = MAX_FILE_BYTES
    for path in _walk(folder, ["*.ipynb", *ignore]):
        name = path.relative_to(folder).as_posix()
        if name == "timestamp.txt":
            continue
        if len(flags) >= _MAX_FLAGS:
            flags.append("there is more that is left out")
            break
        if _shown(name) != name or len(os.fsencode(name)) > MAX_NAME:
            flags.append(f"file {_shown(name)[:MAX_NAME]} left out for its name")
            continue
        if len(files) == MAX_FILES:
            flags.append(f"more than {MAX_FILES} files; the others are left out")
            break
        try:
            files[name] = _read(path, room)
            room -= len(files[name])
        except _NotReadError as error:
            flags.append(f"file {name} left out: it {error}")
    tops = dict.fromkeys(name.partition("/")[0].removesuffix(".py") for name in files)
    modules = [top for top in tops if _is_module(top)]
    flags += [f"file {top} has the name of a module" for top in modules[:_MAX_FLAGS]]
    return files


def _is_module(name: str) -> bool:
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except ValueError:  # loaded without a specification, as __main__ is
        return True


def _walk(folder: Path, ignore: list[str]) -> Iterator[Path]:
    """Find what is no folder; nbgrader's way of ignoring lists a folder for each file in it."""

    def wanted(names: list[str]) -> list[str]:
        return sorted(n for n in names if not any(fnmatch(n, pattern) for pattern in ignore))

    todo = [folder]
    while todo:
        place = todo.pop()
        try:
            entries = {entry.name: entry for entry in os.scandir(place)}
        except OSError:  # may not be looked into, or its path is too long
            yield place
            continue
        for name in wanted(list(entries)):
            path = Path(entries[name].path)
            if not entries[name].is_dir(follow_symlinks=False):
                yield path
            elif not name.startswith("."):
                todo.append(path)


def _entries(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in os.scandir(folder)]


def _timestamp(folder: Path, flags: list[str]) -> str:
    try:
        text = _read(folder / "timestamp.txt", 1000).decode("utf-8", "replace").strip()
    except _NotReadError as error:
        if "not there" not in str(error):
            flags.append(f"timestamp.txt {error}")
        return ""
    try:
        return str(parse_utc(text)) if text else ""
    except (ValueError, ArithmeticError):
        flags.append(f"timestamp.txt says {_shown(text[:50])!r}, which is no time")
        return ""


def _shown(text: str) -> str:
    """Write what cannot be shown, such as bytes that are no text, as escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
