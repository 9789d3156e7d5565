"""Pages on paper: answers unfolded, code that was folded away left out, nothing cut off."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import checks

OPEN = "details.sd-dropdown[open]"
FOLDED = "details.sd-dropdown:not([open])"
A4 = {"width": 718, "height": 1047}  # in pixels of 1/96 inch, inside margins of 1 cm


def print_event(page: Page, name: str) -> None:
    page.evaluate("name => window.dispatchEvent(new Event(name))", name)


def test_answers_are_unfolded_for_printing_only(browser: Browser, built_book: Path) -> None:
    with checks.opened(browser, (built_book / "04-gradient-check.html").as_uri()) as view:
        page = view.page
        answers = page.locator(OPEN).count()  # the check has unfolded everything
        assert answers > 0
        page.locator(OPEN).first.evaluate("answer => answer.open = false")
        print_event(page, "beforeprint")
        assert (page.locator(OPEN).count(), page.locator(FOLDED).count()) == (answers, 0)
        print_event(page, "afterprint")
        assert (page.locator(OPEN).count(), page.locator(FOLDED).count()) == (answers - 1, 1)


def test_tables_and_code_fit_a_sheet(browser: Browser, built_book: Path) -> None:
    for name in ("claims", "04-gradient-check"):
        with checks.opened(browser, (built_book / f"{name}.html").as_uri()) as view:
            view.page.emulate_media(media="print")
            view.page.set_viewport_size(A4)
            cut = view.page.evaluate(
                """() => [...document.querySelectorAll(".bd-article :is(table, pre)")]
                    .filter(box => box.checkVisibility())
                    .filter(box => box.getBoundingClientRect().right > innerWidth + 1
                        || box.parentElement.scrollHeight > box.parentElement.clientHeight + 1
                            && getComputedStyle(box.parentElement).overflowY === "auto")
                    .map(box => box.outerHTML.slice(0, 80))"""
            )
        assert cut == []
