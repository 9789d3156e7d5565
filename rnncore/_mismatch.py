"""A failed test of an exercise, in words."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnncore._hints import find_hint
from rnncore._tensors import as_array, is_tensor


class MismatchError(AssertionError):
    """A result that is not what was wanted, told in words."""

    def __init__(
        self, message: str, test: str, prints: Mapping[str, list[float]] | None = None
    ) -> None:
        super().__init__(message)
        self.test = test
        """Name of the test that failed."""
        self.prints = dict(prints or {})
        """Fingerprint of every wrong quantity."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines instead of a traceback, which would only show this module.
        problem, gap, hint = str(self).partition("\n\n")
        return f"\x1b[1m{problem}\x1b[0m{gap}{hint}".splitlines()


def mismatch(
    lines: list[str], test: str, quantity: str, prints: Mapping[str, list[float]], hints: Path
) -> MismatchError:
    """Put what is wrong into words, and the mistake too if it is a known one.

    Args:
        lines: What is wrong, a paragraph each.
        test: Name of the test.
        quantity: The wrong quantity to explain.
        prints: Fingerprint of every wrong quantity.
        hints: File with the fingerprints of known mistakes.

    Returns:
        The error, to be raised.
    """
    hint = find_hint(hints, test, quantity, prints)
    if hint is not None:
        page, _, label = hint.section.partition("#")
        lines = [*lines, "", f"This is what comes out when {hint.misconception}."]
        lines += [hint.hint, f"Read again in the book: {page}.html#{label}"]
    text = "\n".join(textwrap.fill(line, 80) for line in lines)
    return MismatchError(text, test, prints)


def kind(value: object) -> str:
    """Say what a value is, without trusting it, as in "an array of float32"."""
    if type(value) is np.ndarray:
        return f"an array of {value.dtype}"
    if is_tensor(value):
        return f"a tensor of {as_array(value).dtype}"
    return "None" if value is None else f"a value of type {type(value).__name__}"
