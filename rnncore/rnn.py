"""The vanilla recurrent cell, h_t = tanh(x_t W_x + h_{t-1} W_h + b), and the same with relu."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore import _rnn_kernel
from rnncore._rnn_kernel import Activation
from rnncore._shapes import Array, expect_shape
from rnncore.cell import Cell, Kernel


class RNNParams(NamedTuple):
    """Parameters of a vanilla RNN, and equally their gradients."""

    W_x: Array
    """Input weights, shape (D, H)."""
    W_h: Array
    """Recurrent weights, shape (H, H)."""
    b: Array
    """Bias, shape (H,)."""


class RNNState(NamedTuple):
    """State of a vanilla RNN, and equally its gradient."""

    h: Array
    """Hidden state, shape (B, H)."""


class RNNCache(NamedTuple):
    """What one forward step leaves for the backward pass."""

    h_prev: Array
    """Hidden state before the step, shape (B, H)."""
    h: Array
    """Hidden state after it, shape (B, H)."""


def init(
    rng: np.random.Generator, input_size: int, hidden_size: int, dtype: DTypeLike = np.float64
) -> RNNParams:
    """Draw parameters uniformly from ±1/√H, as ``torch.nn.RNN`` does.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W_x (D, H), W_h (H, H), b (H,).
    """
    bound = 1 / np.sqrt(hidden_size)

    def draw(*shape: int) -> Array:
        return rng.uniform(-bound, bound, shape).astype(dtype)

    return RNNParams(
        draw(input_size, hidden_size), draw(hidden_size, hidden_size), draw(hidden_size)
    )


def zero_state(params: RNNParams, batch_size: int) -> RNNState:
    """Return the all-zero state, h (B, H), in the parameters' dtype."""
    return RNNState(np.zeros((batch_size, params.b.shape[0]), params.b.dtype))


def project(params: RNNParams, xs: Array) -> Array:
    """Project all inputs at once: one matrix product over all T·B rows.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).

    Returns:
        zs = xs W_x + b, shape (T, B, H).

    Raises:
        ValueError: ``xs`` is not (T, B, D) with the D of ``params.W_x``.
    """
    input_size, hidden_size = params.W_x.shape
    expect_shape("xs", xs, "T", "B", input_size)
    T, B, _ = xs.shape
    return (xs.reshape(T * B, input_size) @ params.W_x + params.b).reshape(T, B, hidden_size)


def step(params: RNNParams, z: Array, state: RNNState) -> tuple[RNNState, RNNCache]:
    """Take one step forward in time (Elman, 1990; book section "One step").

    Args:
        params: Parameters of the cell.
        z: Projected input of this step, shape (B, H).
        state: State before the step, h (B, H).

    Returns:
        The next state, h = tanh(z + h_prev W_h) of shape (B, H), and the cache.
    """
    h = np.tanh(z + state.h @ params.W_h)
    return RNNState(h), RNNCache(state.h, h)


def step_backward(params: RNNParams, dstate: RNNState, cache: RNNCache) -> tuple[Array, RNNState]:
    """Take one step back in time (book section "One step back").

    Args:
        params: Parameters of the cell.
        dstate: Gradient of the loss by this step's h, along every path, shape (B, H).
        cache: What the forward step left.

    Returns:
        dz = dh (1 − h²), shape (B, H), and the gradient by the state before, dz W_hᵀ.
    """
    dz = dstate.h * (1 - cache.h * cache.h)
    return dz, RNNState(dz @ params.W_h.T)


def relu_step(params: RNNParams, z: Array, state: RNNState) -> tuple[RNNState, RNNCache]:
    """Take one step forward in time with relu for tanh (Le, Jaitly & Hinton, 2015).

    Args:
        params: Parameters of the cell.
        z: Projected input of this step, shape (B, H).
        state: State before the step, h (B, H).

    Returns:
        The next state, h = max(0, z + h_prev W_h) of shape (B, H), and the cache.
    """
    h = np.maximum(z + state.h @ params.W_h, 0)
    return RNNState(h), RNNCache(state.h, h)


def relu_step_backward(
    params: RNNParams, dstate: RNNState, cache: RNNCache
) -> tuple[Array, RNNState]:
    """Take one step back in time through :func:`relu_step`.

    Args:
        params: Parameters of the cell.
        dstate: Gradient of the loss by this step's h, along every path, shape (B, H).
        cache: What the forward step left.

    Returns:
        dz = dh where h > 0 and 0 elsewhere, shape (B, H), and the gradient by the state before.
    """
    dz = dstate.h * (cache.h > 0)
    return dz, RNNState(dz @ params.W_h.T)


def project_backward(
    params: RNNParams, xs: Array, caches: Sequence[RNNCache], dzs: Array
) -> tuple[RNNParams, Array]:
    """Turn all dz into the gradients by parameters and inputs: one matrix product each.

    Args:
        params: Parameters of the cell.
        xs: Inputs of the forward pass, shape (T, B, D).
        caches: The T caches of the forward pass.
        dzs: Gradients by the projected inputs, shape (T, B, H).

    Returns:
        Gradients by the parameters, summed over time and batch, and dxs (T, B, D).
    """
    T, B, D = xs.shape
    dz_rows = dzs.reshape(T * B, -1)
    h_prev_rows = np.concatenate([cache.h_prev for cache in caches])
    dparams = RNNParams(
        W_x=xs.reshape(T * B, D).T @ dz_rows,
        W_h=h_prev_rows.T @ dz_rows,
        b=dz_rows.sum(axis=0),
    )
    return dparams, (dz_rows @ params.W_x.T).reshape(T, B, D)


def _with_kernel(
    cell: Cell[RNNParams, RNNState, RNNCache], activation: Activation
) -> Cell[RNNParams, RNNState, RNNCache]:
    def forward(params: RNNParams, xs: Array, state: RNNState) -> tuple[Array, RNNState, RNNCache]:
        expect_shape("xs", xs, "T", "B", len(params.W_x))
        hs = _rnn_kernel.forward(activation, *params, xs, state.h)
        return hs[1:].copy(), RNNState(hs[-1].copy()), RNNCache(hs[:-1], hs[1:])

    def backward(
        params: RNNParams, xs: Array, caches: RNNCache, dhs: Array, dstate: RNNState
    ) -> tuple[RNNParams, Array, RNNState]:
        W_x, W_h, _ = params
        *dparams, dxs, dh = _rnn_kernel.backward(activation, W_x, W_h, xs, *caches, dhs, dstate.h)
        return RNNParams(*dparams), dxs, RNNState(dh)

    return cell._replace(kernel=Kernel(cell, forward, backward))


RNN = _with_kernel(
    Cell(init, zero_state, project, step, step_backward, project_backward), _rnn_kernel.TANH
)
"""The vanilla RNN with tanh, to be run by :func:`rnncore.unroll`."""

RNN_RELU = _with_kernel(
    Cell(init, zero_state, project, relu_step, relu_step_backward, project_backward),
    _rnn_kernel.RELU,
)
"""The vanilla RNN with relu."""
