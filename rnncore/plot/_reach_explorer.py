"""How much each loss feels each input, for the reader to change the weights and the truncation."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore.plot._interactive import Explorer, Slider, explorer, part

_LEFT, _TOP, _CELL, _MOST_STEPS = 40, 24, 20, 12
_FAINT, _STRONG = 1e-3, 1e2
_LEGEND = (_FAINT, 1e-2, 1e-1, 1.0, 1e1, _STRONG)

Position = tuple[int, ...]
"""Spectral radius in percent, and K."""


def reach_explorer(
    maps: Mapping[str, Mapping[int, Array]], radius: int = 100, reach: int = 4
) -> Explorer:
    """Show |∂L_t/∂x_s| as the spectral radius changes, and what TBPTT(1, K) leaves of it.

    Args:
        maps: Title → (spectral radius in percent → sizes (T, T), as
            :func:`rnncore.gradient_reach` measures them); at most 12 steps, at least two radii
            at equal distances, the same for every title.
        radius: Where its slider stands at first.
        reach: Where the slider of K stands at first, 1 to T.

    Returns:
        A map for each title, side by side where there is room. A size is drawn relative to what
        the loss feels of its own step's input, stronger for larger, on a logarithmic scale.

    Raises:
        ValueError: a map has another shape or no positive diagonal, the radii differ or are not
            equally far apart, or a slider cannot stand there.
    """
    radii, T = _expect_maps(maps)
    for name, value, values in (
        ("radius", radius, radii),
        ("reach", reach, range(1, T + 1)),
    ):
        if value not in values:
            raise ValueError(f"{name}: expected one of {[*values]}, got {value}")
    start = (radius, reach)
    lanes = "".join(_lane(title, sizes, start) for title, sizes in maps.items())
    sliders = [Slider("Spectral radius in %", radii, radius), Slider("K", range(1, T + 1), reach)]
    return explorer("How far gradients reach", sliders, f'<div class="lanes">{lanes}</div>')


def _expect_maps(maps: Mapping[str, Mapping[int, Array]]) -> tuple[range, int]:
    """The radii as a range, and the number of steps."""
    keys = {tuple(sizes) for sizes in maps.values()}
    if len(keys) != 1 or len(radii := keys.pop()) < 2:
        raise ValueError(f"maps: expected the same two or more radii everywhere, got {maps.keys()}")
    positions = range(radii[0], radii[-1] + 1, max(1, radii[1] - radii[0]))
    if tuple(positions) != radii:
        raise ValueError(f"maps: expected growing radii at equal distances, got {radii}")
    lengths = [len(sizes) for by_radius in maps.values() for sizes in by_radius.values()]
    T = lengths[0]
    if not 1 <= T <= _MOST_STEPS:
        raise ValueError(f"maps: expected 1 to {_MOST_STEPS} steps, got {T}")
    for title, by_radius in maps.items():
        for radius, sizes in by_radius.items():
            expect_shape(f"{title}, {radius}", sizes, T, T)
            if not np.all(np.diag(sizes) > 0):
                raise ValueError(f"{title}, {radius}: expected every loss to feel its own input")
    return positions, T


def _lane(title: str, by_radius: Mapping[int, Array], start: Position) -> str:
    """One map with everything that its sliders can show, and a sentence for each position."""
    T = len(next(iter(by_radius.values())))
    diagonals, sentences = [], []
    for radius, sizes in by_radius.items():
        relative = sizes / np.diag(sizes)[:, None]
        for lag in range(T):
            shown = [(radius, K) for K in range(lag + 1, T + 1)]
            squares = "".join(_square(t - lag, t, relative[t, t - lag]) for t in range(lag, T))
            diagonals.append(part('g class="felt"', shown, start, squares))
        sentences += [
            part("p", [(radius, K)], start, _say(relative[-1], K)) for K in range(1, T + 1)
        ]
    width, height = _LEFT + T * _CELL + 8, _TOP + T * _CELL + 90
    return (
        f'<div class="lane"><p class="lane-title">{escape(title)}</p>'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}: '
        f'how much each of {T} losses feels the input of each step">'
        f"{_axes(T)}{''.join(diagonals)}</svg>"
        f'<div aria-live="polite">{"".join(sentences)}</div></div>'
    )


def _say(felt: Array, K: int) -> str:
    """What the last loss feels of the first input, and what K leaves of it all.

    Args:
        felt: What the last loss feels of each input, relative to its own step's.
        K: Steps that the gradient of a loss reaches.
    """
    T = len(felt)
    kept = 100 * float(felt[T - K :].sum() / felt.sum())
    return (
        f"Uncut, loss {T} feels input 1 {_times(float(felt[0]))} as much as input {T}. "
        f"K = {K} keeps {kept:.0f} % of all that it feels."
    )


def _times(ratio: float) -> str:
    if ratio < _FAINT:
        return f"less than {_FAINT:g} times"
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.2g} times"


def _square(s: int, t: int, relative: float) -> str:
    """A filled square, stronger for larger; nothing at all for zero."""
    if not relative > 0:
        return ""
    return _filled(_LEFT + s * _CELL, _TOP + t * _CELL, relative)


def _filled(x: int, y: int, relative: float) -> str:
    place = np.log(relative / _FAINT) / np.log(_STRONG / _FAINT)
    opacity = 0.05 + 0.95 * float(np.clip(place, 0, 1))
    return f'<path d="M{x} {y}h{_CELL}v{_CELL}h-{_CELL}z" opacity="{opacity:.2g}"/>'


def _axes(T: int) -> str:
    """The empty squares, the numbers of the steps, and the key to the shades."""
    bottom = _TOP + T * _CELL
    frame = "".join(
        f"M{_LEFT} {_TOP + t * _CELL}h{(t + 1) * _CELL}v{_CELL}"
        f"M{_LEFT + t * _CELL} {bottom}V{_TOP + t * _CELL}"
        for t in range(T)
    )
    marks = [f'<path class="grid" d="{frame}M{_LEFT} {bottom}h{T * _CELL}"/>']
    for step in _numbered(T):
        middle = step * _CELL - _CELL // 2
        marks.append(f'<text x="{_LEFT - 14}" y="{_TOP + middle + 6}">{step}</text>')
        marks.append(f'<text x="{_LEFT + middle}" y="{bottom + 18}">{step}</text>')
    marks.append('<text class="start" x="0" y="16">loss t</text>')
    marks.append(f'<text class="end" x="{_LEFT + T * _CELL}" y="{bottom + 36}">input s</text>')
    return "".join(marks) + _key(T, bottom + 46)


def _key(T: int, y: int) -> str:
    distance = (_LEFT + T * _CELL) // len(_LEGEND)
    marks = []
    for n, relative in enumerate(_LEGEND):
        x = n * distance + (distance - _CELL) // 2
        marks.append(f'<g class="felt">{_filled(x, y, relative)}</g>')
        marks.append(f'<text x="{x + _CELL // 2}" y="{y + 36}">{relative:g}</text>')
    return "".join(marks)


def _numbered(T: int) -> Sequence[int]:
    return sorted({1, *range(4, T + 1, 4), T})
