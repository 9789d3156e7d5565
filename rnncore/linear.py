"""The linear layer: readout of a hidden state, y = h W + b."""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array, expect_shape


class Linear(NamedTuple):
    """Parameters of a linear layer, and equally their gradients."""

    W: Array
    """Weights, shape (I, O)."""
    b: Array
    """Bias, shape (O,)."""


def init_linear(
    rng: np.random.Generator, input_size: int, output_size: int, dtype: DTypeLike = np.float64
) -> Linear:
    """Draw parameters uniformly from ±1/√I, as ``torch.nn.Linear`` does.

    Args:
        rng: Source of randomness.
        input_size: I, numbers in a row of the input.
        output_size: O, numbers in a row of the output.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W (I, O) and b (O,).
    """
    bound = 1 / np.sqrt(input_size)
    return Linear(
        rng.uniform(-bound, bound, (input_size, output_size)).astype(dtype),
        rng.uniform(-bound, bound, output_size).astype(dtype),
    )


def linear(params: Linear, x: Array) -> Array:
    """Apply a linear layer to every row.

    Args:
        params: W (I, O) and b (O,).
        x: Input, shape (…, I); any number of leading axes, time and batch alike.

    Returns:
        x W + b, shape (…, O).

    Raises:
        ValueError: the last axis of ``x`` is not I.
    """
    _expect_rows("x", x, params.W.shape[0])
    return x @ params.W + params.b


def linear_backward(params: Linear, x: Array, dy: Array) -> tuple[Linear, Array]:
    """Backward pass of :func:`linear` (book section "The readout and the loss").

    Args:
        params: W (I, O) and b (O,).
        x: Input of the forward pass, shape (…, I).
        dy: Gradient by the output, shape (…, O).

    Returns:
        Gradients by W and b, summed over all rows, and dx (…, I).

    Raises:
        ValueError: ``x`` or ``dy`` has a wrong shape.
    """
    input_size, output_size = params.W.shape
    _expect_rows("x", x, input_size)
    expect_shape("dy", dy, *x.shape[:-1], output_size)
    dy_rows = dy.reshape(-1, output_size)
    dparams = Linear(x.reshape(-1, input_size).T @ dy_rows, dy_rows.sum(axis=0))
    return dparams, dy @ params.W.T


def _expect_rows(name: str, x: Array, size: int) -> None:
    if x.ndim == 0 or x.shape[-1] != size:
        raise ValueError(f"{name}: expected (…, {size}), got {x.shape}")
