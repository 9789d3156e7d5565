"""What the book's sources say about themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

from book.build import BOOK, toc_pages

TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
KEY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)


def labels() -> dict[str, Path]:
    """Return every section label of the book and the page it stands on."""
    return {
        label: page for page in toc_pages() for label in TARGET.findall(page.read_text("utf-8"))
    }


def cells(page: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield source and metadata of a page's code cells; none for a page without code."""
    text = page.read_text("utf-8")
    if is_myst_markdown_notebook(text):
        for cell in read_myst_markdown_notebook(text).cells:
            if cell.cell_type == "code":
                yield cell.source, cell.metadata


def citations() -> dict[str, Path]:
    """Return every key that is cited and a page that cites it."""
    return {
        key.strip(): page
        for page in toc_pages()
        for keys in CITATION.findall(page.read_text("utf-8"))
        for key in keys.split(",")
    }


def bibliography() -> list[str]:
    """Return the keys of all entries, in their order."""
    return KEY.findall((BOOK / "references.bib").read_text("utf-8"))


def front_matter(page: Path) -> dict[str, Any]:
    """Return the settings at the head of a page."""
    _, head, _ = page.read_text("utf-8").split("---\n", 2)
    settings: dict[str, Any] = yaml.safe_load(head)
    return settings
