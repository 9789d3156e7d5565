"""The network unrolled over time, and what the backward pass visits."""

from collections.abc import Collection

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncore.plot._canvas import BLUE, GREEN, INK, ORANGE, arrow, block, node, paper, write

_STEP = 1.2  # inches from one state to the next
_LEFT, _RIGHT = 0.34, 0.56
_LABEL = 13.0  # mathematics looks smaller than words of the same size
_INPUTS, _STATES, _HEAD, _TOP = 0.32, 1.42, 2.5, 3.32


def unrolled_graph(num_steps: int = 3) -> Figure:
    """Draw a vanilla RNN unrolled over time, every state read by one linear head.

    Args:
        num_steps: T, number of steps; up to 3 stays within the width of a phone.

    Returns:
        Inputs x below, states h in the middle, head and prediction above. Every arrow that
        multiplies carries its weight's name, so that one sees the same name at every step.

    Raises:
        ValueError: ``num_steps`` is below 1.
    """
    figure, axes = _frame(num_steps)
    for t in range(1, num_steps + 1):
        x = _column(t)
        arrow(axes, (_column(t - 1), _STATES), (x, _STATES), INK)
        arrow(axes, (x, _INPUTS), (x, _STATES), INK)
        arrow(axes, (x, _STATES), (x, _HEAD), INK)
        write(axes, x - 0.5 * _STEP, _STATES + 0.19, "$W_h$", ORANGE, size=_LABEL)
        write(axes, x + 0.07, 0.5 * (_INPUTS + _STATES), "$W_x$", BLUE, ha="left", size=_LABEL)
    arrow(axes, (_middle(num_steps), _HEAD), (_middle(num_steps), _TOP), INK)
    _nodes(axes, num_steps)
    return figure


def backward_graph(num_steps: int = 3, cut: Collection[int] = ()) -> Figure:
    """Draw where gradients flow when the loss is differentiated.

    Args:
        num_steps: T, number of steps; up to 3 stays within the width of a phone.
        cut: Steps t at which the way from h_t back to h_{t-1} is not taken. Empty is
            backpropagation through time, every step is the one-step gradient.

    Returns:
        The graph of :func:`unrolled_graph` with its arrows reversed. The path through the
        state is dashed; where it is cut, a cross stands in its place.

    Raises:
        ValueError: ``num_steps`` is below 1, or ``cut`` names a step outside 1 … T.
    """
    outside = set(cut) - set(range(1, num_steps + 1))
    if outside:
        raise ValueError(f"cut: expected steps in 1 … {num_steps}, got {sorted(outside)}")
    figure, axes = _frame(num_steps)
    for t in range(1, num_steps + 1):
        x, between = _column(t), _column(t) - 0.5 * _STEP
        arrow(axes, (x, _HEAD), (x, _STATES), BLUE)
        write(axes, x + 0.07, 0.5 * (_HEAD + _STATES), f"$dhs_{t}$", BLUE, ha="left", size=_LABEL)
        arrow(axes, (x, _STATES), (x, _INPUTS), GREEN)
        write(axes, x + 0.07, 0.5 * (_INPUTS + _STATES), f"$dx_{t}$", GREEN, ha="left", size=_LABEL)
        if t in cut:
            write(axes, between, _STATES - 0.01, "✕", ORANGE, size=18)
        else:
            arrow(axes, (x, _STATES), (_column(t - 1), _STATES), ORANGE, dashes="dashed")
            write(axes, between, _STATES + 0.19, r"$W_h^{\mathsf{T}}$", ORANGE, size=_LABEL)
    if 1 not in cut:
        write(axes, _column(0), _STATES - 0.42, "$dh_0$", ORANGE, size=_LABEL)
    arrow(axes, (_middle(num_steps), _TOP), (_middle(num_steps), _HEAD), BLUE)
    _nodes(axes, num_steps)
    return figure


def _frame(num_steps: int) -> tuple[Figure, Axes]:
    if num_steps < 1:
        raise ValueError(f"num_steps: expected at least 1, got {num_steps}")
    return paper(_column(num_steps) + _RIGHT, _TOP + 0.32)


def _nodes(axes: Axes, num_steps: int) -> None:
    for t in range(num_steps + 1):
        node(axes, _column(t), _STATES, f"$h_{t}$", ORANGE)
    for t in range(1, num_steps + 1):
        node(axes, _column(t), _INPUTS, f"$x_{t}$", BLUE)
    block(axes, _middle(num_steps), _HEAD, (num_steps - 1) * _STEP + 0.7, "linear head", GREEN)
    node(axes, _middle(num_steps), _TOP, r"$\hat{y}$", GREEN)


def _column(t: int) -> float:
    return _LEFT + t * _STEP


def _middle(num_steps: int) -> float:
    return 0.5 * (_column(1) + _column(num_steps))
