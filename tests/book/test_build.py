"""``book/build.py`` on a book of one page: what it does again, and what it refuses."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from book.build import BOOK, fingerprint

PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

# One page

```{code-cell} ipython3
print(2 + 2)
```
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "_config.yml": "execute: {execute_notebooks: cache, timeout: 60, raise_on_error: true}\n",
        "constraints.txt": "",
        "rnncore/__init__.py": "",
        "book/_toc.yml": "format: jb-book\nroot: intro\n",
        "book/matplotlibrc": "",
        "book/intro.md": PAGE,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copy(BOOK / "build.py", tmp_path / "book")
    return tmp_path


def build(repository: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "book/build.py"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_only_what_has_changed_is_done_again(repository: Path) -> None:
    page = repository / "book" / "intro.md"
    code, told = build(repository)
    assert code == 0, told
    assert "executing 1 of 1" in told
    built = repository / "_build" / "html" / "intro.html"
    assert "4" in built.read_text()
    assert (built.parent / "index.html").exists()

    code, told = build(repository)
    assert (code, "nothing has changed" in told) == (0, True)

    page.write_text(PAGE + "\nA new sentence.\n")
    code, told = build(repository)
    assert code == 0, told
    assert "executing 0 of 1" in told
    assert "A new sentence." in built.read_text()

    (repository / "rnncore" / "__init__.py").write_text("VALUE = 1\n")
    code, told = build(repository)
    assert code == 0, told
    assert "executing 1 of 1" in told


def test_a_failing_cell_fails_the_build_and_is_shown(repository: Path) -> None:
    (repository / "book" / "intro.md").write_text(PAGE.replace("2 + 2", "2 / 0"))
    code, told = build(repository)
    assert code == 1
    assert "ZeroDivisionError" in told
    assert "a cell failed in" in told
    assert "intro.md" in told


def test_a_reference_to_nothing_fails_the_build_every_time(repository: Path) -> None:
    (repository / "book" / "intro.md").write_text(PAGE + "\nSee [there](nowhere.md).\n")
    for _ in range(2):
        code, told = build(repository)
        assert code == 1
        assert "nowhere.md" in told
        assert "the book is not built" in told


def test_the_fingerprint_sees_names_and_contents() -> None:
    one, two = BOOK / "intro.md", BOOK / "notation.md"
    assert fingerprint([one, two]) == fingerprint([two, one])
    assert len({fingerprint(files) for files in ([one], [two], [one, two], [])}) == 4
