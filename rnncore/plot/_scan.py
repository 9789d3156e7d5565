"""The tree of a scan: which steps are joined with which, and when."""

from matplotlib.figure import Figure

from rnncore.plot._canvas import BLUE, ORANGE, arrow, block, paper

_COLUMN, _ROW, _EDGE = 0.55, 0.62, 0.42  # inches
_WIDTH = 0.46

Span = tuple[int, int]
"""First and last step of a stretch that has been joined into one map."""


def scan_graph(num_steps: int = 8) -> Figure:
    """Draw how :func:`rnncore.linear_recurrence_scan` joins steps, pass by pass.

    Args:
        num_steps: T: 2, 4 or 8.

    Returns:
        A row of single steps on top, and below it a row per pass. A box joins the two stretches
        whose arrows meet in it; it is coloured like a state when the stretch begins with step 1.

    Raises:
        ValueError: ``num_steps`` is none of the three.
    """
    if num_steps not in (2, 4, 8):
        raise ValueError(f"num_steps: expected 2, 4 or 8, got {num_steps}")
    single: dict[Span, tuple[Span, ...]] = {(t, t): () for t in range(1, num_steps + 1)}
    rows = [single, *_passes(num_steps)]
    width = 2 * _EDGE + (num_steps - 1) * _COLUMN
    height = 2 * _EDGE + (len(rows) - 1) * _ROW
    figure, axes = paper(width, height)
    places: dict[Span, tuple[float, float]] = {}
    for row, spans in enumerate(rows):
        for (first, last), parts in spans.items():
            place = (_EDGE + (last - 1) * _COLUMN, height - _EDGE - row * _ROW)
            places[first, last] = place
            name = str(last) if first == last else f"{first}–{last}"
            block(axes, *place, _WIDTH, name, ORANGE if first == 1 else BLUE)
            for part in parts:
                arrow(axes, places[part], place, gap=0.25)
    return figure


def _passes(num_steps: int) -> list[dict[Span, tuple[Span, ...]]]:
    """Return what each pass joins: the new stretch and its two parts."""
    sizes = [size for size in (1, 2, 4) if size < num_steps]
    up: list[dict[Span, tuple[Span, ...]]] = [
        {
            (last - 2 * n + 1, last): ((last - 2 * n + 1, last - n), (last - n + 1, last))
            for last in range(2 * n, num_steps + 1, 2 * n)
        }
        for n in sizes
    ]
    down: list[dict[Span, tuple[Span, ...]]] = [
        {
            (1, last): ((1, last - n), (last - n + 1, last))
            for last in range(3 * n, num_steps, 2 * n)
        }
        for n in reversed(sizes[:-1])
    ]
    return up + down
