"""TBPTT(k1, k2) for the reader to try: passes, and how far each loss reaches."""

from collections import defaultdict

from rnncore.plot._interactive import Explorer, Slider, explorer, part
from rnncore.truncation import reachable, windows

_LEFT, _STEP, _RADIUS = 72, 50, 16
_LOSS, _STATE, _PASSES, _ROW = 16, 58, 108, 21
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Choice = tuple[int, int, int]
"""k1, k2, and the loss that is looked at."""


def truncation_explorer(num_steps: int = 6, k1: int = 2, k2: int = 4) -> Explorer:
    """Show which steps every loss of a sequence reaches under TBPTT(k1, k2).

    Args:
        num_steps: T, steps of the sequence, at most 6 on a phone's width; k1 and k2 go up to T.
        k1: Where its slider stands at first.
        k2: Where its slider stands at first, at least k1.

    Returns:
        A figure with three sliders: k1, k2, and the loss that is looked at. It shows the backward
        passes as :func:`truncation_graph` draws them, and the way of this one loss.

    Raises:
        ValueError: as :func:`rnncore.truncation.windows`, or there are too many steps.
    """
    windows(num_steps, k1, k2)
    if max(num_steps, k1, k2) > 6:
        raise ValueError(f"num_steps, k1, k2: expected at most 6, got {num_steps}, {k1}, {k2}")
    start = (k1, k2, num_steps)
    steps = range(1, num_steps + 1)
    passes = "".join(_passes(num_steps, a, b, start) for a in steps for b in steps if b >= a)
    choices = [(a, b, t) for a in steps for b in steps for t in steps]
    said = "".join(part("p", [c], start, _say(num_steps, *c)) for c in choices)
    width = _at(num_steps) + _RADIUS + 6
    height = _PASSES + num_steps * _ROW
    drawing = (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="States and losses of '
        f'{num_steps} steps, and the backward passes below them">'
        f"{_states(num_steps)}{_ways(num_steps, choices, start)}{passes}</svg>"
    )
    sliders = [
        Slider("k1", steps, k1),
        Slider("k2", steps, k2),
        Slider("Loss", steps, num_steps),
    ]
    body = f'{drawing}<div aria-live="polite">{said}</div>'
    return explorer("Truncated backpropagation through time", sliders, body)


def _say(T: int, k1: int, k2: int, t: int) -> str:
    if k2 < k1:
        return f"k2 must be at least k1 = {k1}. With {k2} some losses would have no gradient."
    kept = reachable(T, k1, k2)
    reached = int(kept[t - 1].sum())
    number = -(-t // k1)
    steps = "its own step only" if reached == 1 else f"{reached} steps, its own included"
    return (
        f"Loss {t} is counted in pass {number} and reaches {steps}. "
        f"TBPTT({k1}, {k2}) keeps {int(kept.sum())} of {T * (T + 1) // 2} terms."
    )


def _states(num_steps: int) -> str:
    marks = []
    for t in range(1, num_steps + 1):
        x = _at(t)
        if t > 1:
            marks.append(
                f'<path d="M{_at(t - 1) + _RADIUS} {_STATE}H{x - _RADIUS - 2}m-5-4l5 4l-5 4"/>'
            )
        marks.append(
            f'<circle cx="{x}" cy="{_STATE}" r="{_RADIUS}"/>'
            f'<text x="{x}" y="{_STATE + 5}">{_sub("h", t)}</text>'
            f'<path d="M{x} {_STATE - _RADIUS}V{_LOSS + 7}"/>'
            f'<text x="{x}" y="{_LOSS}">{_sub("L", t)}</text>'
        )
    return "".join(marks)


def _ways(T: int, choices: list[Choice], start: Choice) -> str:
    """The way back of the loss that is looked at, drawn once for every first and last step."""
    ways: dict[tuple[int, int], list[Choice]] = defaultdict(list)
    for k1, k2, t in choices:
        if k2 >= k1:
            reached = int(reachable(T, k1, k2)[t - 1].sum())
            ways[t, t - reached + 1].append((k1, k2, t))
    return "".join(part("g", at, start, _way(t, s)) for (t, s), at in ways.items())


def _way(t: int, s: int) -> str:
    y = _STATE + _RADIUS + 9
    ring = f'<circle class="back" cx="{_at(t)}" cy="{_STATE}" r="{_RADIUS + 4}"/>'
    line = f'<path class="back" d="M{_at(t)} {y}H{_at(s)}m6-5l-6 5l6 5"/>' if s < t else ""
    if s == 1:
        return ring + line
    x = _at(s) - _STEP // 2
    return f'{ring}{line}<path class="cut" d="M{x - 5} {y - 5}l10 10m0-10l-10 10"/>'


def _passes(T: int, k1: int, k2: int, start: Choice) -> str:
    marks, first = [], 0
    for row, (stop, begin) in enumerate(windows(T, k1, k2)):
        y = _PASSES + row * _ROW
        marks.append(f'<text class="start" x="0" y="{y + 5}">pass {row + 1}</text>')
        marks.append(f'<path d="M{_at(begin + 1)} {y}H{_at(stop)}"/>')
        for t in range(begin, stop):
            name = ' class="counted"' if t >= first else ' class="through"'
            x = _at(t + 1) - 6
            marks.append(f'<rect{name} x="{x}" y="{y - 6}" width="12" height="12"/>')
        first = stop
    keys = [(k1, k2, t) for t in range(1, T + 1)]
    return part("g", keys, start, "".join(marks))


def _at(t: int) -> int:
    return _LEFT + (t - 1) * _STEP


def _sub(name: str, t: int) -> str:
    return name + str(t).translate(_SUBSCRIPTS)
