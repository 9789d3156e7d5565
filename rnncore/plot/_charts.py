"""Charts of measurements: every series is told apart by its marker or dash and by a label."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncore._shapes import Array
from rnncore.plot._canvas import INK, QUIET, SERIES, TEXT_SIZE

_WIDTH = 4.6
_DASHES = ("solid", "dashed", "dashdot", "dotted")
_MARKERS = ("o", "s", "^", "D")


def curves(
    series: Mapping[str, Array], xlabel: str, ylabel: str, yscale: str = "linear", every: int = 1
) -> Figure:
    """Draw a median curve and the range over seeds for every series.

    Args:
        series: Label → values, shape (seeds, points).
        xlabel: What is counted along x.
        ylabel: What is measured, with its unit.
        yscale: ``"linear"`` or ``"log"``.
        every: Distance of the points along x, which begin at 0.

    Returns:
        The curves, each with its own dash and its label in a legend above.

    Raises:
        ValueError: a series is not of shape (seeds, points), or there are more than four.
    """
    _expect_few(series)
    figure, axes = _chart(3.0)
    for (label, values), color, dash in zip(series.items(), SERIES, _DASHES, strict=False):
        if values.ndim != 2:
            raise ValueError(f"{label}: expected (seeds, points), got {values.shape}")
        points = every * np.arange(values.shape[1])
        axes.fill_between(points, values.min(0), values.max(0), color=color, alpha=0.15, lw=0)
        axes.plot(points, np.median(values, 0), color=color, linestyle=dash, label=label, lw=1.8)
    axes.set_yscale(yscale)
    _label(axes, xlabel, ylabel)
    _legend(axes)
    return figure


def dots(rows: Mapping[str, Array], xlabel: str) -> Figure:
    """Draw one row of dots per label, one dot per seed, and a bar at the median.

    Args:
        rows: Label → one value per seed, shape (seeds,).
        xlabel: What is measured, with its unit.

    Returns:
        The rows from top to bottom in the order given.
    """
    figure, axes = _chart(0.9 + 0.45 * len(rows))
    for place, values in enumerate(rows.values()):
        axes.plot(
            values, np.full(values.shape, place), "o", color=SERIES[0], ms=6, mec="none", alpha=0.45
        )
        axes.plot([np.median(values)] * 2, [place - 0.3, place + 0.3], color=INK, lw=2)
    axes.set_yticks(range(len(rows)), labels=list(rows))
    axes.tick_params(axis="y", length=0)
    for text in axes.get_yticklabels():
        text.set_math_fontfamily("cm")
        text.set_fontsize(13)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    _label(axes, xlabel, "")
    axes.grid(axis="x", color=QUIET, alpha=0.25, lw=0.8)
    return figure


def tanh_chart(groups: Mapping[str, Array], limit: float) -> Figure:
    """Draw tanh with the arguments a network really feeds into it.

    Args:
        groups: Label → pre-activations, any shape; each group has its own marker.
        limit: The curve is drawn on ±limit; values beyond it are drawn at its edge.

    Returns:
        The curve tanh(z), its derivative dashed, and the groups as marks on the curve.
    """
    _expect_few(groups)
    figure, axes = _chart(3.2)
    z = np.linspace(-limit, limit, 241)
    axes.plot(z, np.tanh(z), color=INK, lw=1.4, label=r"$\tanh z$")
    axes.plot(z, 1 - np.tanh(z) ** 2, color=QUIET, lw=1.4, ls="dashed", label=r"$1 - \tanh^2 z$")
    for (label, values), color, marker in zip(groups.items(), SERIES, _MARKERS, strict=False):
        places = np.clip(values.ravel(), -limit, limit)
        axes.plot(
            places, np.tanh(places), marker, color=color, ms=7, mec="none", alpha=0.75, label=label,
            clip_on=False,
        )  # fmt: skip
    _label(axes, "$z$", "")
    _legend(axes)
    return figure


def _chart(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, height), facecolor="none", layout="constrained")
    axes = figure.add_subplot(facecolor="none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=TEXT_SIZE)
    return figure, axes


def _label(axes: Axes, xlabel: str, ylabel: str) -> None:
    axes.set_xlabel(xlabel, fontsize=TEXT_SIZE, math_fontfamily="cm")
    axes.set_ylabel(ylabel, fontsize=TEXT_SIZE, math_fontfamily="cm")


def _legend(axes: Axes) -> None:
    _, labels = axes.get_legend_handles_labels()
    ncols = 2 if max(map(len, labels)) <= 16 else 1  # two long labels do not fit side by side
    legend = axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=ncols, frameon=False,
        fontsize=TEXT_SIZE, borderaxespad=0, handlelength=2.4, columnspacing=1.2,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_math_fontfamily("cm")


def _expect_few(series: Mapping[str, object]) -> None:
    if not 1 <= len(series) <= len(SERIES):
        raise ValueError(f"expected 1 to {len(SERIES)} series, got {len(series)}")
