"""Who is cited in a docstring of rnncore is in the bibliography."""

import re
from pathlib import Path

from book.build import BOOK, ROOT

CITED = re.compile(
    r"\b([A-Z][\w-]+)(?:(?:, [A-Z][\w-]+)* & [A-Z][\w-]+| et al\.)?(?:,| \()\s*((?:19|20)\d\d)\b"
)
ENTRY = re.compile(r"^@\w+\{(.*?)^\}", re.MULTILINE | re.DOTALL)


def cited(source: Path) -> set[tuple[str, str]]:
    """Return first author and year of what a module cites; lines are joined first."""
    return set(CITED.findall(re.sub(r"\s+", " ", source.read_text("utf-8"))))


def listed() -> set[tuple[str, str]]:
    """Return first author and year of every entry."""
    found = set()
    for (entry,) in (
        match.groups() for match in ENTRY.finditer((BOOK / "references.bib").read_text())
    ):
        author = re.search(r"author\s*=\s*\{\{?([\w-]+)", entry)
        year = re.search(r"year\s*=\s*\{(\d+)\}", entry)
        if author and year:
            found.add((author[1], year[1]))
    return found


def test_citations_of_the_package_are_in_the_bibliography() -> None:
    names = {pair for source in (ROOT / "rnncore").rglob("*.py") for pair in cited(source)}
    assert len(names) > 10
    assert names - listed() == set()
