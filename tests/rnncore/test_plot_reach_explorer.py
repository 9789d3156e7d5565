"""The explorer of gradient reach says what the sizes it was given say."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncore import plot
from rnncore._shapes import Array

RADII = (50, 75, 100)


def fading(factor: float, T: int = 4) -> Array:
    """|∂L_t/∂x_s| of a network in which every step back multiplies by one factor."""
    lag = np.subtract.outer(np.arange(T), np.arange(T))
    return 3 * np.where(lag >= 0, factor ** np.maximum(lag, 0), 0)


MAPS = {
    "halving": {radius: fading(0.5) for radius in RADII},
    "doubling": {radius: fading(2.0) for radius in RADII},
}


def lanes(radius: int = 75, reach: int = 2) -> list[ElementTree.Element]:
    html = plot.reach_explorer(MAPS, radius, reach).html
    root = ElementTree.fromstring(html)  # noqa: S314  # it is our own markup
    return root.findall(".//div[@class='lane']")


def keys(element: ElementTree.Element) -> list[str]:
    return (element.get("data-at") or "").split()


def sentences(lane: ElementTree.Element) -> dict[str, str]:
    return {key: "".join(p.itertext()) for p in lane.findall("div/p") for key in keys(p)}


def test_every_position_has_a_sentence_in_every_lane() -> None:
    for lane in lanes():
        assert set(sentences(lane)) == {f"{r}-{K}" for r in RADII for K in range(1, 5)}


def test_sentences_tell_the_ratio_and_what_is_kept() -> None:
    halving, doubling = map(sentences, lanes())
    assert "feels input 1 0.12 times as much as input 4" in halving["50-1"]  # (1/2)³
    assert "K = 2 keeps 80 %" in halving["50-2"]  # 1.5 / 1.875
    assert "feels input 1 8 times as much" in doubling["100-4"]
    assert "K = 1 keeps 7 %" in doubling["100-1"]  # 1 / 15
    assert "K = 4 keeps 100 %" in doubling["75-4"]


def test_what_is_beyond_reach_has_no_square() -> None:
    squares = [
        len(g.findall("path"))
        for g in lanes()[0].findall("svg/g")
        if keys(g) and g.get("style") is None
    ]
    assert squares == [4, 3]  # the diagonal and the one below, of four steps


def test_larger_is_darker_and_zero_is_empty() -> None:
    sizes = np.array([[1.0, 0, 0], [0.0, 1, 0], [10, 0.01, 1]])
    html = plot.reach_explorer({"a": {100: sizes, 110: sizes}}, 100, 3).html
    root = ElementTree.fromstring(html)  # noqa: S314  # it is our own markup
    drawn = {
        path.get("d", ""): float(path.get("opacity", 0))
        for g in root.findall(".//svg/g")
        if "100-3" in keys(g)
        for path in g.findall("path")
    }
    faint, middle, strong = sorted(set(drawn.values()))
    assert faint < middle < strong <= 1
    assert len(drawn) == 5  # three on the diagonal, two of the last row; the zero is not drawn


def test_a_slider_moves_by_the_distance_of_the_radii() -> None:
    html = plot.reach_explorer(MAPS, 50, 1).html
    assert 'min="50" max="100" step="25" value="50"' in html
    assert 'data-move="25"' in html


def test_vanished_is_told_in_words() -> None:
    maps = {"a": {100: fading(1e-3), 110: fading(1e-3)}}
    assert "less than 0.001 times as much" in plot.reach_explorer(maps).html


@pytest.mark.parametrize(
    ("maps", "settings", "message"),
    [
        (MAPS, {"radius": 60}, "radius: expected one of [50, 75, 100], got 60"),
        (MAPS, {"radius": 50, "reach": 5}, "reach: expected one of [1, 2, 3, 4], got 5"),
        ({"a": {50: fading(1)}}, {}, "the same two or more radii everywhere"),
        ({"a": {50: fading(1), 60: fading(1)}, "b": {50: fading(1)}}, {}, "two or more radii"),
        ({"a": {50: fading(1), 60: fading(1), 80: fading(1)}}, {}, "at equal distances"),
        ({"a": {50: fading(1, 13), 60: fading(1, 13)}}, {}, "expected 1 to 12 steps, got 13"),
        ({"a": {50: fading(1), 60: fading(1, 3)}}, {}, "a, 60: expected (4, 4), got (3, 3)"),
        ({"a": {50: fading(1), 60: 0 * fading(1)}}, {}, "a, 60: expected every loss to feel"),
    ],
)
def test_bad_input_is_refused_in_one_line(
    maps: dict[str, dict[int, Array]], settings: dict[str, int], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        plot.reach_explorer(maps, **settings)
