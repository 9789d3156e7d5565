"""What lies in a folder of submissions is read without trusting it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import Config

from grading.intake import MAX_FILES, Submission, find_submissions, read_submission
from tests.grading.mini import mini


def coursedir(root: Path, **settings: str) -> CourseDirectory:
    config = Config({"CourseDirectory": {"root": str(root), **settings}})
    return CourseDirectory(config=config)


def read_all(root: Path, **settings: str) -> dict[str, Submission]:
    found = find_submissions(coursedir(root, **settings), "mini")
    ignore = ["*.pyc", ".ipynb_checkpoints", "__pycache__"]
    return {one.student: read_submission(one, ["mini"], ignore, 100_000) for one in found}


def folder(root: Path, student: str = "ada") -> Path:
    place = root / "submitted" / student / "mini"
    place.mkdir(parents=True)
    return place


def test_an_honest_submission_is_read_whole(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "mini.ipynb").write_bytes(mini())
    (place / "timestamp.txt").write_text("2026-03-04 05:06:07 UTC")
    (place / "own").mkdir()
    (place / "own" / "notes.txt").write_bytes(b"mine")
    (place / ".ipynb_checkpoints").mkdir()
    (place / ".ipynb_checkpoints" / "old.txt").touch()
    (place / "compiled.pyc").touch()
    (place / "__pycache__").mkdir()
    (place / "__pycache__" / "note.txt").touch()
    read = read_all(tmp_path)["ada"]
    assert read == Submission(
        "ada", {"mini": mini()}, {}, {"own/notes.txt": b"mine"}, "2026-03-04 05:06:07"
    )


def test_the_digest_changes_with_everything_that_counts(tmp_path: Path) -> None:
    place = folder(tmp_path)
    digests = [read_all(tmp_path)["ada"].digest]
    for name, content in [
        ("mini.ipynb", b"1"),
        ("mini.ipynb", b"2"),
        ("a.txt", b"2"),
        ("timestamp.txt", b"2026-03-04"),
    ]:
        (place / name).write_bytes(content)
        digests.append(read_all(tmp_path)["ada"].digest)
    (place / "a.txt").rename(place / "b.txt")
    digests.append(read_all(tmp_path)["ada"].digest)
    assert len(set(digests)) == len(digests)
    assert read_all(tmp_path)["ada"].digest == digests[-1]


def test_a_missing_or_misnamed_notebook_has_its_reason(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "mini (1).ipynb").write_bytes(mini())
    read = read_all(tmp_path)["ada"]
    assert read.notebooks == {}
    assert read.missing == {"mini": "mini.ipynb is not there"}
    assert read.flags == ("there is a notebook of another name: mini (1).ipynb",)


def test_nothing_but_files_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for student, make, words in (
        ("fifo", os.mkfifo, "mini.ipynb is not a file"),
        ("link", lambda path: path.symlink_to(secret), "mini.ipynb is a link, which is not"),
        ("dangling", lambda path: path.symlink_to("/nowhere"), "mini.ipynb is a link"),
        ("folder", os.mkdir, "mini.ipynb is not a file"),
    ):
        place = folder(tmp_path, student)
        make(place / "mini.ipynb")
        make(place / "other.txt")
        read = read_all(tmp_path)[student]
        assert read.notebooks == {}
        assert words in read.missing["mini"]
        assert read.files == {}
        if student != "folder":
            assert "file other.txt left out" in read.flags[0]


def test_a_submission_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    ada = folder(tmp_path)
    (ada / "mini.ipynb").write_bytes(mini())
    for student in ("bert", "carl", "dora"):
        (tmp_path / "submitted" / student).mkdir()
    (tmp_path / "submitted" / "bert" / "mini").symlink_to(ada)
    (tmp_path / "submitted" / "carl" / "mini").write_bytes(mini())
    os.mkfifo(tmp_path / "submitted" / "dora" / "mini")
    (tmp_path / "submitted" / "emil").symlink_to(ada.parent)
    read = read_all(tmp_path)
    assert list(read) == ["ada", "bert", "carl", "dora", "emil"]
    assert read["ada"].notebooks
    for student in ("bert", "emil"):
        assert "is a link to" in read[student].missing["mini"]
        assert read[student].notebooks == {}
    for student in ("carl", "dora"):
        assert read[student].missing["mini"] == "the submission is not a folder"


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (b"two words", "two words"),
        (b"a\nb", "a\\nb"),
        (b"\xff\xfe", "\\udcff\\udcfe"),
        ("größe".encode(), "größe"),
        (b"<script>alert(1)", "<script>alert(1)"),
        (b"\x1b[31mred", "\\x1b[31mred"),
        (b"'; drop table student; --", "'; drop table student; --"),
        (b"%s{0}*[a]", "%s{0}*[a]"),
        ("a\u202eb".encode(), "a\\u202eb"),
    ],
)
def test_strange_ids_are_shown_and_graded(tmp_path: Path, name: bytes, student: str) -> None:
    place = os.path.join(os.fsencode(tmp_path), b"submitted", name, b"mini")  # noqa: PTH118 - bytes
    os.makedirs(place)  # noqa: PTH103 - bytes
    Path(os.fsdecode(place), "mini.ipynb").write_bytes(mini())
    read = read_all(tmp_path)
    assert list(read) == [student]
    assert read[student].notebooks == {"mini": mini()}
    assert bool(read[student].flags) == (os.fsdecode(name) != student)


def test_two_folders_never_share_an_id(tmp_path: Path) -> None:
    for name in ("a\nb", "a\\nb"):
        (folder(tmp_path, name) / "mini.ipynb").write_bytes(name.encode())
    read = read_all(tmp_path)
    assert {one.notebooks["mini"] for one in read.values()} == {b"a\nb", b"a\\nb"}


def test_what_is_too_big_is_not_read(tmp_path: Path) -> None:
    place = folder(tmp_path)
    with (place / "mini.ipynb").open("wb") as file:
        file.truncate(50_000_000)
    with (place / "data.bin").open("wb") as file:
        file.truncate(30_000_000)
    read = read_all(tmp_path)["ada"]
    assert read.missing == {"mini": "mini.ipynb has 50.0 MB, at most 0.1 are read"}
    assert read.flags == ("file data.bin left out: it has 30.0 MB, at most 21.0 are read",)


def test_too_many_files_are_cut_off(tmp_path: Path) -> None:
    place = folder(tmp_path)
    for index in range(MAX_FILES + 5):
        (place / f"{index}.txt").touch()
    read = read_all(tmp_path)["ada"]
    assert len(read.files) == MAX_FILES
    assert read.flags == (f"more than {MAX_FILES} files; the others are left out",)


def test_files_that_shadow_modules_and_odd_times_are_flagged(tmp_path: Path) -> None:
    place = folder(tmp_path)
    for name in ("mini.ipynb", "numpy.py", "helper.py", "bad\nname"):
        (place / name).touch()
    (place / "json").mkdir()
    (place / "json" / "__init__.py").touch()
    (place / "timestamp.txt").write_text("yesterday, honest")
    read = read_all(tmp_path)["ada"]
    assert set(read.files) == {"numpy.py", "helper.py", "json/__init__.py"}
    assert set(read.flags) == {
        "file bad\\nname left out for its name",
        "file numpy has the name of a module",
        "file json has the name of a module",
        "timestamp.txt says 'yesterday, honest', which is no time",
    }


def test_another_structure_and_excluded_students_are_respected(tmp_path: Path) -> None:
    for student in ("ada", "bert"):
        place = tmp_path / "submitted" / "mini" / student
        place.mkdir(parents=True)
        (place / "mini.ipynb").write_bytes(mini())
    structure = os.path.join("{nbgrader_step}", "{assignment_id}", "{student_id}")  # noqa: PTH118
    read = read_all(tmp_path, directory_structure=structure, student_id_exclude="bert")
    assert {student: list(one.notebooks) for student, one in read.items()} == {"ada": ["mini"]}
    assert read["ada"].flags == ()


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A submission's folder that may become deeper than Python can delete."""
    yield folder(tmp_path)
    subprocess.run([shutil.which("rm") or "rm", "-rf", str(tmp_path / "submitted")], check=True)


def nest(place: Path, name: str, depth: int) -> None:
    here = os.open(place, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)  # the whole path may be longer than one may be
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("last.txt", os.O_CREAT, dir_fd=here))
    os.close(here)


@pytest.mark.parametrize(
    ("make", "flag"),
    [
        (lambda place: nest(place, "d", 1500), "left out for its name"),
        (lambda place: nest(place, "d" * 250, 18), "left out for its name"),
        (lambda place: (place / "__main__.py").touch(), "file __main__ has the name of a module"),
        (
            lambda place: (place / "timestamp.txt").write_text("25:00999999999999" + 24 * "0"),
            "which is no time",
        ),
        (
            lambda place: [(place / f"{n}.txt").symlink_to("/") for n in range(3000)],
            "there is more that is left out",
        ),
    ],
)
def test_what_is_strange_beside_a_notebook_is_a_few_flags(
    deep: Path, tmp_path: Path, make: Callable[[Path], object], flag: str
) -> None:
    (deep / "mini.ipynb").write_bytes(mini())
    make(deep)
    read = read_all(tmp_path)["ada"]
    assert read.notebooks == {"mini": mini()}
    assert any(flag in one for one in read.flags)
    assert sum(map(len, read.flags)) < 10_000


def test_a_name_that_no_folder_can_have_is_shortened(tmp_path: Path) -> None:
    for name in (b"\xff" * 90, b"\xfe" * 90):
        folder(tmp_path, os.fsdecode(name))
    read = read_all(tmp_path)
    assert len(read) == 2
    assert all(len(student.encode()) < 100 for student in read)
