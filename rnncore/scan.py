"""The linear recurrence h_t = a_t ⊙ h_{t-1} + b_t, by a loop and by a parallel scan.

One step is the map h ↦ a h + b. Two steps in a row are again such a map, (a₂ a₁, a₂ b₁ + b₂), and
this composition is associative, so steps may be joined in any grouping (Blelloch, 1990; for
recurrent networks Martin & Cundy, 2018). No division is needed, and a_t = 0 is fine.
"""

from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array

Complex = NDArray[np.complexfloating[Any, Any]]
"""A NumPy array of complex floating-point numbers."""

Numbers = TypeVar("Numbers", Array, Complex)
"""Real arrays or complex ones, not both."""


class RecurrenceGradients(NamedTuple, Generic[Numbers]):
    """Result of :func:`linear_recurrence_backward`."""

    a: Numbers
    """Gradient by the factors, the shape of ``a``."""
    b: Numbers
    """Gradient by the summands, the shape of ``b``."""
    h0: Numbers
    """Gradient by the initial state, the shape of ``h0``."""


def linear_recurrence_loop(a: Numbers, b: Numbers, h0: Numbers) -> Numbers:
    """Run h_t = a_t ⊙ h_{t-1} + b_t step by step.

    Args:
        a: Factors, shape (T, …).
        b: Summands, the same shape.
        h0: State before the first step, shape (…).

    Returns:
        All states h_1 … h_T, shape (T, …).

    Raises:
        ValueError: an array has a wrong shape.
    """
    _expect_recurrence(a, b, h0)
    hs = np.empty_like(b)
    h = h0
    for t in range(len(b)):
        h = a[t] * h + b[t]
        hs[t] = h
    return hs


def linear_recurrence_scan(a: Numbers, b: Numbers, h0: Numbers) -> Numbers:
    """Run h_t = a_t ⊙ h_{t-1} + b_t in about 2·log₂ T vectorised passes.

    The work-efficient scan (Blelloch, 1990): join neighbouring steps in pairs, solve the
    recurrence of half the length, and fill in the steps between. It does about twice the arithmetic
    of the loop, on arrays that are long in time. So it wins where one step is too small to be worth
    a NumPy call, and loses where a step is large.

    Equal to :func:`linear_recurrence_loop` up to rounding as long as no product of factors
    overflows; with |a_t| ≤ 1 none can.

    Args:
        a: Factors, shape (T, …).
        b: Summands, the same shape.
        h0: State before the first step, shape (…).

    Returns:
        All states h_1 … h_T, shape (T, …).

    Raises:
        ValueError: an array has a wrong shape.
    """
    _expect_recurrence(a, b, h0)
    b = b.copy()
    b[0] += a[0] * h0
    return _scan(a, b)


def _scan(a: Numbers, b: Numbers) -> Numbers:
    """Solve the recurrence that starts from zero."""
    T = len(b)
    if T == 1:
        return b.copy()
    first, second = slice(0, T - 1, 2), slice(1, T, 2)  # the pairs; an odd last step has none
    hs = np.empty_like(b)
    hs[second] = _scan(a[second] * a[first], a[second] * b[first] + b[second])
    hs[0] = b[0]
    hs[2::2] = a[2::2] * hs[1 : T - 1 : 2] + b[2::2]
    return hs


def linear_recurrence_backward(
    a: Numbers, hs: Numbers, h0: Numbers, dhs: Numbers
) -> RecurrenceGradients[Numbers]:
    """Backward pass of the linear recurrence: the same recurrence, from the end, by scan.

    The gradient along all paths is g_t = dh_t + a_{t+1} ⊙ g_{t+1}; then db_t = g_t and
    da_t = g_t ⊙ h_{t-1}. The gradient of a real loss by a complex number z is
    ∂L/∂Re z + i ∂L/∂Im z, as in torch, so a and h_{t-1} enter conjugated.

    Args:
        a: Factors of the forward pass, shape (T, …).
        hs: Its states, shape (T, …).
        h0: Its initial state, shape (…).
        dhs: Gradient of the loss by every state, not yet through time, shape (T, …).

    Returns:
        Gradients by ``a``, ``b`` and ``h0``.

    Raises:
        ValueError: an array has a wrong shape.
    """
    _expect_recurrence(a, hs, h0)
    if dhs.shape != hs.shape:
        raise ValueError(f"dhs: expected {hs.shape}, got {dhs.shape}")
    backwards: Numbers = np.conj(a)[::-1]
    from_later: Numbers = np.concatenate([np.zeros_like(backwards[:1]), backwards[:-1]])
    db = _scan(from_later, dhs[::-1])[::-1]
    h_prev = np.concatenate([h0[np.newaxis], hs[:-1]])
    return RecurrenceGradients(db * np.conj(h_prev), db, np.conj(a[0]) * db[0])


def _expect_recurrence(a: Numbers, b: Numbers, h0: Numbers) -> None:
    if b.ndim == 0 or len(b) == 0:
        raise ValueError(f"b: expected (T, …) with at least one step, got {b.shape}")
    if a.shape != b.shape:
        raise ValueError(f"a: expected {b.shape}, got {a.shape}")
    if h0.shape != b.shape[1:]:
        raise ValueError(f"h0: expected {b.shape[1:]}, got {h0.shape}")
