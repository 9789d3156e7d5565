"""Figures with sliders: their markup, before any browser has seen it."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncore import RNNParams
from rnncore.plot import TrainedDatum, datum_explorer
from rnncore.plot._interactive import Slider, explorer, part


def weights(value: float, size: int = 1) -> RNNParams:
    return RNNParams(np.full((1, 1), value), np.full((size, size), value), np.full(1, value))


def datum(length: int, states: int | None = None) -> TrainedDatum:
    hs = np.linspace(0.1, 0.3, length if states is None else states)
    return TrainedDatum(np.arange(1.0, length + 1), hs, hs + 7, weights(-2.5), weights(0.125))


def parsed(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html)  # noqa: S314  # it is our own markup


def test_a_part_is_hidden_unless_the_sliders_stand_where_it_is_shown():
    assert part("p", [1, 3], (3,), "text") == '<p data-at="1 3">text</p>'
    assert part("p", [1], (3,), "text") == '<p data-at="1" style="display:none">text</p>'
    assert part('g class="a"', [(2, 5)], (2, 5), "") == '<g class="a" data-at="2-5"></g>'


def test_sliders_span_their_values_and_titles_are_escaped():
    html = explorer('a "b" <c>', [Slider("K & D", range(2, 9), 4)], "").html
    root = parsed(html)
    assert root.get("aria-label") == 'a "b" <c>'
    slider = root.find(".//input")
    assert slider is not None
    assert [slider.get(name) for name in ("min", "max", "value")] == ["2", "8", "4"]
    assert [b.get("aria-label") for b in root.iter("button")] == ["Back, K & D", "Next, K & D"]


def explored(ways: dict[str, list[TrainedDatum]]) -> ElementTree.Element:
    return parsed(datum_explorer(weights(0.5), ways)._repr_html_())


def test_every_moment_has_one_sentence_and_one_set_of_weights_in_each_lane():
    root = explored({"a": [datum(1), datum(2)], "b": [datum(3)], "c": [datum(1)] * 3})
    lanes = root.findall(".//div[@class='lane']")
    assert len(lanes) == 3
    for lane in lanes:
        for what in ("div/p", "svg/text[@class='start']"):
            moments = [m for e in lane.findall(what) for m in (e.get("data-at") or "").split()]
            assert sorted(moments) == [str(moment) for moment in range(7)]


def test_it_shows_the_numbers_it_was_given():
    text = "".join(explored({"a": [datum(2)]}).itertext())
    assert "W_x 0.500" in text  # before the update
    assert "W_x 0.125" in text  # after it
    assert "dW_x −2.50" in text
    assert "x₂ = 2" in text
    assert "L₂ 7.30" in text


def test_a_gradient_ends_at_the_first_step_of_a_datum():
    html = datum_explorer(weights(0), {"a": [datum(1), datum(2), datum(1)]}).html
    assert len(re.findall('class="cut"', html)) == 2
    assert len(re.findall('class="back"', html)) == 1


@pytest.mark.parametrize(
    ("start", "ways", "message"),
    [
        (weights(0), {"a": [datum(1)], "b": [datum(2)]}, "sequences of one length, got [1, 2]"),
        (weights(0), {}, "sequences of one length, got []"),
        (weights(0, size=2), {"a": [datum(1)]}, "W_h: expected (1, 1), got (2, 2)"),
        (weights(0), {"a": [datum(2, states=3)]}, "hs: expected (2,), got (3,)"),
    ],
)
def test_bad_input_is_refused_in_one_line(start, ways, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        datum_explorer(start, ways)
