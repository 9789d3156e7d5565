"""The explorers of batches and of truncation say what the code they picture does."""

from xml.etree import ElementTree

import numpy as np
import pytest

from rnncore import plot, reachable, stream_batches
from rnncore.truncation import windows

TEXT = "hello, world!"


def parsed(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html)  # noqa: S314  # it is our own markup


def keys(element: ElementTree.Element) -> list[str]:
    return (element.get("data-at") or "").split()


def sentences(root: ElementTree.Element) -> dict[str, str]:
    said = root.findall("./div[@aria-live]/p")
    return {key: "".join(p.itertext()) for p in said for key in keys(p)}


def test_every_position_of_the_sliders_has_a_sentence() -> None:
    streams = sentences(parsed(plot.stream_explorer(TEXT).html))
    assert set(streams) == {
        f"{B}-{T}-{n}" for B in range(1, 5) for T in range(1, 7) for n in range(13)
    }
    passes = sentences(parsed(plot.truncation_explorer(4, 1, 2).html))
    assert set(passes) == {
        f"{a}-{b}-{t}" for a in range(1, 5) for b in range(1, 5) for t in range(1, 5)
    }


@pytest.mark.parametrize(("batch_size", "num_steps"), [(1, 1), (2, 3), (3, 4), (4, 2), (1, 5)])
def test_a_token_stands_where_stream_batches_puts_it(batch_size: int, num_steps: int) -> None:
    said = sentences(parsed(plot.stream_explorer(TEXT).html))
    inputs = stream_batches(np.arange(13), batch_size, num_steps).inputs
    for (window, step, stream), token in np.ndenumerate(inputs):
        sentence = said[f"{batch_size}-{num_steps}-{token}"]
        assert f"stream {stream}, window {window}, step {step + 1} of {num_steps}." in sentence
        assert f"target is token {token + 1}," in sentence
    assert "last target" in said[f"{batch_size}-{num_steps}-{inputs.size}"]
    for rest in range(inputs.size + 1, 13):
        assert "left over" in said[f"{batch_size}-{num_steps}-{rest}"]


def test_a_grid_that_the_text_does_not_fill_says_what_it_needs() -> None:
    said = sentences(parsed(plot.stream_explorer(TEXT).html))
    assert "4 · 4 + 1 = 17 tokens, the text has 13." in said["4-4-0"]


def test_cells_are_drawn_in_the_order_of_the_text() -> None:
    root = parsed(plot.stream_explorer(TEXT, 3, 2).html)
    (shown,) = [g for g in root.findall("./svg/g") if g.get("style") is None]
    drawn = [(g.find("rect"), "".join(g.findall("text")[0].itertext())) for g in shown.findall("g")]
    places = {(int(r.get("y", 0)), int(r.get("x", 0))): c for r, c in drawn if r is not None}
    letters = [places[place] for place in sorted(places)]  # stream by stream, from the left
    assert "".join(letters) == TEXT[:12].replace(" ", "␣")


@pytest.mark.parametrize(("k1", "k2"), [(1, 1), (2, 4), (3, 3), (1, 6), (4, 5)])
def test_a_loss_reaches_what_reachable_says(k1: int, k2: int) -> None:
    root = parsed(plot.truncation_explorer().html)
    said, kept = sentences(root), reachable(6, k1, k2)
    for t in range(1, 7):
        reached = kept[t - 1].sum()
        wanted = "its own step only" if reached == 1 else f"reaches {reached} steps"
        assert wanted in said[f"{k1}-{k2}-{t}"]
        assert f"keeps {kept.sum()} of 21 terms" in said[f"{k1}-{k2}-{t}"]


def test_squares_are_the_steps_of_the_passes() -> None:
    root = parsed(plot.truncation_explorer(6, 2, 3).html)
    (shown,) = [
        g for g in root.findall("./svg/g") if g.get("style") is None and g.find("rect") is not None
    ]
    squares = [rect.get("class") for rect in shown.iter("rect")]
    assert len(squares) == sum(stop - start for stop, start in windows(6, 2, 3))
    assert squares.count("counted") == 6


def test_k2_below_k1_is_explained_and_draws_nothing() -> None:
    root = parsed(plot.truncation_explorer().html)
    assert "k2 must be at least k1 = 3" in sentences(root)["3-2-4"]
    assert not [g for g in root.findall("./svg/g") if "3-2-4" in keys(g)]


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="text: expected 2 to 13 characters, got 14"):
        plot.stream_explorer("x" * 14)
    with pytest.raises(ValueError, match="batch_size: expected 1 to 4, got 5"):
        plot.stream_explorer(TEXT, batch_size=5)
    with pytest.raises(ValueError, match="expected at most 6, got 7, 2, 4"):
        plot.truncation_explorer(7)
    with pytest.raises(ValueError, match="k2: expected at least k1 = 3, got 2"):
        plot.truncation_explorer(6, 3, 2)
