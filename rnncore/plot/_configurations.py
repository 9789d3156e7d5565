"""What goes in and what comes out: the shapes a recurrent network can be used in."""

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncore.plot._canvas import BLUE, GREEN, INK, ORANGE, arrow, node, paper, write

_STEP = 0.92
_SHAPES_AT = 2.95  # where the column of shapes begins
_WIDTH = 4.6
_LEVELS = (0.32, 1.16, 2.0, 2.84)


def many_to_one() -> Figure:
    """Draw a sequence read into one output: x, h and only the last y."""
    figure, axes = _frame(3)
    _row(axes, 0, "x", (1, 2, 3), BLUE)
    _chain(axes, 1, "h")
    _row(axes, 2, "y", (3,), GREEN)
    _up(axes, 0, (1, 2, 3))
    _up(axes, 1, (3,))
    _shapes(axes, "xs (T, B, D)", "hs (T, B, H)", "y (B, O)")
    return figure


def one_to_many() -> Figure:
    """Draw a sequence written from one input: every output is the next input."""
    figure, axes = _frame(3)
    _row(axes, 0, "x", (1,), BLUE)
    _chain(axes, 1, "h")
    _row(axes, 2, "y", (1, 2, 3), GREEN)
    _up(axes, 0, (1,))
    _up(axes, 1, (1, 2, 3))
    for t in (1, 2):
        arrow(axes, (_at(t), _LEVELS[2]), (_at(t + 1), _LEVELS[1]), GREEN, dashes="dashed")
    _shapes(axes, "x (1, B, D)", "hs (T, B, H)", "ys (T, B, D)")
    return figure


def many_to_many() -> Figure:
    """Draw one output per step."""
    figure, axes = _frame(3)
    _row(axes, 0, "x", (1, 2, 3), BLUE)
    _chain(axes, 1, "h")
    _row(axes, 2, "y", (1, 2, 3), GREEN)
    _up(axes, 0, (1, 2, 3))
    _up(axes, 1, (1, 2, 3))
    _shapes(axes, "xs (T, B, D)", "hs (T, B, H)", "ys (T, B, O)")
    return figure


def stacked() -> Figure:
    """Draw two layers: every state of the lower one is an input of the upper one."""
    figure, axes = _frame(3)
    _row(axes, 0, "x", (1, 2, 3), BLUE)
    _chain(axes, 1, "h")
    _chain(axes, 2, "g")
    _up(axes, 0, (1, 2, 3))
    _up(axes, 1, (1, 2, 3))
    _shapes(axes, "xs (T, B, D)", "hs (T, B, H)", "gs (T, B, H)")
    return figure


def bidirectional() -> Figure:
    """Draw two chains over the same inputs, one from the left and one from the right."""
    figure, axes = _frame(4)
    _row(axes, 0, "x", (1, 2, 3), BLUE)
    _chain(axes, 1, "h")
    for t in (1, 2):
        arrow(axes, (_at(t + 1), _LEVELS[2]), (_at(t), _LEVELS[2]), ORANGE, dashes="dashed")
    _row(axes, 2, "g", (1, 2, 3), ORANGE)
    _row(axes, 3, "y", (1, 2, 3), GREEN)
    _up(axes, 0, (1, 2, 3))
    _up(axes, 2, (1, 2, 3))
    for t in (1, 2, 3):
        arrow(axes, (_at(t), _LEVELS[0]), (_at(t), _LEVELS[2]), INK, bend=0.42)
        arrow(axes, (_at(t), _LEVELS[1]), (_at(t), _LEVELS[3]), INK, bend=-0.42)
    _shapes(axes, "xs (T, B, D)", "hs (T, B, H)", "gs (T, B, H)", "both (T, B, 2H)")
    return figure


CONFIGURATIONS: dict[str, Callable[[], Figure]] = {
    "many to one": many_to_one,
    "one to many": one_to_many,
    "many to many": many_to_many,
    "stacked": stacked,
    "bidirectional": bidirectional,
}


def configurations() -> dict[str, Figure]:
    """Draw all configurations, by name: what is read, what is kept, what comes out."""
    return {name: draw() for name, draw in CONFIGURATIONS.items()}


def _frame(levels: int) -> tuple[Figure, Axes]:
    return paper(_WIDTH, _LEVELS[levels - 1] + 0.32)


def _at(t: int) -> float:
    return 0.34 + (t - 1) * _STEP + 0.2


def _row(axes: Axes, level: int, name: str, steps: tuple[int, ...], color: str) -> None:
    for t in steps:
        node(axes, _at(t), _LEVELS[level], f"${name}_{t}$", color)


def _chain(axes: Axes, level: int, name: str) -> None:
    for t in (1, 2):
        arrow(axes, (_at(t), _LEVELS[level]), (_at(t + 1), _LEVELS[level]), ORANGE)
    _row(axes, level, name, (1, 2, 3), ORANGE)


def _up(axes: Axes, level: int, steps: tuple[int, ...]) -> None:
    for t in steps:
        arrow(axes, (_at(t), _LEVELS[level]), (_at(t), _LEVELS[level + 1]))


def _shapes(axes: Axes, *texts: str) -> None:
    for level, text in zip(_LEVELS, texts, strict=False):
        write(axes, _SHAPES_AT, level, text, ha="left", size=13)
