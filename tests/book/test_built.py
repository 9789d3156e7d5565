"""The built book, as files."""

import importlib
import re
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from book.build import toc_pages

OUTSIDE = re.compile(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)="((?:https?:)?//[^"]+)""")


@pytest.fixture(scope="session")
def documented(built_book: Path) -> set[str]:
    """The full names of everything on the API pages."""
    with (built_book / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, path: path)
    return {
        name
        for kind, entries in inventory.items()
        if kind.startswith("py:") and kind != "py:module"
        for name, (_, _, uri, _) in entries.items()
        if uri.startswith("api")
    }


@pytest.mark.parametrize("module", ["rnncore", "rnncore.plot", "rnncore.pytorch", "rnncore.data"])
def test_every_public_name_is_on_an_api_page(documented: set[str], module: str) -> None:
    wanted = {f"{module}.{name}" for name in importlib.import_module(module).__all__}
    assert wanted - documented == set()


@pytest.mark.parametrize("page", toc_pages(), ids=lambda page: page.stem)
def test_a_page_loads_nothing_from_elsewhere(built_book: Path, page: Path) -> None:
    html = (built_book / f"{page.stem}.html").read_text("utf-8")
    assert OUTSIDE.findall(html) == []
    assert "THEBE_JS_URL" not in html


@pytest.mark.parametrize("page", toc_pages(), ids=lambda page: page.stem)
def test_a_page_names_both_licences(built_book: Path, page: Path) -> None:
    html = (built_book / f"{page.stem}.html").read_text("utf-8")
    assert "CC BY 4.0" in html
    assert "BSD-3-Clause" in html
