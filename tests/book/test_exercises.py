"""Every exercise is reached from a chapter, and leads back to it."""

import re
from pathlib import Path

import pytest

from book.build import BOOK, ROOT, toc_pages

EXERCISES = sorted(path.name for path in (ROOT / "exercises").iterdir() if path.is_dir())
PAGE = re.compile(r"\b([\w-]+)\.html")


def pages_named(exercise: str) -> set[Path]:
    """Return the pages of the book that an exercise's text names."""
    (source,) = (ROOT / "solutions" / exercise).glob("*.md")
    return {BOOK / f"{name}.md" for name in PAGE.findall(source.read_text("utf-8"))}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_chapter_and_its_exercise_lead_to_each_other(exercise: str) -> None:
    named = pages_named(exercise)
    assert named <= set(toc_pages())
    leading = {page for page in named if f"`exercises/{exercise}/`" in page.read_text("utf-8")}
    assert leading


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_cover_lists_an_exercise_beside_its_chapter(exercise: str) -> None:
    lines = (BOOK / "intro.md").read_text("utf-8").splitlines()
    (row,) = (line for line in lines if f"`{exercise}`" in line)
    (page,) = re.findall(r"\]\(([\w-]+\.md)\)", row)
    assert BOOK / page in pages_named(exercise)
