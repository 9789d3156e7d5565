"""Checking a gradient against finite differences."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncore._shapes import Array, expect_shape


def numeric_gradient(f: Callable[[Array], float], x: Array, eps: float = 6e-6) -> Array:
    """Gradient of ``f`` at ``x`` by central differences.

    Costs two calls of ``f`` per entry of ``x``, so it is for checking, not for training.

    Args:
        f: Scalar function of one array; it gets a copy, so ``x`` stays as it is.
        x: Where to differentiate, any shape; use float64.
        eps: Step ε. The default is about the cube root of float64's precision, where
            the truncation error (∝ ε²) and the rounding error (∝ 1/ε) balance
            (Press et al., Numerical Recipes, section 5.7).

    Returns:
        (f(x + ε e_i) − f(x − ε e_i)) / 2ε for every entry i, in the shape of ``x``.

    Raises:
        ValueError: ``eps`` is not positive.
    """
    if not eps > 0:
        raise ValueError(f"eps: expected a positive step, got {eps}")
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """Distance of two arrays relative to their size, ‖a − b‖ / (‖a‖ + ‖b‖).

    Args:
        a: One array.
        b: The other, of the same shape.

    Returns:
        0 for equal arrays, 1 for opposite ones; 0 when both are all zeros.

    Raises:
        ValueError: the shapes differ.
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"b: expected {np.shape(a)}, got {np.shape(b)}")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(np.subtract(a, b)) / size) if size > 0 else 0.0


class GradientReport(NamedTuple):
    """Result of :func:`check_gradient`."""

    error: float
    """Relative error of the whole array."""
    worst: tuple[int, ...]
    """Index of the entry that is furthest off."""
    analytic: float
    """Its value as given."""
    numeric: float
    """Its value by finite differences."""


def check_gradient(
    f: Callable[[Array], float], x: Array, gradient: Array, eps: float = 6e-6
) -> GradientReport:
    """Compare a gradient with finite differences and name the worst entry.

    Args:
        f: Scalar function of one array.
        x: Where to differentiate, any shape; use float64.
        gradient: The gradient to check, in the shape of ``x``.
        eps: Step, as in :func:`numeric_gradient`.

    Returns:
        The relative error and the entry with the largest absolute difference.

    Raises:
        ValueError: ``gradient`` has another shape than ``x``.
    """
    expect_shape("gradient", gradient, *x.shape)
    numeric = numeric_gradient(f, x, eps)
    flat = int(np.argmax(np.abs(numeric - gradient)))
    worst = tuple(int(i) for i in np.unravel_index(flat, x.shape))
    error = relative_error(gradient, numeric)
    return GradientReport(error, worst, float(gradient[worst]), float(numeric[worst]))
