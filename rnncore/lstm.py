"""The LSTM: a cell state that gates write to, keep and read.

    i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)     with a = x W_x + h_prev W_h + b
    c = f c_prev + i g
    h = o tanh(c)

Hochreiter & Schmidhuber (1997), with the forget gate of Gers, Schmidhuber & Cummins (2000). The
four gates lie side by side in the columns of the weights, in torch's order i, f, g, o.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore import _lstm_kernel
from rnncore._shapes import Array, expect_shape
from rnncore._sigmoid import sigmoid
from rnncore.cell import Cell, Kernel
from rnncore.linear import Linear, linear, linear_backward


class LSTMParams(NamedTuple):
    """Parameters of an LSTM, and equally their gradients."""

    W_x: Array
    """Input weights, shape (D, 4H): columns i, f, g, o."""
    W_h: Array
    """Recurrent weights, shape (H, 4H)."""
    b: Array
    """Bias, shape (4H,)."""


class LSTMState(NamedTuple):
    """State of an LSTM, and equally its gradient."""

    h: Array
    """Hidden state, shape (B, H)."""
    c: Array
    """Cell state, shape (B, H)."""


class LSTMCache(NamedTuple):
    """What one forward step leaves for the backward pass."""

    h_prev: Array
    """Hidden state before the step, shape (B, H)."""
    c_prev: Array
    """Cell state before the step, shape (B, H)."""
    i: Array
    """Input gate: how much of g is written, shape (B, H)."""
    f: Array
    """Forget gate: how much of the cell state is kept, shape (B, H)."""
    g: Array
    """What there is to write, shape (B, H)."""
    o: Array
    """Output gate: how much of the cell state is shown, shape (B, H)."""
    tanh_c: Array
    """tanh of the cell state after the step, shape (B, H)."""


def init(
    rng: np.random.Generator, input_size: int, hidden_size: int, dtype: DTypeLike = np.float64
) -> LSTMParams:
    """Draw parameters uniformly from ±1/√H, as ``torch.nn.LSTM`` does.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W_x (D, 4H), W_h (H, 4H), b (4H,).
    """
    bound = 1 / np.sqrt(hidden_size)

    def draw(*shape: int) -> Array:
        return rng.uniform(-bound, bound, shape).astype(dtype)

    return LSTMParams(
        draw(input_size, 4 * hidden_size), draw(hidden_size, 4 * hidden_size), draw(4 * hidden_size)
    )


def init_remembering(
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    dtype: DTypeLike = np.float64,
    forget_bias: float = 1.0,
) -> LSTMParams:
    """Draw parameters as :func:`init`, then set the forget gate's bias.

    A gate that is open at the start lets the gradient through many steps before anything is
    learned (Gers, Schmidhuber & Cummins, 2000; Jozefowicz, Zaremba & Sutskever, 2015).
    Use it as a cell's own: ``LSTM._replace(init=init_remembering)``.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.
        forget_bias: The bias of every forget gate.

    Returns:
        W_x (D, 4H), W_h (H, 4H), b (4H,).
    """
    params = init(rng, input_size, hidden_size, dtype)
    params.b[hidden_size : 2 * hidden_size] = forget_bias
    return params


def zero_state(params: LSTMParams, batch_size: int) -> LSTMState:
    """Return the all-zero state, h and c (B, H), in the parameters' dtype."""
    shape = batch_size, params.W_h.shape[0]
    return LSTMState(np.zeros(shape, params.b.dtype), np.zeros(shape, params.b.dtype))


def project(params: LSTMParams, xs: Array) -> Array:
    """Project all inputs, before the loop over time.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).

    Returns:
        zs = xs W_x + b, shape (T, B, 4H).

    Raises:
        ValueError: ``xs`` is not (T, B, D) with the D of ``params.W_x``.
    """
    expect_shape("xs", xs, "T", "B", len(params.W_x))
    return linear(Linear(params.W_x, params.b), xs)


def step(params: LSTMParams, z: Array, state: LSTMState) -> tuple[LSTMState, LSTMCache]:
    """Take one step forward in time.

    Args:
        params: Parameters of the cell.
        z: Projected input of this step, shape (B, 4H).
        state: State before the step, h and c (B, H).

    Returns:
        The next state, c = f c_prev + i g and h = o tanh(c), and the cache.
    """
    a_i, a_f, a_g, a_o = np.split(z + state.h @ params.W_h, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c = f * state.c + i * g
    tanh_c = np.tanh(c)
    return LSTMState(o * tanh_c, c), LSTMCache(state.h, state.c, i, f, g, o, tanh_c)


def step_backward(
    params: LSTMParams, dstate: LSTMState, cache: LSTMCache
) -> tuple[Array, LSTMState]:
    """Take one step back in time.

    The cell state reaches the loss along two paths: through h = o tanh(c), and through the
    next step's c. With σ' = σ (1 − σ) and tanh' = 1 − tanh²::

        dc    = dstate.c + dh o (1 − tanh² c)
        da_i  = dc g i (1 − i)            da_g = dc i (1 − g²)
        da_f  = dc c_prev f (1 − f)       da_o = dh tanh(c) o (1 − o)
        dh_prev = da W_hᵀ                 dc_prev = dc f

    Args:
        params: Parameters of the cell.
        dstate: Gradient of the loss by this step's h, along every path, and by this step's c
            along the path through the next step; shape (B, H) each.
        cache: What the forward step left.

    Returns:
        dz = da, shape (B, 4H), and the gradient by the state before.
    """
    _, c_prev, i, f, g, o, tanh_c = cache
    dc = dstate.c + dstate.h * o * (1 - tanh_c * tanh_c)
    da_i = dc * g * i * (1 - i)
    da_f = dc * c_prev * f * (1 - f)
    da_g = dc * i * (1 - g * g)
    da_o = dstate.h * tanh_c * o * (1 - o)
    dz = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    return dz, LSTMState(dz @ params.W_h.T, dc * f)


def project_backward(
    params: LSTMParams, xs: Array, caches: Sequence[LSTMCache], dzs: Array
) -> tuple[LSTMParams, Array]:
    """Turn all dz into the gradients by parameters and inputs, after the loop over time.

    Args:
        params: Parameters of the cell.
        xs: Inputs of the forward pass, shape (T, B, D).
        caches: The T caches of the forward pass.
        dzs: Gradients by the projected inputs, shape (T, B, 4H).

    Returns:
        Gradients by the parameters, summed over time and batch, and dxs (T, B, D).
    """
    (dW_x, db), dxs = linear_backward(Linear(params.W_x, params.b), xs, dzs)
    h_prev_rows = np.concatenate([cache.h_prev for cache in caches])
    return LSTMParams(dW_x, h_prev_rows.T @ dzs.reshape(len(h_prev_rows), -1), db), dxs


def _forward(params: LSTMParams, xs: Array, state: LSTMState) -> tuple[Array, LSTMState, LSTMCache]:
    expect_shape("xs", xs, "T", "B", len(params.W_x))
    hs, record = _lstm_kernel.forward(*params, xs, *state)
    o, i, f, g, c_prev, tanh_c = record[:-1].swapaxes(0, 1)
    last = LSTMState(hs[-1].copy(), record[-1, 4].copy())
    return hs[1:].copy(), last, LSTMCache(hs[:-1], c_prev, i, f, g, o, tanh_c)


def _backward(
    params: LSTMParams, xs: Array, caches: LSTMCache, dhs: Array, dstate: LSTMState
) -> tuple[LSTMParams, Array, LSTMState]:
    h_prevs, c_prevs, i, f, g, o, tanh_cs = caches
    record = o, i, f, g, c_prevs, tanh_cs
    dW_x, dW_h, db, dxs, dh, dc = _lstm_kernel.backward(
        params.W_x, params.W_h, xs, h_prevs, record, dhs, *dstate
    )
    return LSTMParams(dW_x, dW_h, db), dxs, LSTMState(dh, dc)


_READABLE = Cell(init, zero_state, project, step, step_backward, project_backward)
LSTM = _READABLE._replace(kernel=Kernel(_READABLE, _forward, _backward))
"""The LSTM, to be run by :func:`rnncore.unroll`."""
