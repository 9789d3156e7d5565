"""Keeping an exploding gradient from ruining the parameters."""

import math
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from rnncore._trees import arrays, map_arrays

P = TypeVar("P")

_NEVER_ZERO = 1e-6
"""Added to the norm, as torch does, so that the numbers agree and nothing is divided by zero."""


class Clipped(NamedTuple, Generic[P]):
    """Result of :func:`clip_by_global_norm`."""

    gradients: P
    """The gradients, shorter or as they were."""
    norm: float
    """Their norm before clipping."""


def global_norm(gradients: P) -> float:
    """Euclidean norm of all gradients together, as if they were one long vector.

    Args:
        gradients: Arrays in tuples, nested as deep as the parameters are.

    Returns:
        √(sum of the squares of all entries).
    """
    return math.hypot(*(float(np.linalg.norm(array)) for array in arrays(gradients)))


def clip_by_global_norm(gradients: P, max_norm: float) -> Clipped[P]:
    """Shorten the gradients, all by one factor, when their norm exceeds ``max_norm``.

    The direction stays (Pascanu, Mikolov & Bengio, 2013, Algorithm 1); the factor is that of
    ``torch.nn.utils.clip_grad_norm_``, max_norm / (norm + 1e-6).

    Args:
        gradients: Arrays in tuples, nested as deep as the parameters are.
        max_norm: The longest they may be, positive.

    Returns:
        The gradients, and their norm before clipping.

    Raises:
        ValueError: ``max_norm`` is not positive.
        FloatingPointError: the norm is infinite or not a number; no factor would help.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm: expected a positive number, got {max_norm}")
    norm = global_norm(gradients)
    if not math.isfinite(norm):
        raise FloatingPointError(f"gradients: expected finite numbers, got a norm of {norm}")
    factor = min(1.0, max_norm / (norm + _NEVER_ZERO))
    return Clipped(map_arrays(lambda g: g * factor, "gradients", gradients), norm)


def clip_by_value(gradients: P, max_value: float) -> P:
    """Cut every entry to [−max_value, max_value], each by itself.

    Unlike :func:`clip_by_global_norm` this turns the gradient into another direction.

    Args:
        gradients: Arrays in tuples, nested as deep as the parameters are.
        max_value: The largest absolute value an entry may have, positive.

    Returns:
        The gradients after cutting, as ``torch.nn.utils.clip_grad_value_`` leaves them.

    Raises:
        ValueError: ``max_value`` is not positive.
    """
    if not max_value > 0:
        raise ValueError(f"max_value: expected a positive number, got {max_value}")
    return map_arrays(lambda g: np.clip(g, -max_value, max_value), "gradients", gradients)
