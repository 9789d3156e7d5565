"""The map of a loss shows the loss and the descents it was given."""

import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from numpy.testing import assert_array_equal

from rnncore import plot

XS, YS = np.linspace(0, 1, 4), np.linspace(-1, 1, 3)
LOSSES = np.arange(12.0).reshape(3, 4)
PATH = np.array([[0.1, 0.2], [0.5, 9.0]])


def test_the_map_and_the_paths_are_those_given() -> None:
    figure = plot.descent_map(XS, YS, LOSSES, {"a": PATH, "b": PATH[:1]}, "w", "b")
    FigureCanvasAgg(figure).draw()
    axes = figure.axes[0]
    first, second = axes.lines[:2]
    assert_array_equal(np.transpose(first.get_data()), PATH)
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_marker() != second.get_marker()
    assert axes.get_xlim() == (0, 1)
    assert axes.get_ylim() == (-1, 1)  # a place outside does not stretch the map
    assert_array_equal(np.asarray(axes.collections[0].get_array()).ravel(), LOSSES.ravel())


def test_it_is_transparent_legible_and_fits_a_phone() -> None:
    figure = plot.descent_map(XS, YS, LOSSES, {"a": PATH}, "w", "b")
    FigureCanvasAgg(figure).draw()
    assert figure.get_size_inches()[0] <= 4.8
    assert figure.get_facecolor()[3] == 0
    assert all(axes.get_facecolor()[3] == 0 for axes in figure.axes)
    shown = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
    assert min(text.get_fontsize() for text in shown) >= 10


@pytest.mark.parametrize(
    ("losses", "paths", "message"),
    [
        (LOSSES.T, {"a": PATH}, "losses: expected (3, 4), got (4, 3)"),
        (LOSSES, {"a": PATH.T[:, :1]}, "a: expected (points, 2), got (2, 1)"),
        (LOSSES, {}, "expected 1 to 4 series, got 0"),
    ],
)
def test_bad_input_is_refused(losses, paths, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        plot.descent_map(XS, YS, losses, paths, "w", "b")
