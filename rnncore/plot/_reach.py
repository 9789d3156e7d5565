"""How far gradients reach: by rule under TBPTT(k1, k2), and by measurement."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure

from rnncore._shapes import Array, expect_shape
from rnncore.plot._canvas import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    TEXT_SIZE,
    arrow,
    node,
    paper,
    write,
)
from rnncore.truncation import windows

_STEP, _LEFT, _RIGHT = 0.62, 0.86, 0.34  # inches
_WIDEST = 4.8
_ROW, _LEGEND = 0.42, 0.72
_DARKER = LinearSegmentedColormap.from_list("darker", [(BLUE, 0.06), (BLUE, 1.0), (INK, 1.0)])
"""From paper to ink, so that dark mode turns large into light on a dark page."""


def truncation_graph(num_steps: int, k1: int, k2: int) -> Figure:
    """Draw the backward passes of TBPTT(k1, k2): which losses each counts, how far each reaches.

    Args:
        num_steps: T, at most 6 on a phone's width.
        k1: Steps from one backward pass to the next.
        k2: Steps that one pass reaches.

    Returns:
        The states on top, with the loss of every step; below, a row per backward pass, from
        the newest step it covers back to the oldest. A filled square is a step whose loss the pass
        counts, an open one a step it only goes through.

    Raises:
        ValueError: as :func:`rnncore.truncation.windows`, or there are too many steps for a phone.
    """
    passes = windows(num_steps, k1, k2)
    width = _LEFT + (num_steps - 1) * _STEP + _RIGHT
    if width > _WIDEST:
        raise ValueError(f"num_steps: expected at most 6 on a phone's width, got {num_steps}")
    below = _LEGEND + len(passes) * _ROW
    figure, axes = paper(max(width, 3.3), below + 1.45)
    _draw_states(axes, num_steps, below + 0.5)
    first_loss = 0
    for row, (stop, start) in enumerate(passes):
        y = below - (row + 0.35) * _ROW
        write(axes, 0.08, y, f"pass {row + 1}", QUIET, ha="left")
        for t in range(stop - 1, start, -1):
            arrow(axes, (_at(t), y), (_at(t - 1), y), ORANGE, dashes="dashed", gap=0.11)
        for t in range(start, stop):
            _draw_square(axes, _at(t), y, counted=t >= first_loss)
        first_loss = stop
    _draw_legend(axes)
    return figure


def reach_map(sizes: Array, floor: float = 1e-6) -> Figure:
    """Draw |∂L_t/∂x_s| as a map: how much the loss of each step still feels each input.

    Args:
        sizes: Entry (t, s), shape (T, T), as :func:`rnncore.gradient_reach` measures it.
        floor: Sizes below this fraction of the largest all look the same, as zero.

    Returns:
        The map, t downwards and s to the right, darker for larger on a logarithmic scale. What
        is exactly zero, the future and what truncation cut, stays blank.

    Raises:
        ValueError: ``sizes`` is not square, holds nothing positive, or ``floor`` is not in (0, 1).
    """
    expect_shape("sizes", sizes, len(sizes), len(sizes))
    if not 0 < floor < 1:
        raise ValueError(f"floor: expected a fraction in (0, 1), got {floor}")
    largest = float(np.max(sizes))
    if not largest > 0:
        raise ValueError(f"sizes: expected something positive, got at most {largest}")
    figure = Figure(figsize=(4.6, 3.7), facecolor="none", layout="constrained")
    axes = figure.add_subplot(facecolor="none")
    T = len(sizes)
    shown = np.maximum(sizes, floor * largest)
    image = axes.imshow(
        np.ma.array(shown, mask=sizes <= 0),
        norm=LogNorm(floor * largest, largest),
        cmap=_DARKER,
        interpolation="none",  # every entry keeps its own square, at any size of the page
        extent=(0.5, T + 0.5, T + 0.5, 0.5),
    )
    axes.set_xlabel("input of step $s$", fontsize=TEXT_SIZE, math_fontfamily="cm")
    axes.set_ylabel("loss of step $t$", fontsize=TEXT_SIZE, math_fontfamily="cm")
    axes.tick_params(labelsize=TEXT_SIZE)
    axes.locator_params(integer=True, nbins=6)
    bar = figure.colorbar(image, ax=axes, shrink=0.9)
    bar.set_label(r"$|\partial L_t / \partial x_s|$", fontsize=TEXT_SIZE + 1, math_fontfamily="cm")
    bar.ax.set_facecolor("none")
    bar.ax.tick_params(labelsize=TEXT_SIZE)
    return figure


def _at(t: int) -> float:
    return _LEFT + t * _STEP


def _draw_states(axes: Axes, num_steps: int, y: float) -> None:
    for t in range(num_steps):
        if t:
            arrow(axes, (_at(t - 1), y), (_at(t), y), INK)
        arrow(axes, (_at(t), y), (_at(t), y + 0.78), INK)
        node(axes, _at(t), y, f"$h_{t + 1}$", ORANGE)
        write(axes, _at(t), y + 0.66, f"$L_{t + 1}$", GREEN, size=TEXT_SIZE + 1)


def _draw_square(axes: Axes, x: float, y: float, *, counted: bool) -> None:
    axes.plot(x, y, "s", ms=9, mfc=GREEN if counted else "none", mec=GREEN, mew=1.6)


def _draw_legend(axes: Axes) -> None:
    for y, counted, text in ((0.45, True, "its loss is counted"), (0.17, False, "passed through")):
        _draw_square(axes, 0.2, y, counted=counted)
        write(axes, 0.38, y, text, INK, ha="left")
