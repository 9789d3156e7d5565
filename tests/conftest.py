"""Settings, the built book and the browser, shared by all tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from book.build import ROOT, build_book, only_one
from tests.browser.chromium import launch

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a run: Playwright does not start twice in a process."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
