"""Array type and the shape check behind every public boundary."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""A NumPy array of real floating-point numbers."""


def expect_shape(name: str, array: Array, *wanted: int | str) -> None:
    """Raise unless ``array`` has the wanted shape.

    ``expect_shape("xs", xs, "T", "B", 3)`` says, when it fails,
    ``xs: expected (T, B, 3), got (2, 3)``.

    Args:
        name: What the caller calls the array.
        array: The array to look at.
        wanted: Per axis a number for a fixed length or a letter for a free one.

    Raises:
        ValueError: the shape differs, or a free length is zero.
    """
    shape = np.shape(array)
    fits = len(shape) == len(wanted) and all(
        have >= 1 if isinstance(want, str) else have == want
        for have, want in zip(shape, wanted, strict=True)
    )
    if not fits:
        text = ", ".join(str(want) for want in wanted)
        comma = "," if len(wanted) == 1 else ""
        raise ValueError(f"{name}: expected ({text}{comma}), got {shape}")


def expect_tokens(name: str, tokens: NDArray[Any], num_tokens: int) -> None:
    """Raise unless ``tokens``, called ``name`` in the error, are integers in [0, ``num_tokens``).

    Raises:
        TypeError: they are not integers.
        ValueError: one is negative or too large.
    """
    if not np.issubdtype(tokens.dtype, np.integer):
        raise TypeError(f"{name}: expected integers, got {tokens.dtype}")
    if tokens.size and (tokens.min() < 0 or tokens.max() >= num_tokens):
        raise ValueError(
            f"{name}: expected integers in [0, {num_tokens}), got {tokens.min()} to {tokens.max()}"
        )
