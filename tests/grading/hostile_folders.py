"""Attacks that are no code: what is handed in is not what is expected."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from grading.course import Course
from grading.intake import MAX_FILES
from tests.grading.course import NAME, WRONG, submit
from tests.grading.mini import DOUBLE, mini

NOTEBOOK = f"{NAME}.ipynb"
NAMES = {
    "'; drop table student; --": "'; drop table student; --",
    "<script>alert(1)": "<script>alert(1)",
    "a\nb": "a\\nb",
    "\x1b[31mred": "\\x1b[31mred",
    "\udcff\udcfe": "\\udcff\\udcfe",
    "a\u202eb": "a\\u202eb",
    "%s{0}*[a]?": "%s{0}*[a]?",
    "--help": "--help",
    "two words": "two words",
    "größe": "größe",
    "x" * 255: "x" * 255,
}
"""Strange student ids: name of the folder → as it is shown."""


class Folder(NamedTuple):
    """A way to make the folder of a submission."""

    make: Callable[[Path], object]
    """Writes into the folder."""
    about: str
    """What it tries."""
    score: float
    """What it has to get."""
    flag: str
    """What a human has to be told about it."""

    def hand_in(self, course: Course, student: str) -> None:
        """Hand in; the folder holds a right notebook before it is made worse."""
        self.make(submit(course, student))


FOLDERS: list[Folder] = []


def attack(
    about: str, score: float = 0, flag: str = ""
) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    """Add a function to the attacks."""

    def add(make: Callable[[Path], object]) -> Callable[[Path], object]:
        FOLDERS.append(Folder(make, about, score, flag))
        return make

    return add


def write(folder: Path, notebook: dict[str, Any] | bytes) -> None:
    text = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder / NOTEBOOK).write_bytes(text)


def cells_of(double: str = DOUBLE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(mini(double))["cells"]
    return found


@attack("JSON that ends too early", flag="the file is not JSON")
def truncated(folder: Path) -> None:
    write(folder, mini()[:-100])


@attack("An empty file", flag="the file is empty")
def empty(folder: Path) -> None:
    write(folder, b"")


@attack("JSON nested a hundred thousand deep", flag="the file is not JSON")
def nested(folder: Path) -> None:
    write(folder, b"[" * 100_000)


@attack("JSON that is no notebook", flag="it has no cells")
def no_cells(folder: Path) -> None:
    write(folder, {"cells": 3})


@attack("Cells that are no cells", flag="some cells are not cells", score=5)
def broken_cells(folder: Path) -> None:
    strange = [None, 1, [], {"cell_type": [], "source": {}, "metadata": 0}, {"source": [1, None]}]
    write(folder, {"cells": [*strange, *cells_of(), *strange], "metadata": None})


@attack("Bytes that are no text", flag="the file is not JSON")
def no_text(folder: Path) -> None:
    write(folder, mini().decode().encode("utf-16"))


@attack("A notebook of another name", flag="a notebook of another name: mini (1).ipynb")
def wrong_name(folder: Path) -> None:
    (folder / NOTEBOOK).rename(folder / "mini (1).ipynb")


@attack("Format 3 of 2011", score=5, flag="the old format 3")
def old_format(folder: Path) -> None:
    cells = [{**cell, "input": cell.pop("source"), "language": "python"} for cell in cells_of()]
    write(folder, {"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}})


@attack("A format and a schema of the future", score=5)
def future_format(folder: Path) -> None:
    cells = cells_of()
    for cell in cells:
        cell["metadata"]["nbgrader"]["schema_version"] = 99
    write(folder, {"nbformat": 99, "nbformat_minor": 99, "cells": cells, "metadata": {}})


@attack("50 MB", flag="mini.ipynb has 50.0 MB")
def fifty_megabytes(folder: Path) -> None:
    write(folder, mini() + b" " * (50_000_000 - len(mini())))


@attack("A link to somebody else's notebook", flag="mini.ipynb is a link")
def link(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to(folder.parents[1] / "e-honest" / NAME / NOTEBOOK)


@attack("A link to a file without end", flag="mini.ipynb is a link")
def endless_link(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to("/dev/zero")


@attack("A link to somebody else's folder", flag="the submission is a link to")
def folder_link(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "e-honest" / NAME)


@attack("A pipe that nobody writes to", flag="mini.ipynb is not a file")
def fifo(folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    os.mkfifo(folder / NOTEBOOK)


@attack("Pipes and links beside the notebook", score=5, flag="timestamp.txt is not a file")
def fifo_beside(folder: Path) -> None:
    os.mkfifo(folder / "timestamp.txt")
    os.mkfifo(folder / "data.txt")
    (folder / "own.txt").symlink_to("/etc/passwd")
    (folder / "all").symlink_to("/")


@attack("Cells deleted, tests among them", score=2, flag="solution cells missing: pair")
def deleted_cells(folder: Path) -> None:
    write(folder, {"cells": cells_of()[:2]})


@attack("Cells there twice, the right answer first", score=3, flag="more than once; the last")
def duplicated_cells(folder: Path) -> None:
    write(folder, {"cells": [*cells_of(), *cells_of(WRONG)]})


@attack("Cells in another order", score=5, flag="cells in another order")
def reordered_cells(folder: Path) -> None:
    write(folder, {"cells": cells_of()[::-1]})


@attack("Tests made into text, tagged to be left out, and their marks taken away", score=3)
def retagged_cells(folder: Path) -> None:
    cells = cells_of(WRONG)
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
        cell["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "locked": False}
    cells[2] |= {"cell_type": "markdown", "source": "passed"}
    write(folder, {"cells": cells})


@attack("Names of cells exchanged", score=3, flag="cells in another order")
def renamed_cells(folder: Path) -> None:
    cells = cells_of(WRONG)
    marks = [cell["metadata"]["nbgrader"] for cell in cells]
    marks[0]["grade_id"], marks[2]["grade_id"] = marks[2]["grade_id"], marks[0]["grade_id"]
    write(folder, {"cells": cells})


@attack("A thousand points for each test", score=3)
def changed_points(folder: Path) -> None:
    cells = cells_of(WRONG)
    for cell in cells:
        cell["metadata"]["nbgrader"]["points"] = 1000
    write(folder, {"cells": cells})


@attack("Tests and given cells rewritten, with outputs that say passed", score=3)
def changed_tests(folder: Path) -> None:
    cells = cells_of(WRONG)
    passed = {"output_type": "execute_result", "data": {"text/plain": "1000"}, "metadata": {}}
    for cell in cells[2::2]:
        cell |= {"source": "1000", "outputs": [{**passed, "execution_count": 1}]}
    write(folder, {"cells": cells})


@attack("Another kernel, which starts a program", score=5)
def changed_kernel(folder: Path) -> None:
    kernel = {"name": "evil", "display_name": "e", "language": "bash", "argv": ["/bin/false"]}
    write(folder, {"cells": cells_of(), "metadata": {"kernelspec": kernel}})
    (folder / "kernel.json").write_text(json.dumps(kernel))


@attack("Files that shadow modules", score=3, flag="file numpy has the name of a module")
def shadowing_files(folder: Path) -> None:
    write(folder, mini(WRONG))
    for name in ("numpy", "reference", "grading", "ast", "json", "sitecustomize", "IPython"):
        (folder / f"{name}.py").write_text("raise SystemExit(0)\n")
    for name in ("usercustomize", "nbgrader_config", "ipython_config", "conftest"):
        (folder / f"{name}.py").write_text("import os\nos._exit(0)\n")
    (folder / "hidden").mkdir()
    (folder / "hidden" / "site.pth").write_text("import os; os._exit(0)\n")


@attack("The assignment's own file replaced", score=5)
def replaced_file(folder: Path) -> None:
    (folder / "data.txt").write_text("other")


@attack("More files than are read", score=5, flag=f"more than {MAX_FILES} files")
def many_files(folder: Path) -> None:
    for number in range(MAX_FILES + 5):
        (folder / f"{number}.txt").touch()


@attack("Many files with the longest of names", score=5)
def long_names(folder: Path) -> None:
    for number in range(600):
        (folder / f"{number}{'ö' * 120}").touch()


@attack("A time that is none, and a file with a strange name", score=5, flag="which is no time")
def strange_time(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("yesterday, <b>honest</b>")
    (folder / "bad\nname").touch()


@attack("Script in the student's own text cells", score=5)
def script_in_text(folder: Path) -> None:
    text = "<script>alert('scripted')</script><img src=x onerror=alert(1)>"
    write(folder, {"cells": [{"cell_type": "markdown", "source": text}, *cells_of()]})
