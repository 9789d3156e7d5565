"""The search, from a folder's pages served over the machine's own loopback."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import checks


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Keep the requests out of the tests' report."""


@pytest.fixture
def served(built_book: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=built_book))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_search_finds_the_recursive_term(browser: Browser, served: str) -> None:
    with checks.opened(browser, f"{served}/search.html?q=recursive", origin=served) as view:
        found = view.page.locator("#search-results a", has_text="The backward pass")
        expect(found.first).to_be_visible()
        assert view.script_errors == []
        assert view.outside == []


def test_a_page_from_a_server_is_the_page_from_the_folder(browser: Browser, served: str) -> None:
    with checks.opened(browser, f"{served}/notation.html", origin=served) as view:
        assert checks.unset_equations(view.page) == []
        assert view.script_errors == []
        assert view.outside == []
