"""Paper for drawings: one data unit is one inch, and the few marks every figure is made of.

Nothing here touches ``pyplot``, so no figure is registered globally and no style leaks. Colours
are dark and saturated, so that they keep their hue and gain light when the book's dark mode
inverts a figure; a shape, a dash or a word always says the same thing as the colour.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

INK = "#1a1a1a"
QUIET = "#5c6670"
BLUE = "#0b5fa5"
ORANGE = "#b34700"
GREEN = "#00704d"
SERIES = (BLUE, ORANGE, GREEN, QUIET)

TEXT_SIZE = 11.0
"""Size of every text in points; no figure goes below 10."""

NODE_RADIUS = 0.24
"""Radius of a round node in inches."""


def paper(width: float, height: float) -> tuple[Figure, Axes]:
    """Make a transparent figure of ``width`` × ``height`` inches with one unit per inch."""
    figure = Figure(figsize=(width, height), facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    color: str = INK,
    ha: str = "center",
    va: str = "center",
    size: float = TEXT_SIZE,
) -> None:
    """Write text, with mathematics between dollar signs in the book's face."""
    axes.text(x, y, text, color=color, ha=ha, va=va, fontsize=size, math_fontfamily="cm")


def node(axes: Axes, x: float, y: float, text: str, color: str = INK) -> None:
    """Draw a value: a circle with its name in it."""
    axes.add_patch(
        Circle((x, y), NODE_RADIUS, facecolor=_pale(color), edgecolor=color, linewidth=1.4)
    )
    write(axes, x, y, text, size=TEXT_SIZE + 1)


def block(axes: Axes, x: float, y: float, width: float, text: str, color: str = INK) -> None:
    """Draw a layer: a rounded box ``width`` inches wide, centred at (x, y)."""
    height = 2 * NODE_RADIUS
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=_pale(color),
            edgecolor=color,
            linewidth=1.4,
        )
    )
    write(axes, x, y, text)


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    color: str = INK,
    dashes: str = "solid",
    bend: float = 0.0,
    gap: float = NODE_RADIUS + 0.03,
) -> None:
    """Draw an arrow between two centres that stops ``gap`` inches short of each."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>,head_length=5,head_width=2.6",
            connectionstyle=f"arc3,rad={bend}",
            shrinkA=72 * gap,
            shrinkB=72 * gap,
            color=color,
            linewidth=1.4,
            linestyle=dashes,
            joinstyle="miter",
        )
    )


def _pale(color: str) -> tuple[str, float]:
    return (color, 0.08)
