"""Charts of a numerical derivative."""

import re

import numpy as np
import pytest

from rnncore import plot


def test_the_error_of_each_step_size_is_drawn_as_median_over_the_seeds():
    steps, errors = np.array([1e-6, 1e-3]), np.array([[1e-9, 1e-5], [3e-9, 2e-5], [2e-9, 9e-5]])
    axes = plot.step_size_chart(steps, {"float64": errors}).axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), steps)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [2e-9, 2e-5])


def test_functions_along_a_line_are_marked_where_they_meet():
    places = np.array([-1.0, 0.0, 1.0])
    axes = plot.slice_chart(places, {"a": places + 3, "b": places**2 + 3}, "x", "y").axes[0]
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(mark.get_ydata()) for mark in marks] == [[3], [3]]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: plot.step_size_chart(np.ones(2), {"a": np.ones((3, 4))}),
            "a: expected (seeds, 2)",
        ),
        (lambda: plot.step_size_chart(np.ones(2), {}), "expected 1 to 4 series, got 0"),
        (
            lambda: plot.slice_chart(np.array([1.0, 2.0]), {"a": np.ones(2)}, "", ""),
            "places: expected 0 among them, got 1.0 to 2.0",
        ),
        (lambda: plot.slice_chart(np.zeros(1), {"a": np.ones(2)}, "", ""), "a: expected (1,)"),
    ],
)
def test_bad_input_is_refused_in_one_line(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()
