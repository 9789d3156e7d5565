"""The explorers of batches, of truncation and of reach, moved as a reader moves them."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rnncore.plot import reach_explorer, stream_explorer, truncation_explorer
from tests.browser import checks
from tests.browser.test_interactive import write

LAGS = np.subtract.outer(np.arange(12), np.arange(12))
MAPS = {p: np.where(LAGS < 0, 0, (p / 100.0) ** np.maximum(LAGS, 0)) for p in range(50, 151, 10)}

FIGURES = {
    "streams": stream_explorer("hello, world!", 2, 3).html,
    "truncation": truncation_explorer(6, 2, 4).html,
    "reach": reach_explorer({"Without tanh": MAPS, "With tanh": MAPS}, 100, 4).html,
}


def said(page: Page | Locator) -> str:
    return page.locator("[aria-live] p:visible").inner_text()


def test_a_reader_cuts_the_text_anew_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    with checks.opened(browser, write(tmp_path, FIGURES["streams"])) as view:
        page = view.page
        assert "stream 0, window 0, step 1 of 3" in said(page)
        page.get_by_role("slider", name="Token").fill("6")
        assert "stream 1, window 0, step 1 of 3" in said(page)
        expect(page.locator(".chosen:visible")).to_have_count(1)
        page.get_by_role("slider", name="Time steps").press("ArrowLeft")
        assert "stream 1, window 0, step 1 of 2" in said(page)
        page.get_by_role("slider", name="Batch size").press("ArrowLeft")
        assert "stream 0, window 3, step 1 of 2" in said(page)
        assert view.script_errors == []


def test_a_reader_sees_how_far_a_loss_reaches(browser: Browser, tmp_path: Path) -> None:
    with checks.opened(browser, write(tmp_path, FIGURES["truncation"])) as view:
        page = view.page
        assert "Loss 6 is counted in pass 3 and reaches 4 steps" in said(page)
        expect(page.locator(".cut:visible")).to_have_count(1)
        expect(page.locator(".counted:visible")).to_have_count(6)
        page.get_by_role("slider", name="k2").fill("6")
        assert "reaches 6 steps" in said(page)
        expect(page.locator(".cut:visible")).to_have_count(0)
        page.get_by_role("slider", name="k2").fill("1")
        assert "k2 must be at least k1" in said(page)
        expect(page.locator(".counted:visible")).to_have_count(0)
        assert view.script_errors == []


def test_a_reader_sees_what_truncation_leaves_of_the_reach(
    browser: Browser, tmp_path: Path
) -> None:
    with checks.opened(browser, write(tmp_path, FIGURES["reach"])) as view:
        page = view.page
        left = page.locator(".lane").first
        assert "K = 4 keeps 33 %" in said(left)
        squares = left.locator(".felt[data-at]:visible path")
        expect(squares).to_have_count(12 + 11 + 10 + 9)
        page.get_by_role("slider", name="K").press("ArrowRight")
        assert "K = 5 keeps 42 %" in said(left)
        expect(squares).to_have_count(12 + 11 + 10 + 9 + 8)
        page.get_by_role("slider", name="Spectral radius").press("ArrowLeft")
        assert "feels input 1 0.31 times as much" in said(left)
        page.get_by_role("button", name="Next, Spectral radius in %").click()
        page.get_by_role("button", name="Next, Spectral radius in %").click()
        assert page.get_by_role("slider", name="Spectral radius").input_value() == "110"
        assert "feels input 1 2.9 times as much" in said(left)
        assert view.script_errors == []


@pytest.mark.parametrize("name", FIGURES)
def test_it_is_accessible_and_fits_a_narrow_phone(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    assert len(FIGURES[name].encode()) < 150_000
    with checks.opened(browser, write(tmp_path, FIGURES[name])) as view:
        assert checks.accessibility_violations(view.page) == []
        view.page.set_viewport_size({"width": 350, "height": 800})
        assert view.page.evaluate("document.documentElement.scrollWidth") <= 350
        inside = view.page.evaluate(
            """() => [...document.querySelectorAll("svg")].every(svg => {
                const box = svg.getBoundingClientRect();
                return [...svg.querySelectorAll("text, rect, circle")]
                    .map(e => e.getBoundingClientRect())
                    .filter(r => r.width > 0)
                    .every(r => r.left >= box.left - 1 && r.right <= box.right + 1
                        && r.bottom <= box.bottom + 1);
            })"""
        )
        assert inside
        heights = view.page.evaluate(
            """() => [...document.querySelectorAll("svg text")]
                .map(e => e.getBoundingClientRect().height)
                .filter(height => height > 0)"""
        )
        assert min(heights) >= 13  # a line box, for letters of more than 11 pixels
