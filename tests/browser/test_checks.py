"""Each check fails on a page that has the fault it looks for, and not on one that has none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import checks

MATHJAX = '<script defer src="_static/mathjax/tex-svg.js"></script>'
GOOD = """
<h1>One</h1>
<p>A line with <span class="math">\\(x_t\\)</span>.</p>
<img alt="A red dot." src="data:image/gif;base64,R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=">
<pre tabindex="0" style="overflow-x: auto; width: 100%">{long}</pre>
""".format(long="long " * 200)


def show(folder: Path, body: str) -> str:
    """Write a page like the book's beside the book's own files and return its address."""
    page = folder / "control.html"
    page.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Control</title>'
        f'<meta name="viewport" content="width=device-width">{MATHJAX}</head>'
        f"<body><article>{body}</article></body></html>"
    )
    return page.as_uri()


CHECKS: dict[str, tuple[Callable[[Page], list[str]], str]] = {
    "unknown command": (checks.unset_equations, '<span class="math">\\(\\nosuchthing\\)</span>'),
    "open brace": (checks.unset_equations, '<span class="math">\\(\\frac{1\\)</span>'),
    "not set": (checks.unset_equations, '<span class="math mathjax_ignore">\\(x\\)</span>'),
    "dollar": (checks.unset_tex, "<p>The state $h_t$ is kept.</p>"),
    "command in text": (checks.unset_tex, "<p>The state \\hat y.</p>"),
    "no alt": (checks.images_without_text, '<img src="_static/file.png">'),
    "empty alt": (checks.images_without_text, '<img alt=" " src="_static/file.png">'),
    "file name": (
        checks.images_without_text,
        '<img alt="_static/file.png" src="_static/file.png">',
    ),
    "file stem": (checks.images_without_text, '<img alt="file" src="_static/file.png">'),
    "missing file": (checks.broken_images, '<img alt="Nothing." src="missing.png">'),
    "wide box": (checks.wider_than_phone, '<div style="width: 700px">wide</div>'),
    "cut off": (
        checks.wider_than_phone,
        '<div style="overflow: hidden"><div style="width: 700px">wide</div></div>',
    ),
    "contrast": (checks.accessibility_violations, '<p style="color: #aaa">pale</p>'),
    "no keyboard": (
        checks.accessibility_violations,
        f'<pre style="overflow-x: auto; width: 300px">{"long " * 200}</pre>',
    ),
    "link without a name": (checks.accessibility_violations, '<a href="#"></a>'),
}


@pytest.mark.parametrize(("check", "fault"), CHECKS.values(), ids=CHECKS)
def test_a_check_finds_its_fault_and_nothing_on_a_good_page(
    browser: Browser, built_book: Path, check: Callable[[Page], list[str]], fault: str
) -> None:
    with checks.opened(browser, show(built_book, GOOD)) as view:
        assert check(view.page) == []
    with checks.opened(browser, show(built_book, GOOD + fault)) as view:
        assert len(check(view.page)) == 1 + (
            check is checks.wider_than_phone and "hidden" not in fault
        )


@pytest.mark.parametrize(
    "fault", ["<script>nosuchname()</script>", "<script>console.error('no')</script>"]
)
def test_a_script_error_is_noticed(browser: Browser, built_book: Path, fault: str) -> None:
    with checks.opened(browser, show(built_book, GOOD + fault)) as view:
        assert len(view.script_errors) == 1


@pytest.mark.parametrize(
    "fault",
    [
        '<img alt="Far." src="https://example.org/far.png">',
        "<script>fetch('https://example.org/far.json').catch(() => {})</script>",
        "<style>body { background: url(https://example.org/far.png) }</style>",
    ],
)
def test_a_request_to_the_outside_is_noticed(
    browser: Browser, built_book: Path, fault: str
) -> None:
    with checks.opened(browser, show(built_book, GOOD + fault)) as view:
        view.page.wait_for_timeout(200)
        assert len(view.outside) == 1


def test_a_heavy_page_is_noticed(browser: Browser, built_book: Path) -> None:
    (built_book / "heavy.gif").write_bytes(bytes(2_000_000))
    with checks.opened(browser, show(built_book, GOOD)) as view:
        assert checks.too_heavy(view) == []
    with checks.opened(browser, show(built_book, GOOD + '<img src="heavy.gif">')) as view:
        assert checks.too_heavy(view)[0] == "heavy.gif: 2000000"
