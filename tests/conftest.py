"""Settings and the built book, shared by all tests."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from book.build import ROOT, build_book, only_one

settings.register_profile("course", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("course")


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the book's pages: a copy, since another process may build it anew."""
    html = build_book()
    copy = tmp_path_factory.mktemp("book") / "html"
    with only_one(ROOT / "_build"):
        shutil.copytree(html, copy)
    return copy
