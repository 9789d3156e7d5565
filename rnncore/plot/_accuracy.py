"""Charts of a numerical derivative: its error by step size, the function it walks on."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from rnncore._shapes import Array, expect_shape
from rnncore.plot._canvas import INK, SERIES
from rnncore.plot._charts import _DASHES, _chart, _expect_few, _label, _legend


def step_size_chart(steps: Array, errors: Mapping[str, Array]) -> Figure:
    """Draw the error of a numerical gradient against its step size, both logarithmic.

    Args:
        steps: Step sizes ε, shape (points,), positive.
        errors: Label → relative errors, shape (seeds, points), positive.

    Returns:
        Median and range over the seeds, each series with its own dash.

    Raises:
        ValueError: a series has another shape, or there are more than four.
    """
    _expect_few(errors)
    figure, axes = _chart(3.2)
    for (label, values), color, dash in zip(errors.items(), SERIES, _DASHES, strict=False):
        expect_shape(label, values, "seeds", len(steps))
        axes.fill_between(steps, values.min(0), values.max(0), color=color, alpha=0.15, lw=0)
        axes.plot(steps, np.median(values, 0), color=color, linestyle=dash, label=label, lw=1.8)
    axes.set(xscale="log", yscale="log")
    _label(axes, r"step $\epsilon$", "relative error")
    _legend(axes)
    return figure


def slice_chart(places: Array, values: Mapping[str, Array], xlabel: str, ylabel: str) -> Figure:
    """Draw functions along a line, with a mark where they meet at 0.

    Args:
        places: Where along the line, shape (points,), growing, with 0 among them.
        values: Label → values there, shape (points,).
        xlabel: What is counted along x.
        ylabel: What the values are.

    Returns:
        The functions, each with its own dash, and the mark.

    Raises:
        ValueError: 0 is not among the places, or a function has another shape.
    """
    _expect_few(values)
    if 0 not in places:
        raise ValueError(f"places: expected 0 among them, got {places.min()} to {places.max()}")
    figure, axes = _chart(3.0)
    for (label, height), color, dash in zip(values.items(), SERIES, _DASHES, strict=False):
        expect_shape(label, height, len(places))
        axes.plot(places, height, color=color, linestyle=dash, label=label, lw=1.8)
        axes.plot(0, height[places == 0], "o", color=INK, ms=7)
    _label(axes, xlabel, ylabel)
    _legend(axes)
    return figure
