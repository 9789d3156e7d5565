"""Figures with sliders, each on a page of its own that is opened from a file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from rnncore import RNNParams
from rnncore.plot import TrainedDatum, datum_explorer
from rnncore.plot._interactive import Slider, explorer, part
from tests.browser import checks

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
SCRIPT, STYLE = STATIC / "explorer.js", STATIC / "explorer.css"


def weights(value: float) -> RNNParams:
    return RNNParams(np.full((1, 1), value), np.full((1, 1), value), np.full(1, value))


def data(*lengths: int) -> list[TrainedDatum]:
    """Data of these lengths; every update moves the weights to its number."""
    return [
        TrainedDatum(np.ones(n), np.full(n, 0.5), np.full(n, 9.0), weights(-1), weights(number))
        for number, n in enumerate(lengths, start=1)
    ]


FIGURE = datum_explorer(weights(0), {"single steps": data(1, 1), "whole": data(2)}).html


def write(folder: Path, figure: str) -> str:
    """Put a figure on a page of its own, with the book's script and style."""
    path = folder / "figure.html"
    path.write_text(
        f"""<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>figure</title>
<link rel="stylesheet" href="{STYLE.as_uri()}"><script src="{SCRIPT.as_uri()}"></script>
<body style="margin:0"><article>{figure}</article></body></html>""",
        "utf-8",
    )
    return path.as_uri()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write(tmp_path, FIGURE)


@pytest.fixture
def page(browser: Browser, file: str) -> Iterator[Page]:
    with checks.opened(browser, file) as view:
        yield view.page
        assert view.script_errors == []
        assert view.outside == []


def shown(page: Page, number: int) -> str:
    parts = page.locator(".lane").nth(number).locator("text:visible, p:visible")
    return " | ".join(parts.all_text_contents())


def test_it_can_be_moved_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Moment")).to_be_focused()
    page.keyboard.press("Home")
    assert "Nothing has been read." in shown(page, 0)
    page.keyboard.press("ArrowRight")
    assert "Step 1 forward" in shown(page, 0)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider")).to_have_value("2")
    expect(page.get_by_role("status")).to_have_text("2")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("slider")).to_have_value("1")


def test_both_ways_take_the_same_steps_and_update_at_other_moments(page: Page) -> None:
    slider = page.get_by_role("slider")
    updates = []
    for moment in range(5):
        slider.fill(str(moment))
        updates.append([shown(page, number).count("| update ") for number in (0, 1)])
    assert updates == [[0, 0], [0, 0], [1, 0], [1, 0], [2, 1]]


def test_the_tape_and_the_gradients_follow_the_moment(page: Page) -> None:
    def count(number: int, what: str) -> int:
        return page.locator(".lane").nth(number).locator(f".{what}:visible").count()

    def widest() -> float:
        boxes = page.locator(".lane").nth(1).locator(".tape:visible").all()
        return max(float(box.get_attribute("width") or 0) for box in boxes)

    slider = page.get_by_role("slider")
    slider.fill("1")
    assert (count(0, "tape"), count(1, "tape")) == (1, 1)
    one_step = widest()
    slider.fill("2")
    assert (count(0, "tape"), count(1, "tape")) == (0, 1)
    assert widest() > one_step
    slider.fill("3")
    assert widest() == one_step
    assert (count(1, "back"), count(1, "cut")) == (1, 0)
    slider.fill("4")
    assert (count(0, "tape"), count(1, "tape")) == (0, 0)
    assert (count(0, "back"), count(0, "cut")) == (0, 1)


def test_a_button_at_its_end_says_so_and_does_nothing(page: Page) -> None:
    button = page.get_by_role("button", name="Next")
    assert button.get_attribute("aria-disabled") == "true"
    button.click(force=True)
    expect(page.get_by_role("slider")).to_have_value("4")
    page.get_by_role("button", name="Back").click()
    assert button.get_attribute("aria-disabled") == "false"


def test_without_a_script_the_last_moment_is_there(browser: Browser, file: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file)
    assert "update 2" in shown(page, 0)
    assert "Update 1 with" in shown(page, 1)
    expect(page.get_by_role("slider")).to_be_hidden()
    context.close()


def test_it_is_small_accessible_and_fits_a_narrow_phone(page: Page) -> None:
    assert len(FIGURE.encode()) + SCRIPT.stat().st_size < 10_000
    assert checks.accessibility_violations(page) == []
    page.set_viewport_size({"width": 350, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 350
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".explorer text")]
            .filter(e => e.checkVisibility())
            .map(e => e.getBoundingClientRect().height)"""
    )
    assert min(sizes) >= 14  # a line box, for letters of 12 pixels


def test_its_lines_have_the_colour_of_the_text_in_either_theme(page: Page) -> None:
    for color in ("rgb(10, 20, 30)", "rgb(230, 240, 250)"):
        page.evaluate("color => document.body.style.color = color", color)
        drawn = page.locator(".explorer circle").first
        assert drawn.evaluate("e => getComputedStyle(e).stroke") == color
    light = page.locator(".explorer .cut").first.evaluate("e => getComputedStyle(e).stroke")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.locator(".explorer .cut").first.evaluate("e => getComputedStyle(e).stroke")
    assert light != dark


def test_two_sliders_show_what_belongs_to_both_positions(browser: Browser, tmp_path: Path) -> None:
    sliders = [Slider("Rows", range(1, 3), 1), Slider("Steps", range(1, 4), 2)]
    places = [(rows, steps) for rows in (1, 2) for steps in (1, 2, 3)]
    body = "".join(part("p", [place], (1, 2), f"{place}") for place in places)
    with checks.opened(browser, write(tmp_path, explorer("two", sliders, body).html)) as view:
        visible = view.page.locator("p:visible")
        expect(visible).to_have_text("(1, 2)")
        view.page.get_by_role("button", name="Next, Rows").click()
        expect(visible).to_have_text("(2, 2)")
        view.page.get_by_role("button", name="Back, Steps").click()
        expect(visible).to_have_text("(2, 1)")
        view.page.get_by_role("slider", name="Steps").fill("3")
        expect(visible).to_have_text("(2, 3)")
