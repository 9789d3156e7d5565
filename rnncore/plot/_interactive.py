"""Figures that a reader moves: drawn here, shown part by part by ``book/_static/explorer.js``.

Every part says in ``data-at`` at which positions of the sliders it is shown. The markup itself
shows those of the starting position, so that a page without the script still has a figure.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple


class Explorer(NamedTuple):
    """A figure of HTML and SVG with sliders; a notebook shows it as it stands."""

    html: str
    """The markup, without script or style."""

    def _repr_html_(self) -> str:
        return self.html


class Slider(NamedTuple):
    """A control of an :class:`Explorer`."""

    label: str
    """What it sets, in plain words."""
    values: Sequence[int]
    """Its positions: growing numbers at equal distances, such as a range."""
    start: int
    """Where it stands before anybody has moved it."""


def explorer(title: str, sliders: Sequence[Slider], body: str) -> Explorer:
    """Put sliders above a body whose parts were made by :func:`part`.

    Args:
        title: What the figure is, read aloud to those who do not see it.
        sliders: Its controls; each gets a button to either side.
        body: The markup below them.

    Returns:
        The figure.
    """
    controls = "".join(map(_control, sliders))
    return Explorer(
        f'<div class="explorer" role="group" aria-label="{escape(title)}">'
        f'<div class="controls" style="display:none">{controls}</div>{body}</div>'
    )


def part(tag: str, at: Iterable[int | tuple[int, ...]], start: tuple[int, ...], body: str) -> str:
    """Make a piece of markup that is shown at certain positions only.

    Args:
        tag: Element with its attributes, such as ``'p class="now"'``.
        at: Positions where it is shown: a number for one slider, a tuple for several.
        start: Where the sliders stand at first.
        body: What is inside.

    Returns:
        The element.
    """
    keys = ["-".join(map(str, k if isinstance(k, tuple) else (k,))) for k in at]
    hidden = "" if "-".join(map(str, start)) in keys else ' style="display:none"'
    return f'<{tag} data-at="{" ".join(keys)}"{hidden}>{body}</{tag.split()[0]}>'


def _control(slider: Slider) -> str:
    label = escape(slider.label)
    step = slider.values[1] - slider.values[0] if len(slider.values) > 1 else 1
    back, forward = (
        f'<button type="button" data-move="{move}" aria-label="{name}, {label}">{name}</button>'
        for move, name in ((-step, "Back"), (step, "Next"))
    )
    return (
        f'<div class="control"><label>{label} '
        f'<input type="range" min="{slider.values[0]}" max="{slider.values[-1]}" '
        f'step="{step}" value="{slider.start}"/> <output>{slider.start}</output></label>'
        f"{back}{forward}</div>"
    )
