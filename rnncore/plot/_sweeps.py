"""Results of an experiment over its settings: along one setting, or over two."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from rnncore._shapes import Array, expect_shape
from rnncore.plot._canvas import BLUE, INK, SERIES, TEXT_SIZE
from rnncore.plot._charts import _MARKERS, _chart, _expect_few, _label, _legend


def sweep_chart(
    sizes: Sequence[int],
    series: Mapping[str, Array],
    xlabel: str,
    ylabel: str,
    yscale: str = "log",
) -> Figure:
    """Draw what was measured for sizes that double, such as batch sizes.

    Args:
        sizes: Settings, positive and growing.
        series: Label → values, shape (seeds, sizes).
        xlabel: What the sizes are.
        ylabel: What is measured, with its unit.
        yscale: ``"linear"`` or ``"log"``.

    Returns:
        Median and range over the seeds along a logarithmic axis, each series with its own mark.

    Raises:
        ValueError: a series has another shape, or there are more than four.
    """
    _expect_few(series)
    figure, axes = _chart(3.0)
    for (label, values), color, marker in zip(series.items(), SERIES, _MARKERS, strict=False):
        expect_shape(label, values, "seeds", len(sizes))
        axes.fill_between(sizes, values.min(0), values.max(0), color=color, alpha=0.15, lw=0)
        axes.plot(sizes, np.median(values, 0), marker=marker, color=color, label=label, lw=1.6)
    axes.set_xscale("log", base=2)
    axes.set_yscale(yscale)
    if yscale == "log":  # one decade has three labels, or a short axis may have none
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xticks(sizes, labels=list(map(str, sizes)), minor=False)
    axes.minorticks_off()
    _label(axes, xlabel, ylabel)
    _legend(axes)
    return figure


def share_grid(
    shares: Array, rows: Sequence[object], columns: Sequence[object], ylabel: str, xlabel: str
) -> Figure:
    """Draw shares over two settings as a grid of percentages, darker for more.

    Args:
        shares: Numbers from 0 to 1, shape (rows, columns).
        rows: Names of the rows, from top to bottom.
        columns: Names of the columns, from left to right.
        ylabel: What the rows are.
        xlabel: What the columns are.

    Returns:
        The grid, the percentage written into every cell.

    Raises:
        ValueError: ``shares`` has another shape, or a number lies outside [0, 1].
    """
    expect_shape("shares", shares, len(rows), len(columns))
    if shares.min() < 0 or shares.max() > 1:
        raise ValueError(f"shares: expected 0 to 1, got {shares.min()} to {shares.max()}")
    figure, axes = _chart(0.8 + 0.36 * len(rows))
    for (row, column), share in np.ndenumerate(shares):
        axes.fill_between(
            [column - 0.47, column + 0.47], row - 0.46, row + 0.46, color=BLUE, lw=0,
            alpha=0.05 + 0.4 * share,
        )  # fmt: skip
        axes.text(
            column, row, f"{100 * share:.0f}", ha="center", va="center", size=TEXT_SIZE, color=INK
        )
    axes.set_xticks(range(len(columns)), labels=list(map(str, columns)))
    axes.set_yticks(range(len(rows)), labels=list(map(str, rows)))
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    _label(axes, xlabel, ylabel)
    return figure
