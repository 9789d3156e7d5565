"""Figures that show numbers of the sequence code say what that code does."""

import re
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.testing import assert_array_equal

from rnncore import Log, plot, stream_batches
from rnncore.plot._canvas import GREEN
from rnncore.truncation import windows


def texts(figure: Figure) -> list[str]:
    return [t.get_text() for t in figure.axes[0].findobj(Text) if t.get_text()]


def test_the_grid_holds_every_input_once_and_names_the_rest() -> None:
    found = texts(plot.batch_grid(29, 3, 4))
    inputs = stream_batches(np.arange(29), 3, 4).inputs
    assert sorted(int(t) for t in found if t.isdigit()) == sorted(inputs.ravel().tolist())
    assert {"window 0", "window 1", "stream 0", "stream 1", "stream 2"} <= set(found)
    assert "24 is the last target" in found
    assert "left over: 25, 26, 27, 28" in found
    assert "nothing is left over" in texts(plot.batch_grid(25, 3, 4))


@pytest.mark.parametrize(("T", "k1", "k2"), [(6, 2, 3), (5, 1, 1), (4, 1, 4), (5, 2, 4)])
def test_squares_stand_where_the_passes_go_and_each_loss_counts_once(
    T: int, k1: int, k2: int
) -> None:
    figure = plot.truncation_graph(T, k1, k2)
    squares = figure.axes[0].lines[:-2]  # the last two are the legend's
    passes = windows(T, k1, k2)
    assert len(squares) == sum(stop - start for stop, start in passes)
    counted = [np.ravel(s.get_xdata())[0] for s in squares if s.get_markerfacecolor() == GREEN]
    assert len(set(counted)) == len(counted) == T
    assert [t for t in texts(figure) if t.startswith("pass ")] == [
        f"pass {n + 1}" for n in range(len(passes))
    ]


def test_the_map_shows_the_sizes_and_leaves_zeros_blank() -> None:
    sizes = np.array([[2.0, 0.0], [1e-9, 1.0]])
    (image,) = plot.reach_map(sizes, floor=1e-3).axes[0].images
    shown: np.ma.MaskedArray[Any, Any] = np.ma.asarray(image.get_array())
    assert_array_equal(np.ma.getmaskarray(shown), sizes == 0)
    assert_array_equal(shown.filled(0), [[2, 0], [2e-3, 1]])
    assert image.get_clim() == (2e-3, 2)


def test_curves_are_running_means_against_what_was_asked_for() -> None:
    log = Log(
        np.array([4, 8, 12]), np.array([0.5, 1.0, 2.0]), np.array([3.0, 1.0, 2.0]), np.ones(3)
    )
    (line,) = plot.training_curves({"a": log}, "tokens", "nats", smoothing=2).axes[0].lines
    assert_array_equal(line.get_xdata(), [8, 12])
    assert_array_equal(line.get_ydata(), [2, 1.5])
    figure = plot.training_curves({"a": log}, "seconds", "nats", yscale="log")
    assert_array_equal(figure.axes[0].lines[0].get_xdata(), log.seconds)
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_yscale()) == ("seconds", "log")


def test_bad_input_is_refused_in_one_line() -> None:
    log = Log(np.ones(2, int), *np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"at most 4\.8 inches, got 5 windows of 4 steps"):
        plot.batch_grid(81, 4, 4)
    with pytest.raises(ValueError, match="num_steps: expected at most 6 on a phone's width, got 7"):
        plot.truncation_graph(7, 1, 1)
    with pytest.raises(ValueError, match="k2: expected at least k1 = 2"):
        plot.truncation_graph(4, 2, 1)
    with pytest.raises(ValueError, match=re.escape("sizes: expected (2, 2), got (2, 3)")):
        plot.reach_map(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"sizes: expected something positive, got at most 0\.0"):
        plot.reach_map(np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"floor: expected a fraction in \(0, 1\), got 1"):
        plot.reach_map(np.ones((2, 2)), floor=1)
    with pytest.raises(ValueError, match="smoothing: expected 1 to 2, the updates of a, got 3"):
        plot.training_curves({"a": log}, "tokens", "nats", smoothing=3)
    with pytest.raises(ValueError, match="expected 1 to 4 series, got 0"):
        plot.training_curves({}, "tokens", "nats")
