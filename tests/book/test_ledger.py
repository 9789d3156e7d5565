"""The ledger: every claim that a page settles is in it, and leads back to its page."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from book.build import BOOK
from rnncore.claims import Claim, Verdict
from tests.book.test_build import PAGE

CONF = f"""
import sys
sys.path.insert(0, {str(BOOK / "_ext")!r})
extensions = ["myst_nb", "ledger"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
"""
SETTLE = """
from rnncore.claims import settle

settle({statement!r}, source="Q2", verdict="holds", measured="`T` is 1.", shown={{"T is 1": True}})
"""


def page(statement: str) -> str:
    return PAGE.replace("print(2 + 2)", SETTLE.format(statement=statement))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "conf.py": CONF,
        "index.md": "# All\n\n```{toctree}\nledger\n05-one\nq2\n```\n",
        "ledger.md": "# Ledger\n\n```{eval-rst}\n.. ledger::\n```\n",
        "05-one.md": page("Time is x < y."),
        "q2.md": "# Question 2\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def build(project: Path) -> tuple[str, str]:
    """Return the ledger's page and the warnings."""
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", ".", "_build/html"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    return (project / "_build" / "html" / "ledger.html").read_text("utf-8"), done.stderr


def test_the_table_follows_its_pages_whoever_executes_them(project: Path) -> None:
    ledger, warnings = build(project)
    assert "1 statements: 1 holds, 0 does not hold, 0 depends." in ledger
    assert 'href="05-one.html#claim-time-is-x-y"' in ledger
    assert 'href="q2.html"' in ledger
    assert "Time is x &lt; y." in ledger
    assert '<span class="pre">T</span>' in ledger
    one = (project / "_build" / "html" / "05-one.html").read_text("utf-8")
    assert 'id="claim-time-is-x-y"' in one

    # Read again, but from the cache of executed pages.
    (project / "05-one.md").write_text((project / "05-one.md").read_text() + "\nA new sentence.\n")
    assert "Time is x &lt; y." in build(project)[0]

    (project / "05-one.md").write_text(page("Space is."))
    ledger, _ = build(project)
    assert "Space is." in ledger
    assert "Time is" not in ledger
    assert [row["statement"] for row in data(project / "_build" / "html")] == ["Space is."]
    assert ": WARNING: " not in warnings  # a kernel has one of its own


def test_a_statement_is_settled_once(project: Path) -> None:
    (project / "q2.md").write_text(page("TIME is: x, y!"))
    _, warnings = build(project)
    assert "q2.md: WARNING: settled more than once: 'TIME is: x, y!'" in warnings
    assert "05-one.md: WARNING: settled more than once: 'Time is x < y.'" in warnings


WANTED = (
    "the batch is the pieces of one",
    "batch size does not affect the weights",
    "not a mini-batch for the gradient",
    "batch 4 is about 4 times as fast",
    "many time steps explode",
    "truncation length 1",
    "agrees to ten digits",
    "not backpropagated through",
    "learn faster at first",
    "backpropagation through time ends better",
    "growing the distance converges fastest",
    "convergence is guaranteed",
    "`input_size` is 1",
    "`h_n` feeds the first step",
    "`num_directions=2`",
    "zero derivative",
    "without activation and without a path",
)
"""Words of statements that the course promises to settle."""


def data(html: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((html / "claims.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("words", WANTED)
def test_statements_that_the_course_promises_are_settled(built_book: Path, words: str) -> None:
    assert any(words in row["statement"].lower() for row in data(built_book))


def test_the_ledger_is_not_short(built_book: Path) -> None:
    assert len(data(built_book)) >= 25


def test_every_row_leads_to_its_claim(built_book: Path) -> None:
    ledger = (built_book / "claims.html").read_text("utf-8")
    for row in data(built_book):
        claim = Claim(*(row[name] for name in Claim._fields))
        settled = (built_book / f"{row['page']}.html").read_text("utf-8")
        assert settled.count(f'id="{claim.anchor}"') == 1
        assert ledger.count(f'href="{row["page"]}.html#{claim.anchor}"') == 1


def test_verdicts_are_counted(built_book: Path) -> None:
    times = Counter(row["verdict"] for row in data(built_book))
    ledger = (built_book / "claims.html").read_text("utf-8")
    for verdict in get_args(Verdict):
        assert f"{times[verdict]} {verdict}" in ledger
