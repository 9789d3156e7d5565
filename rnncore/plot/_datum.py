"""What one gradient covers: the same steps as several data and as one, moment by moment."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from rnncore._shapes import Array, expect_shape
from rnncore.plot._interactive import Explorer, Slider, explorer, part
from rnncore.rnn import RNNParams

_LEFT, _STEP, _RADIUS, _REACH = 34, 86, 20, 36
_LOSS, _STATE, _INPUT, _BRACKET, _WEIGHTS = 16, 72, 142, 154, 194
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class TrainedDatum(NamedTuple):
    """One datum in training: some steps, one gradient over them, one update."""

    xs: Array
    """What it read, shape (T,)."""
    hs: Array
    """States it made of that, shape (T,)."""
    losses: Array
    """Loss of each step, shape (T,)."""
    gradient: RNNParams
    """Gradient by the weights, of all its losses, over its steps."""
    params: RNNParams
    """Weights after the update."""


def datum_explorer(start: RNNParams, ways: Mapping[str, Sequence[TrainedDatum]]) -> Explorer:
    """Show ways to cut one sequence into data, side by side and in step.

    At every moment each way takes one step forward or one step back, so all need equally many.

    Args:
        start: Weights of a network with D = H = 1, before the first datum.
        ways: Title → data in their order, which together are the same sequence.

    Returns:
        A figure with one slider, the moment. It shows which steps are on the tape, where gradients
        went, and the weights. Without a script it shows the last moment.

    Raises:
        ValueError: a weight or an array has a wrong shape, or the sequences differ in length.
    """
    for name, weight in start._asdict().items():
        expect_shape(name, weight, *([1] * weight.ndim))
    lengths = {sum(len(datum.xs) for datum in data) for data in ways.values()}
    if len(lengths) != 1:
        raise ValueError(f"ways: expected sequences of one length, got {sorted(lengths)}")
    for datum in (datum for data in ways.values() for datum in data):
        for name in ("hs", "losses"):
            expect_shape(name, getattr(datum, name), len(datum.xs))
    last = 2 * lengths.pop()
    lanes = "".join(_lane(title, start, data, last) for title, data in ways.items())
    moments = Slider("Moment", range(last + 1), last)
    return explorer("; ".join(ways), [moments], f'<div class="lanes">{lanes}</div>')


def _lane(title: str, start: RNNParams, data: Sequence[TrainedDatum], last: int) -> str:
    """One way: the drawing, and below it one sentence for each moment."""
    ends = [*_ends(data), last + 1]
    drawing = [_state(0, "0"), _weights(start, 0, range(ends[0]), last)]
    sentences = [_sentence(0, last, "Nothing has been read.")]
    first = 1
    for number, (datum, end) in enumerate(zip(data, ends[:-1], strict=True), start=1):
        begin, stop = 2 * (first - 1), first + len(datum.xs)
        drawing.append(_bracket(first, stop - 1, f"datum {number}"))
        for place, t in enumerate(range(first, stop)):
            forward, backward = begin + place + 1, end - place
            drawing += [_input(t, datum.xs[place]), _forward(t, datum, place, forward, last)]
            drawing.append(_tape(first, t, {forward, end - place - 1}, last))
            if t > 1:
                drawing.append(_backward(t, t == first, backward, last))
            sentences.append(_sentence(forward, last, _say_forward(t, datum, place)))
            text = _say_backward(t, t == first, number, datum)
            sentences.append(_sentence(backward, last, text))
        drawing.append(_weights(datum.params, number, range(end, ends[number]), last))
        first = stop
    width = 2 * _LEFT + (first - 1) * _STEP + 14
    label = f"{title}: {len(data)} update{'s' * (len(data) > 1)} in {first - 1} steps"
    return (
        f'<div class="lane"><p class="lane-title">{escape(title)}</p>'
        f'<svg viewBox="0 0 {width} {_WEIGHTS + 8}" role="img" aria-label="{escape(label)}">'
        f'{"".join(drawing)}</svg><div aria-live="polite">{"".join(sentences)}</div></div>'
    )


def _ends(data: Sequence[TrainedDatum]) -> list[int]:
    """The moment of each datum's update."""
    ends, total = [], 0
    for datum in data:
        total += 2 * len(datum.xs)
        ends.append(total)
    return ends


def _sentence(moment: int, last: int, text: str) -> str:
    return part("p", [moment], (last,), text)


def _say_forward(t: int, datum: TrainedDatum, place: int) -> str:
    return (
        f"Step {t} forward: {_sub('h', t)} = {datum.hs[place]:.2f}, "
        f"{_sub('L', t)} = {datum.losses[place]:.2f}. On the tape: {place + 1}."
    )


def _say_backward(t: int, is_first: bool, number: int, datum: TrainedDatum) -> str:
    if not is_first:
        return f"Step {t} backward, and on to step {t - 1}."
    dW_x, dW_h, db = (_flat(d) for d in datum.gradient)
    cut = f" {_sub('h', t - 1)} is a plain number, the gradient ends here." if t > 1 else ""
    return (
        f"Step {t} backward.{cut} Update {number} with "
        f"dW_x = {dW_x:.2f}, dW_h = {dW_h:.2f}, db = {db:.2f}."
    )


def _weights(params: RNNParams, updates: int, moments: range, last: int) -> str:
    W_x, W_h, b = (_flat(p) for p in params)
    text = f"W_x {W_x:.3f}  W_h {W_h:.3f}  b {b:.3f}  · updates {updates}"
    return part(f'text class="start" x="4" y="{_WEIGHTS}"', moments, (last,), text)


def _forward(t: int, datum: TrainedDatum, place: int, moment: int, last: int) -> str:
    """All that a forward step brings, from its moment on."""
    x = _at(t)
    body = (
        f'<path d="M{_at(t - 1) + _RADIUS} {_STATE - 7}H{x - _RADIUS - 2}m-6-4l6 4l-6 4'
        f'M{x} {_STATE - _RADIUS}V{_LOSS + 6}"/>'
        f'<text x="{x}" y="{_LOSS}">{_sub("L", t)} {datum.losses[place]:.2f}</text>'
        f"{_state(t, f'{datum.hs[place]:.2f}')}"
    )
    return part("g", range(moment, last + 1), (last,), body)


def _tape(first: int, t: int, moments: set[int], last: int) -> str:
    """A box round the steps that are remembered when step t is the newest of them."""
    x, width = _at(first) - _REACH, (t - first) * _STEP + 2 * _REACH
    box = f'rect class="tape" x="{x}" y="{_LOSS + 14}" width="{width}" height="84" rx="8"'
    return part(box, sorted(moments), (last,), "")


def _backward(t: int, is_cut: bool, moment: int, last: int) -> str:
    """The way of the gradient from step t to the one before, or a cross where it ends."""
    right, left, y = _at(t) - _RADIUS - 2, _at(t - 1) + _RADIUS + 2, _STATE + 9
    middle = (left + right) // 2
    path = (
        f"M{middle - 5} {y - 5}l10 10m0-10l-10 10"
        if is_cut
        else f"M{right} {y}H{left}m6-4l-6 4l6 4"
    )
    name = "cut" if is_cut else "back"
    return part(f'path class="{name}" d="{path}"', range(moment, last + 1), (last,), "")


def _state(t: int, value: str) -> str:
    x = _at(t)
    return (
        f'<circle cx="{x}" cy="{_STATE}" r="{_RADIUS}"/>'
        f'<text x="{x}" y="{_STATE + 5}">{value}</text>'
        f'<text x="{x + 13}" y="{_STATE + 36}">{_sub("h", t)}</text>'
    )


def _input(t: int, value: float) -> str:
    x = _at(t)
    return (
        f'<path d="M{x} {_INPUT - 15}V{_STATE + _RADIUS + 2}m-4 6l4-6l4 6"/>'
        f'<text x="{x}" y="{_INPUT}">{_sub("x", t)} = {value:g}</text>'
    )


def _bracket(first: int, last: int, text: str) -> str:
    left, right = _at(first) - _REACH, _at(last) + _REACH
    return (
        f'<path d="M{left} {_BRACKET - 5}v5H{right}v-5"/>'
        f'<text x="{(left + right) // 2}" y="{_BRACKET + 16}">{text}</text>'
    )


def _at(t: int) -> int:
    return _LEFT + t * _STEP


def _sub(name: str, t: int) -> str:
    return name + str(t).translate(_SUBSCRIPTS)


def _flat(weight: Array) -> float:
    return float(weight.reshape(()))
