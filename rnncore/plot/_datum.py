"""What one gradient covers: the same steps as several data and as one, moment by moment."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from rnncore._shapes import Array, expect_shape
from rnncore.plot._interactive import Explorer, Slider, explorer, part
from rnncore.rnn import RNNParams

_LEFT, _STEP, _RADIUS, _REACH = 26, 86, 21, 36
_LOSS, _STATE, _INPUT, _BRACKET, _WEIGHTS = 16, 72, 144, 156, 200
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


class _Step(NamedTuple):
    """One step of a datum, and the moments at which it is taken."""

    datum: TrainedDatum
    place: int
    """Its place within the datum, from 0."""
    t: int
    """Its place within the sequence, from 1."""
    forward: int
    backward: int
    last: int
    """The last moment of all, where the figure stands at first."""

    def part(self, tag: str, moments: Iterable[int], body: str = "") -> str:
        return part(tag, moments, (self.last,), body)


def _lane(title: str, start: RNNParams, data: Sequence[TrainedDatum], last: int) -> str:
    """One way: the drawing, and below it one sentence for each moment."""
    drawing = [_state(0), _value(0, "0")]
    sentences = [part("p", [0], (last,), "Nothing has been read.")]
    first, since, params = 1, 0, start
    for number, datum in enumerate(data, start=1):
        begin, length = 2 * (first - 1), len(datum.xs)
        end = begin + 2 * length
        drawing.append(_weights(params, range(since, end), last))
        drawing.append(_bracket(first, first + length - 1, number, end, last))
        for place in range(length):
            step = _Step(datum, place, first + place, begin + place + 1, end - place, last)
            drawing.append(_drawn(step))
            sentences.append(_said(step, number))
        first, since, params = first + length, end, datum.params
    drawing.append(_weights(params, range(since, last + 1), last))
    width = _at(first - 1) + _REACH + 2
    label = f"{title}: {len(data)} update{'s' * (len(data) > 1)} in {first - 1} steps"
    return (
        f'<div class="lane"><p class="lane-title">{escape(title)}</p>'
        f'<svg viewBox="0 0 {width} {_WEIGHTS + 8}" role="img" aria-label="{escape(label)}">'
        f'{"".join(drawing)}</svg><div aria-live="polite">{"".join(sentences)}</div></div>'
    )


def _said(step: _Step, number: int) -> str:
    """What happens in words, forward and backward."""
    t, datum, place = step.t, step.datum, step.place
    forward = (
        f"Step {t} forward: {_sub('h', t)} = {datum.hs[place]:.2f}, "
        f"{_sub('L', t)} = {datum.losses[place]:.2f}. On the tape: {place + 1}."
    )
    if place > 0:
        backward = f"Step {t} backward, and on to step {t - 1}."
    else:
        dW_x, dW_h, db = (_flat(d) for d in datum.gradient)
        cut = f" {_sub('h', t - 1)} is a plain number: the gradient ends." if t > 1 else ""
        backward = (
            f"Step {t} backward.{cut} Update {number} with "
            f"dW_x {dW_x:.2f}, dW_h {dW_h:.2f}, db {db:.2f}.".replace("-", "−")
        )
    return step.part("p", [step.forward], forward) + step.part("p", [step.backward], backward)


def _drawn(step: _Step) -> str:
    """A step with all that it brings, each from its moment on."""
    x, place, datum = _at(step.t), step.place, step.datum
    forward = (
        f'<path d="M{x - _STEP + _RADIUS} {_STATE - 7}H{x - _RADIUS - 2}m-6-4l6 4l-6 4'
        f'M{x} {_STATE - _RADIUS}V{_LOSS + 6}"/>'
        f'<text x="{x}" y="{_LOSS}">{_sub("L", step.t)} {datum.losses[place]:.2f}</text>'
        f"{_value(step.t, f'{datum.hs[place]:.2f}')}"
    )
    return (
        _state(step.t)
        + _input(step.t, datum.xs[place])
        + step.part("g", range(step.forward, step.last + 1), forward)
        + _tape(step)
        + (_backward(step) if step.t > 1 else "")
    )


def _tape(step: _Step) -> str:
    """A box round the steps that are remembered when this one is the newest of them."""
    x, width = _at(step.t - step.place) - _REACH, step.place * _STEP + 2 * _REACH
    box = f'rect class="tape" x="{x}" y="{_LOSS + 14}" width="{width}" height="84" rx="8"'
    return step.part(box, sorted({step.forward, step.backward - 1}))


def _backward(step: _Step) -> str:
    """The way of the gradient from a step to the one before, or a cross where it ends."""
    right, left, y = _at(step.t) - _RADIUS - 2, _at(step.t - 1) + _RADIUS + 2, _STATE + 9
    middle = (left + right) // 2
    name, path = (
        ("back", f"M{right} {y}H{left}m6-4l-6 4l6 4")
        if step.place > 0
        else ("cut", f"M{middle - 5} {y - 5}l10 10m0-10l-10 10")
    )
    moments = range(step.backward, step.last + 1)
    return step.part(f'path class="{name}" d="{path}"', moments)


def _weights(params: RNNParams, moments: range, last: int) -> str:
    W_x, W_h, b = (_flat(p) for p in params)
    text = f"W_x {W_x:.3f}   W_h {W_h:.3f}   b {b:.3f}"
    return part(f'text class="start" x="4" y="{_WEIGHTS}"', moments, (last,), text)


def _state(t: int) -> str:
    x = _at(t)
    return (
        f'<circle cx="{x}" cy="{_STATE}" r="{_RADIUS}"/>'
        f'<text x="{x + 13}" y="{_STATE + 36}">{_sub("h", t)}</text>'
    )


def _value(t: int, text: str) -> str:
    return f'<text x="{_at(t)}" y="{_STATE + 5}">{text}</text>'


def _input(t: int, value: float) -> str:
    x = _at(t)
    return (
        f'<path d="M{x} {_INPUT - 15}V{_STATE + _RADIUS + 2}m-4 6l4-6l4 6"/>'
        f'<text x="{x}" y="{_INPUT}">{_sub("x", t)} = {value:g}</text>'
    )


def _bracket(first: int, newest: int, number: int, end: int, last: int) -> str:
    """The steps of a datum, and below them its name until its update has been made."""
    left, right = _at(first) - _REACH, _at(newest) + _REACH
    text = f'text x="{(left + right) // 2}" y="{_BRACKET + 17}"'
    return (
        f'<path d="M{left} {_BRACKET - 5}v5H{right}v-5"/>'
        + part(text, range(end), (last,), f"datum {number}")
        + part(text, range(end, last + 1), (last,), f"update {number}")
    )


def _at(t: int) -> int:
    return _LEFT + t * _STEP


def _sub(name: str, t: int) -> str:
    return name + str(t).translate(_SUBSCRIPTS)


def _flat(weight: Array) -> float:
    return float(weight.reshape(()))
