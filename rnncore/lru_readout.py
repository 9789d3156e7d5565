"""Output of the Linear Recurrent Unit, y_t = Re(x_t C) + u_t D (Orvieto et al., 2023)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array, expect_shape


class LRUReadout(NamedTuple):
    """Parameters of the LRU's output, and equally their gradients."""

    C_re: Array
    """Real part of the output weights, shape (N, O)."""
    C_im: Array
    """Imaginary part, shape (N, O)."""
    D: Array
    """Weights from the input straight to the output, shape (D, O)."""


def init_lru_readout(
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    output_size: int,
    dtype: DTypeLike = np.float64,
) -> LRUReadout:
    """Draw C and D from normal distributions of variance 1/(2N) per part and 1/D.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: N, complex numbers in the state.
        output_size: O, numbers in a row of the output.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        C_re and C_im (N, O), D (D, O).
    """
    C_re, C_im = rng.normal(size=(2, hidden_size, output_size)) / np.sqrt(2 * hidden_size)
    D = rng.normal(size=(input_size, output_size)) / np.sqrt(input_size)
    return LRUReadout(C_re.astype(dtype), C_im.astype(dtype), D.astype(dtype))


def lru_readout(params: LRUReadout, hs: Array, xs: Array) -> Array:
    """Output of an LRU, y = Re(x C) + u D.

    Args:
        params: C_re and C_im (N, O), D (D, O).
        hs: States [Re x, Im x], shape (T, B, 2N).
        xs: Inputs u, shape (T, B, D).

    Returns:
        ys, shape (T, B, O).

    Raises:
        ValueError: an array has a wrong shape.
    """
    expect_shape("hs", hs, "T", "B", 2 * len(params.C_re))
    expect_shape("xs", xs, *hs.shape[:2], len(params.D))
    return hs @ _output_weights(params) + xs @ params.D


def lru_readout_backward(
    params: LRUReadout, hs: Array, xs: Array, dys: Array
) -> tuple[LRUReadout, Array, Array]:
    """Backward pass of :func:`lru_readout`.

    Args:
        params: C_re and C_im (N, O), D (D, O).
        hs: States of the forward pass, shape (T, B, 2N).
        xs: Its inputs, shape (T, B, D).
        dys: Gradient by the output, shape (T, B, O).

    Returns:
        Gradients by the parameters, dhs (T, B, 2N) and dxs (T, B, D).

    Raises:
        ValueError: an array has a wrong shape.
    """
    expect_shape("dys", dys, *hs.shape[:2], params.D.shape[1])
    rows = dys.reshape(-1, dys.shape[2])
    dC_re, minus_dC_im = np.split(hs.reshape(-1, hs.shape[2]).T @ rows, 2)
    dD = xs.reshape(-1, xs.shape[2]).T @ rows
    dparams = LRUReadout(dC_re, -minus_dC_im, dD)
    return dparams, dys @ _output_weights(params).T, dys @ params.D.T


def _output_weights(params: LRUReadout) -> Array:
    """Weights that make Re(x C) of [Re x, Im x], shape (2N, O)."""
    return np.concatenate([params.C_re, -params.C_im])
