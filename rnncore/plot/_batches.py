"""Which token of a text goes to which stream and window."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncore.batching import Batches, Tokens, stream_batches
from rnncore.plot._canvas import BLUE, GREEN, INK, ORANGE, QUIET, arrow, paper, write

_CELL, _LEFT, _BETWEEN, _RIGHT = 0.36, 0.82, 0.34, 0.1  # inches
_TOP, _BOTTOM = 0.34, 0.68
_NARROWEST, _WIDEST = 3.4, 4.8


def batch_grid(num_tokens: int, batch_size: int, num_steps: int) -> Figure:
    """Draw how :func:`rnncore.stream_batches` cuts a text.

    Args:
        num_tokens: N; a token is drawn as its place in the text, 0 to N − 1.
        batch_size: B, streams side by side.
        num_steps: Steps in a window.

    Returns:
        A row per stream and a block per window. A dashed arrow from block to block is the state
        that is carried over. Below stand the tokens that are never an input: the
        last target, and what is left over.

    Raises:
        ValueError: the text does not fill one window, or the grid is too wide for a phone.
    """
    batches = stream_batches(np.arange(num_tokens), batch_size, num_steps)
    num_windows = len(batches.inputs)
    block = num_steps * _CELL
    width = _LEFT + num_windows * (block + _BETWEEN) - _BETWEEN + _RIGHT
    if width > _WIDEST:
        raise ValueError(
            f"num_tokens: expected a grid of at most {_WIDEST} inches, "
            f"got {num_windows} windows of {num_steps} steps, {width:.1f} inches"
        )
    height = batch_size * _CELL
    figure, axes = paper(max(width, _NARROWEST), _TOP + height + _BOTTOM)
    top = _BOTTOM + height
    rows = [top - (b + 0.5) * _CELL for b in range(batch_size)]
    for b, y in enumerate(rows):
        write(axes, _LEFT - 0.1, y, f"stream {b}", QUIET, ha="right")
    for w, window in enumerate(batches.inputs):
        left = _LEFT + w * (block + _BETWEEN)
        color = (BLUE, ORANGE)[w % 2]
        _draw_window(axes, window, left, top, color)
        write(axes, left + 0.5 * block, top + 0.17, f"window {w}", color)
        for y in rows if w else ():
            arrow(axes, (left - _BETWEEN, y), (left, y), INK, dashes="dashed", gap=0.02)
    _write_rest(axes, batches, num_tokens)
    return figure


def _draw_window(axes: Axes, window: Tokens, left: float, top: float, color: str) -> None:
    for (t, b), token in np.ndenumerate(window):
        x, y = left + t * _CELL, top - (b + 1) * _CELL
        axes.add_patch(
            Rectangle((x, y), _CELL, _CELL, facecolor=(color, 0.1), edgecolor=color, lw=1.2)
        )
        write(axes, x + 0.5 * _CELL, y + 0.5 * _CELL, str(token))


def _write_rest(axes: Axes, batches: Batches, num_tokens: int) -> None:
    last = int(batches.targets.max())
    write(axes, _LEFT, 0.46, f"{last} is the last target", GREEN, ha="left")
    rest = range(last + 1, num_tokens)
    text = f"left over: {', '.join(map(str, rest))}" if rest else "nothing is left over"
    write(axes, _LEFT, 0.18, text, QUIET, ha="left")
