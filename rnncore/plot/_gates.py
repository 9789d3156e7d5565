"""One step of the gated cells: what is kept, what is written, and by which gate."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncore.plot._canvas import (
    BLUE,
    GREEN,
    INK,
    NODE_RADIUS,
    ORANGE,
    arrow,
    block,
    node,
    paper,
    write,
)

_HIGHWAY, _WRITTEN, _GATES, _READ = 2.75, 1.98, 1.2, 0.36
_WIDTH, _HEIGHT = 4.7, 3.2
_SIGN_RADIUS = 0.13
_TOUCHING = NODE_RADIUS + 0.03
_LABEL = 13.0  # mathematics looks smaller than words of the same size


def lstm_step() -> Figure:
    """Draw one step of an LSTM.

    Returns:
        On top the way of the cell state, from c_{t-1} to c_t, with one product and one sum on
        it. Below, the four gates, all made from x_t and h_{t-1}, with arrows to where they act.
    """
    figure, axes = paper(_WIDTH, _HEIGHT)
    keep, add, show = 1.25, 2.4, 4.3
    _highway(axes, keep, add, "$c_{t-1}$", "$c_t$")
    _sign(axes, add, _WRITTEN, "×")
    _sign(axes, show, _WRITTEN, "×")
    block(axes, 2.3, _READ, 3.1, r"$a = x_t W_x + h_{t-1} W_h + b$", INK)
    for x, name in ((keep, "f"), (2.05, "i"), (2.75, "g"), (3.5, "o")):
        _gate(axes, x, name)
    _lead(axes, (keep, _GATES), (keep, _HIGHWAY))
    _lead(axes, (2.05, _GATES), (add, _WRITTEN))
    _lead(axes, (2.75, _GATES), (add, _WRITTEN))
    _lead(axes, (3.5, _GATES), (show, _WRITTEN))
    _lead(axes, (add, _WRITTEN), (add, _HIGHWAY), near=_SIGN_RADIUS + 0.02)
    _lead(axes, (show, _HIGHWAY), (show, _WRITTEN))
    write(axes, show - 0.07, 0.5 * (_HIGHWAY + _WRITTEN) + 0.02, "tanh", ha="right")
    arrow(axes, (show, _WRITTEN), (show, _READ), INK)
    node(axes, show, _READ, "$h_t$", BLUE)
    return figure


def gru_step() -> Figure:
    """Draw one step of a GRU.

    Returns:
        On top the way of the state, from h_{t-1} to h_t, with one product and one sum on it.
        Below, the two gates and the new state n, with arrows to where they act.
    """
    figure, axes = paper(_WIDTH, _HEIGHT)
    keep, add, new = 1.25, 2.75, 3.25
    _highway(axes, keep, add, "$h_{t-1}$", "$h_t$")
    _sign(axes, add, _WRITTEN, "×")
    block(axes, 2.3, _READ, 3.1, r"$p_t = x_t W_x + b$  and  $h_{t-1} W_h$", INK)
    for x, name in ((keep, "z"), (2.35, "r"), (new, "n")):
        _gate(axes, x, name)
    _lead(axes, (keep, _GATES), (keep, _HIGHWAY))
    _lead(axes, (keep, _GATES), (add, _WRITTEN))
    write(axes, 1.83, 1.76, "$1-z$", GREEN, size=_LABEL)
    _lead(axes, (2.35, _GATES), (new, _GATES), short=_TOUCHING)
    _lead(axes, (new, _GATES), (add, _WRITTEN))
    _lead(axes, (add, _WRITTEN), (add, _HIGHWAY), near=_SIGN_RADIUS + 0.02)
    return figure


def _highway(axes: Axes, keep: float, add: float, before: str, after: str) -> None:
    """Draw the way of the state on top, with the product and the sum that lie on it."""
    first, last = (0.42, _HIGHWAY), (4.3, _HIGHWAY)
    _lead(axes, first, (keep, _HIGHWAY), ORANGE)
    _lead(axes, (keep, _HIGHWAY), (add, _HIGHWAY), ORANGE, near=_SIGN_RADIUS + 0.02)
    _lead(axes, (add, _HIGHWAY), last, ORANGE, near=_SIGN_RADIUS + 0.02, short=_TOUCHING)
    for (x, y), name in ((first, before), (last, after)):
        node(axes, x, y, name, ORANGE)
    _sign(axes, keep, _HIGHWAY, "×")
    _sign(axes, add, _HIGHWAY, "+")


def _gate(axes: Axes, x: float, name: str) -> None:
    node(axes, x, _GATES, f"${name}$", GREEN)
    axes.annotate(
        "", (x, _GATES - NODE_RADIUS), (x, _READ + NODE_RADIUS),
        arrowprops={"arrowstyle": "-|>,head_length=0.4,head_width=0.18", "color": INK, "lw": 1.2},
    )  # fmt: skip


def _sign(axes: Axes, x: float, y: float, text: str) -> None:
    axes.plot(x, y, "o", ms=2 * 72 * _SIGN_RADIUS, mfc="none", mec=INK, mew=1.3)
    write(axes, x, y, text, size=_LABEL)


def _lead(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    color: str = INK,
    near: float = _TOUCHING,
    short: float = _SIGN_RADIUS + 0.02,
) -> None:
    """Draw an arrow that begins ``near`` and stops ``short`` of the centres of what it joins."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    ahead = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    a = (start[0] + near * ahead[0], start[1] + near * ahead[1])
    b = (end[0] - short * ahead[0], end[1] - short * ahead[1])
    arrow(axes, a, b, color, gap=0.0)
