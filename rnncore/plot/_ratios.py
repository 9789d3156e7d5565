"""Times as ratios: how many times as long one way takes as another."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from rnncore._shapes import Array, expect_shape
from rnncore.plot._canvas import INK, QUIET, SERIES, TEXT_SIZE
from rnncore.plot._charts import _MARKERS, _chart, _expect_few, _label, _legend


def ratio_chart(rows: Sequence[str], series: Mapping[str, Array], xlabel: str) -> Figure:
    """Draw ratios around 1, one row per setting.

    Args:
        rows: Names of the settings, from top to bottom.
        series: Label → ratios, positive, shape (turns, rows).
        xlabel: What is divided by what.

    Returns:
        A mark at the median over the turns and a line over their range, on a logarithmic axis with
        a line at 1; each series has its own mark and its own height in the row.

    Raises:
        ValueError: a series has another shape or is not positive, or there are more than four.
    """
    _expect_few(series)
    figure, axes = _chart(1.0 + 0.44 * len(rows))
    offsets = np.linspace(-0.25, 0.25, len(series)) if len(series) > 1 else np.zeros(1)
    places = np.arange(len(rows))
    for (label, values), offset, color, marker in zip(
        series.items(), offsets, SERIES, _MARKERS, strict=False
    ):
        expect_shape(label, values, "turns", len(rows))
        if not values.min() > 0:
            raise ValueError(f"{label}: expected positive ratios, got {values.min()}")
        y = places + offset
        axes.hlines(y, values.min(0), values.max(0), color=color, lw=1.6)
        axes.plot(np.median(values, 0), y, marker, color=color, ms=6.5, mec="none", label=label)
    axes.axvline(1, color=INK, lw=1, ls="dashed")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.set_yticks(places, labels=list(rows))
    axes.tick_params(axis="y", length=0, labelsize=TEXT_SIZE - 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="x", color=QUIET, alpha=0.25, lw=0.8)
    _label(axes, xlabel, "")
    _legend(axes)
    return figure
