"""The buttons for Binder and Colab, on small books with and without a repository."""

import subprocess
import sys
from pathlib import Path

import nbformat

from book.build import BOOK, ROOT
from tests.book.test_build import PAGE

CONF = f"""
import sys
sys.path.insert(0, {str(BOOK / "_ext")!r})
extensions = ["myst_nb", "launch"]
nb_execution_mode = "off"
suppress_warnings = ["myst-nb.lexer"]  # known only after execution
html_theme = "sphinx_book_theme"
html_theme_options = {{"repository_url": URL, "repository_branch": "main"}}
"""
HOSTS = ("mybinder.org", "colab.research.google.com")


def build(folder: Path, url: str) -> tuple[int, str]:
    """Build two pages, of which the second uses PyTorch."""
    files = {
        "conf.py": f"URL = {url!r}\n{CONF}",
        "index.md": PAGE + "\n```{toctree}\n12-torch\n```\n",
        "12-torch.md": PAGE.replace("print(2 + 2)", "import torch"),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", ".", "html"],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_pages_with_torch_have_both_buttons_and_others_none(tmp_path: Path) -> None:
    assert build(tmp_path, "https://github.com/someone/the-course") == (0, "")
    html = tmp_path / "html"
    page = (html / "12-torch.html").read_text("utf-8")
    where = "someone/the-course"
    assert f'"https://mybinder.org/v2/gh/{where}/main?urlpath=lab/tree/book/12-torch.md"' in page
    colab = "https://colab.research.google.com/github"
    assert f'"{colab}/{where}/blob/notebooks/12-torch.ipynb"' in page
    for logo in ("logo_binder.svg", "logo_colab.png"):
        assert f"_static/images/{logo}" in page
        assert (html / "_static" / "images" / logo).exists()
    plain = (html / "index.html").read_text("utf-8")
    assert not any(host in plain for host in HOSTS)

    (written,) = html.glob("notebooks/*")
    notebook = nbformat.read(written, as_version=4)  # checks it, too
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert "git+https://github.com/someone/the-course@main" in code[0]
    assert code[1] == "import torch"


def test_without_a_repository_there_are_no_buttons(tmp_path: Path) -> None:
    assert build(tmp_path, "") == (0, "")
    page = (tmp_path / "html" / "12-torch.html").read_text("utf-8")
    assert not any(host in page for host in HOSTS)
    assert not (tmp_path / "html" / "notebooks").exists()


def test_an_address_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    code, told = build(tmp_path, "https://gitlab.com/someone/the-course")
    assert code != 0
    assert "expected https://github.com/OWNER/NAME or nothing, got https://gitlab.com/" in told


def test_binder_installs_what_the_course_was_tested_with() -> None:
    lines = (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    assert (ROOT / "binder" / lines[1].removeprefix("-c ")).resolve() == ROOT / "constraints.txt"
    assert lines[2] == ".[book,grading]"
