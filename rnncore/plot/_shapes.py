"""Matrix products drawn to scale, so that one sees which lengths must agree."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncore.plot._canvas import BLUE, GREEN, INK, ORANGE, QUIET, paper, write

_CELL = 0.19  # inches, as all lengths here
_GAP = 0.32  # left of a matrix, for the label of its rows
_ABOVE, _BELOW = 0.3, 0.42  # for the label of its columns, and for its name
_LETTER_WIDTH = 0.1
_LETTERS = {"B": BLUE, "D": GREEN, "H": ORANGE}


class Matrix(NamedTuple):
    """A matrix in a :func:`shape_diagram`."""

    name: str
    """Its name, TeX without the dollar signs."""
    shape: tuple[str, str]
    """Letters of its rows and columns, such as ``("B", "H")``."""


def shape_diagram(
    *lines: Sequence[Matrix | str], lengths: Mapping[str, int] | None = None
) -> Figure:
    """Draw formulas with every matrix as a grid of its shape.

    Args:
        lines: One formula each: matrices, and between them signs such as ``"="`` and ``"+"``.
            Two matrices side by side are multiplied.
        lengths: Cells drawn for each letter; by default B 3, D 1, H 2, and 1 for ``"1"``.

    Returns:
        The formulas below each other. Rows are labelled at the left, columns on top; the name
        stands below.

    Raises:
        ValueError: two neighbours cannot be multiplied, or a letter has no length.
    """
    cells = {"B": 3, "D": 1, "H": 2, "1": 1} | dict(lengths or {})
    for line in lines:
        _check(line, cells)
    heights = [max(_rows(item, cells) for item in line) * _CELL for line in lines]
    width = max(sum(_width(item, cells) for item in line) for line in lines) + 0.12
    top = sum(heights) + len(lines) * (_ABOVE + _BELOW)
    figure, axes = paper(width, top)
    for line, height in zip(lines, heights, strict=True):
        x, middle = 0.0, top - _ABOVE - 0.5 * height
        for item in line:
            _draw(axes, item, x, middle, cells)
            x += _width(item, cells)
        top -= height + _ABOVE + _BELOW
    return figure


def _check(line: Sequence[Matrix | str], cells: Mapping[str, int]) -> None:
    for item in line:
        for letter in () if isinstance(item, str) else item.shape:
            if letter not in cells:
                raise ValueError(f"lengths: expected a length for {letter!r}, got {dict(cells)}")
    for left, right in pairwise(line):
        if isinstance(left, str) or isinstance(right, str):
            continue
        if left.shape[1] != right.shape[0]:
            raise ValueError(
                f"{right.name}: expected ({left.shape[1]}, …) "
                f"after {left.name} {_text(left.shape)}, got {_text(right.shape)}"
            )


def _draw(
    axes: Axes, item: Matrix | str, x: float, middle: float, cells: Mapping[str, int]
) -> None:
    if isinstance(item, str):
        write(axes, x + 0.06 + 0.5 * _width(item, cells), middle, item, size=13)
        return
    rows, columns = (cells[letter] for letter in item.shape)
    left, bottom = x + _GAP, middle - 0.5 * rows * _CELL
    color = _LETTERS.get(item.shape[1], INK)
    for row in range(rows):
        for column in range(columns):
            axes.add_patch(
                Rectangle(
                    (left + column * _CELL, bottom + row * _CELL),
                    _CELL,
                    _CELL,
                    facecolor=(color, 0.1),
                    edgecolor=color,
                    linewidth=1,
                )
            )
    center = left + 0.5 * columns * _CELL
    for letter, place, ha in (
        (item.shape[0], (left - 0.06, middle), "right"),
        (item.shape[1], (center, bottom + rows * _CELL + 0.12), "center"),
    ):
        write(axes, *place, letter, _LETTERS.get(letter, QUIET), ha=ha)
    write(axes, center, bottom - 0.18, f"${item.name}$", size=13)


def _rows(item: Matrix | str, cells: Mapping[str, int]) -> int:
    return 1 if isinstance(item, str) else cells[item.shape[0]]


def _width(item: Matrix | str, cells: Mapping[str, int]) -> float:
    if isinstance(item, str):
        return _LETTER_WIDTH * (len(item) + 1)
    return _GAP + cells[item.shape[1]] * _CELL


def _text(shape: tuple[str, str]) -> str:
    return f"({shape[0]}, {shape[1]})"
