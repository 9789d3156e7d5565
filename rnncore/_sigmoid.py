"""The logistic function."""

import numpy as np

from rnncore._shapes import Array


def sigmoid(a: Array) -> Array:
    """Squash every number into (0, 1).

    Args:
        a: Any shape.

    Returns:
        σ(a) = 1 / (1 + e⁻ᵃ), written as ½ tanh(a/2) + ½, which is the same and cannot overflow.
    """
    half: Array = 0.5 * np.tanh(0.5 * a)
    return half + 0.5
