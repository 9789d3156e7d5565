"""Every page of the built book, opened from its folder with the network cut."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from book.build import toc_pages
from tests.browser import checks

PAGES = [page.stem for page in toc_pages()] + ["genindex"]
RULES = {"light": "all", "dark": "color-contrast"}  # nothing else depends on the colours


@pytest.mark.parametrize("scheme", RULES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_should_be(
    browser: Browser, built_book: Path, name: str, scheme: str
) -> None:
    with checks.opened(browser, (built_book / f"{name}.html").as_uri(), scheme) as view:
        page = view.page
        assert page.locator("html").get_attribute("data-theme") == scheme
        found = {
            "equations that are not set": checks.unset_equations(page),
            "TeX in the text": checks.unset_tex(page),
            "images without text": checks.images_without_text(page),
            "images that are not shown": checks.broken_images(page),
            "wider than a phone": checks.wider_than_phone(page),
            "axe-core": checks.accessibility_violations(page, RULES[scheme]),
            "script errors": view.script_errors,
            "requests to the outside": view.outside,
            "heavier than 2 MB": checks.too_heavy(view),
        }
    assert {what: where for what, where in found.items() if where} == {}
