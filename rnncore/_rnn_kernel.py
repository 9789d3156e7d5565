"""The vanilla RNN's loops over time, written for speed; the numbers are those of its ``step``.

Memory is taken once, before the loop, and every result is written in place. The derivative of the
activation does not depend on the future, so it is taken for a block of steps at once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncore._blocks import blocks, rows
from rnncore._shapes import Array


class Activation(NamedTuple):
    """What is done to z + h_prev W_h, and its derivative."""

    apply: Callable[[Array], None]
    """Turn z + h_prev W_h into h, in place."""
    slope: Callable[[Array], Array]
    """∂h/∂z as a new array, from h."""


def _tanh(a: Array) -> None:
    np.tanh(a, out=a)


def _tanh_slope(h: Array) -> Array:
    slope = np.square(h)
    return np.subtract(1, slope, out=slope)


def _relu(a: Array) -> None:
    np.maximum(a, 0, out=a)


def _relu_slope(h: Array) -> Array:
    return (h > 0).astype(h.dtype)


TANH = Activation(_tanh, _tanh_slope)
RELU = Activation(_relu, _relu_slope)


def forward(
    activation: Activation, W_x: Array, W_h: Array, b: Array, xs: Array, h0: Array
) -> Array:
    """Run all steps.

    Args:
        activation: ``TANH`` or ``RELU``.
        W_x: Input weights, shape (D, H).
        W_h: Recurrent weights, shape (H, H).
        b: Bias, shape (H,).
        xs: Inputs, shape (T, B, D).
        h0: Initial state, shape (B, H).

    Returns:
        hs, shape (T + 1, B, H), the initial state first.
    """
    (T, B, _), H = xs.shape, len(W_h)
    hs = np.empty((T + 1, B, H), xs.dtype)
    hs[0] = h0
    for block in blocks(T, B):
        zs = (rows(xs[block]) @ W_x).reshape(-1, B, H)
        zs += b
        after = slice(block.start + 1, block.stop + 1)
        for z, h_prev, h in zip(zs, hs[block], hs[after], strict=True):
            np.matmul(h_prev, W_h, out=h)
            np.add(h, z, out=h)
            activation.apply(h)
    return hs


def backward(
    activation: Activation,
    W_x: Array,
    W_h: Array,
    xs: Array,
    h_prevs: Array,
    hs: Array,
    dhs: Array,
    dh: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    """Run all steps back through time.

    Args:
        activation: ``TANH`` or ``RELU``.
        W_x: Input weights, shape (D, H).
        W_h: Recurrent weights, shape (H, H).
        xs: Inputs, shape (T, B, D).
        h_prevs: States before every step, shape (T, B, H).
        hs: States after every step, shape (T, B, H).
        dhs: Gradient by every state from above, shape (T, B, H).
        dh: Gradient by the last state, shape (B, H).

    Returns:
        Gradients by W_x, W_h, b, xs and h0.
    """
    T, B, D = xs.shape
    # BLAS multiplies few rows by a transposed view up to twice as slowly as by a copy.
    W_hT = np.ascontiguousarray(W_h.T)
    dW_xT, dW_hT, db = (np.zeros(shape, xs.dtype) for shape in (W_x.T.shape, W_hT.shape, len(W_h)))
    dxs, dh = np.empty((T, B, D), xs.dtype), dh.copy()
    for block in reversed(blocks(T, B)):
        dzs = activation.slope(hs[block])
        for dz, dh_above in zip(dzs[::-1], dhs[block][::-1], strict=True):
            np.add(dh, dh_above, out=dh)
            np.multiply(dz, dh, out=dz)
            np.matmul(dz, W_hT, out=dh)
        dz_rows = rows(dzs)
        dW_xT += dz_rows.T @ rows(xs[block])
        dW_hT += dz_rows.T @ rows(h_prevs[block])
        db += dz_rows.sum(axis=0)
        dxs[block] = (dz_rows @ W_x.T).reshape(-1, B, D)
    return dW_xT.T, dW_hT.T, db, dxs, dh
