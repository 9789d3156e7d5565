"""A text cut into streams and windows, for the reader to change batch size and time steps."""

from html import escape

import numpy as np

from rnncore.batching import Tokens, stream_batches
from rnncore.plot._interactive import Explorer, Slider, explorer, part

_BATCH_SIZES, _NUM_STEPS = range(1, 5), range(1, 7)
_LEFT, _CELL, _GAP, _TOP, _ROW = 72, 19, 4, 24, 25
_LONGEST = 13

Place = tuple[int, int, int]
"""Window, step and stream of a token."""


def stream_explorer(text: str, batch_size: int = 2, num_steps: int = 3) -> Explorer:
    """Show which character of a text goes to which stream, window and step.

    Args:
        text: 2 to 13 characters, so that the streams fit a phone; each is one token.
        batch_size: Where its slider stands at first, 1 to 4.
        num_steps: Where its slider stands at first, 1 to 6.

    Returns:
        A figure with three sliders: batch size, time steps, and the token that is looked up.
        Pointing at a token shows the same as the third slider says of it.

    Raises:
        ValueError: the text is too long or too short, or a slider cannot stand there.
    """
    if not 2 <= len(text) <= _LONGEST:
        raise ValueError(f"text: expected 2 to {_LONGEST} characters, got {len(text)}")
    for name, value, values in (
        ("batch_size", batch_size, _BATCH_SIZES),
        ("num_steps", num_steps, _NUM_STEPS),
    ):
        if value not in values:
            raise ValueError(f"{name}: expected {values[0]} to {values[-1]}, got {value}")
    start = (batch_size, num_steps, 0)
    cuts = [_cut(text, B, T, start) for B in _BATCH_SIZES for T in _NUM_STEPS]
    height = _TOP + len(_BATCH_SIZES) * _ROW + 2
    width = _LEFT + (len(text) - 1) * (_CELL + _GAP) + 2
    sliders = [
        Slider("Batch size", _BATCH_SIZES, batch_size),
        Slider("Time steps", _NUM_STEPS, num_steps),
        Slider("Token", range(len(text)), 0),
    ]
    drawing = (
        f'<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="The text in streams, one below the other, cut into windows">'
        f"{''.join(drawn for drawn, _ in cuts)}</svg>"
    )
    said = f'<div aria-live="polite">{"".join(said for _, said in cuts)}</div>'
    return explorer("A text in streams and windows", sliders, drawing + said)


def _cut(text: str, batch_size: int, num_steps: int, start: Place) -> tuple[str, str]:
    """The drawing of one choice of both sizes, and a sentence for every token."""
    here = [(batch_size, num_steps, token) for token in range(len(text))]
    wanted = batch_size * num_steps + 1
    if wanted > len(text):
        message = (
            f"A window of every stream needs {batch_size} · {num_steps} + 1 = {wanted} tokens, "
            f"the text has {len(text)}."
        )
        return "", part("p", here, start, message)
    inputs = stream_batches(np.arange(len(text)), batch_size, num_steps).inputs
    places = {int(token): place for place, token in np.ndenumerate(inputs)}
    sentences = [_say(text, token, places, batch_size, num_steps) for token in range(len(text))]
    cells = [_token(text[n], _corner(places[n], num_steps), sentences[n]) for n in places]
    chosen = [
        part(f'rect class="chosen" {_box(_corner(places[n], num_steps))}', [here[n]], start, "")
        for n in places
    ]
    drawing = part("g", here, start, _frame(inputs) + "".join(cells)) + "".join(chosen)
    said = [part("p", [here[n]], start, sentence) for n, sentence in enumerate(sentences)]
    return drawing, "".join(said)


def _say(text: str, token: int, places: dict[int, Place], B: int, T: int) -> str:
    name = f"Token {token}, “{escape(_shown(text[token]))}”"
    summary = f"{len(places) // (B * T)} windows of {B} × {T}."
    if token in places:
        window, step, stream = places[token]
        target = f"token {token + 1}, “{escape(_shown(text[token + 1]))}”"
        where = f"stream {stream}, window {window}, step {step + 1} of {T}"
        return f"{name}: {where}. Its target is {target}. {summary}"
    if token == len(places):
        return f"{name}, is the last target and no input. {summary}"
    return f"{name}, is left over. {summary}"


def _frame(inputs: Tokens) -> str:
    """Names of streams and windows, and where the state is carried."""
    num_windows, num_steps, batch_size = inputs.shape
    marks = ['<text class="start" x="0" y="16">window</text>']
    for stream in range(batch_size):
        y = _TOP + stream * _ROW + 15
        marks.append(f'<text class="start" x="0" y="{y}">stream {stream}</text>')
        for window in range(1, num_windows):
            x, _ = _corner((window, 0, stream), num_steps)
            marks.append(f'<path class="back" d="M{x - _GAP} {y - 6}H{x}"/>')
    for window in range(num_windows):
        x, _ = _corner((window, 0, 0), num_steps)
        marks.append(f'<text x="{x + num_steps * _CELL // 2}" y="16">{window}</text>')
    return "".join(marks)


def _token(character: str, corner: tuple[int, int], sentence: str) -> str:
    x, y = corner
    return (
        f"<g><title>{sentence}</title><rect {_box(corner)}/>"
        f'<text x="{x + _CELL // 2}" y="{y + 15}">{escape(_shown(character))}</text></g>'
    )


def _corner(place: Place, num_steps: int) -> tuple[int, int]:
    window, step, stream = place
    x = _LEFT + window * (num_steps * _CELL + _GAP) + step * _CELL
    return x, _TOP + stream * _ROW


def _box(corner: tuple[int, int]) -> str:
    return f'x="{corner[0]}" y="{corner[1]}" width="{_CELL}" height="{_CELL}"'


def _shown(character: str) -> str:
    return "␣" if character == " " else character
