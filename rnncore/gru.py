"""The GRU: one state, and gates that mix the old one with a new one.

    r = σ(a_r)   z = σ(a_z)     with a = x W_x + b + h_prev W_h in the columns r and z
    n = tanh(x W_xn + b_n + r (h_prev W_hn + b_hn))
    h = (1 − z) n + z h_prev

Cho et al. (2014), with the reset gate after the recurrent product, as torch has it, so that its
weights load unchanged. The gates lie side by side in the columns of the weights, in torch's order
r, z, n. Two biases would do the same work in r and z, so there is one; in n they would not.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore import _gru_kernel
from rnncore._shapes import Array, expect_shape
from rnncore._sigmoid import sigmoid
from rnncore.cell import Cell, Kernel
from rnncore.linear import Linear, linear, linear_backward


class GRUParams(NamedTuple):
    """Parameters of a GRU, and equally their gradients."""

    W_x: Array
    """Input weights, shape (D, 3H): columns r, z, n."""
    W_h: Array
    """Recurrent weights, shape (H, 3H)."""
    b: Array
    """Bias, shape (3H,): torch's ``bias_ih``, to which r and z of ``bias_hh`` are added."""
    b_hn: Array
    """Bias inside the reset gate, shape (H,): n of torch's ``bias_hh``."""


class GRUState(NamedTuple):
    """State of a GRU, and equally its gradient."""

    h: Array
    """Hidden state, shape (B, H)."""


class GRUCache(NamedTuple):
    """What one forward step leaves for the backward pass."""

    h_prev: Array
    """Hidden state before the step, shape (B, H)."""
    r: Array
    """Reset gate: how much of the old state the new one sees, shape (B, H)."""
    z: Array
    """Update gate: how much of the old state stays, shape (B, H)."""
    n: Array
    """The new state, before mixing, shape (B, H)."""
    hn: Array
    """What the reset gate is applied to: h_prev W_hn + b_hn, shape (B, H)."""


def init(
    rng: np.random.Generator, input_size: int, hidden_size: int, dtype: DTypeLike = np.float64
) -> GRUParams:
    """Draw parameters uniformly from ±1/√H, as ``torch.nn.GRU`` does.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W_x (D, 3H), W_h (H, 3H), b (3H,), b_hn (H,).
    """
    bound = 1 / np.sqrt(hidden_size)

    def draw(*shape: int) -> Array:
        return rng.uniform(-bound, bound, shape).astype(dtype)

    return GRUParams(
        draw(input_size, 3 * hidden_size),
        draw(hidden_size, 3 * hidden_size),
        draw(3 * hidden_size),
        draw(hidden_size),
    )


def zero_state(params: GRUParams, batch_size: int) -> GRUState:
    """Return the all-zero state, h (B, H), in the parameters' dtype."""
    return GRUState(np.zeros((batch_size, params.b_hn.shape[0]), params.b.dtype))


def project(params: GRUParams, xs: Array) -> Array:
    """Project all inputs, before the loop over time.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).

    Returns:
        xs W_x + b, shape (T, B, 3H).

    Raises:
        ValueError: ``xs`` is not (T, B, D) with the D of ``params.W_x``.
    """
    expect_shape("xs", xs, "T", "B", len(params.W_x))
    return linear(Linear(params.W_x, params.b), xs)


def step(params: GRUParams, projected: Array, state: GRUState) -> tuple[GRUState, GRUCache]:
    """Take one step forward in time.

    Args:
        params: Parameters of the cell.
        projected: Projected input of this step, shape (B, 3H).
        state: State before the step, h (B, H).

    Returns:
        The next state, h = (1 − z) n + z h_prev of shape (B, H), and the cache.
    """
    x_r, x_z, x_n = np.split(projected, 3, axis=1)
    h_r, h_z, h_n = np.split(state.h @ params.W_h, 3, axis=1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    hn = h_n + params.b_hn
    n = np.tanh(x_n + r * hn)
    return GRUState((1 - z) * n + z * state.h), GRUCache(state.h, r, z, n, hn)


def step_backward(params: GRUParams, dstate: GRUState, cache: GRUCache) -> tuple[Array, GRUState]:
    """Take one step back in time.

    With a for what stands inside an activation, and hn = h_prev W_hn + b_hn::

        da_n = dh (1 − z) (1 − n²)
        da_z = dh (h_prev − n) z (1 − z)
        dhn  = da_n r
        da_r = da_n hn r (1 − r)
        dh_prev = dh z + [da_r, da_z, dhn] W_hᵀ

    Args:
        params: Parameters of the cell.
        dstate: Gradient of the loss by this step's h, along every path, shape (B, H).
        cache: What the forward step left.

    Returns:
        Gradient by the projected input, [da_r, da_z, da_n] of shape (B, 3H), and by the state
        before.
    """
    h_prev, r, z, n, hn = cache
    dh = dstate.h
    da_n = dh * (1 - z) * (1 - n * n)
    da_z = dh * (h_prev - n) * z * (1 - z)
    da_r = da_n * hn * r * (1 - r)
    through_gates = np.concatenate([da_r, da_z, da_n * r], axis=1) @ params.W_h.T
    return np.concatenate([da_r, da_z, da_n], axis=1), GRUState(dh * z + through_gates)


def project_backward(
    params: GRUParams, xs: Array, caches: Sequence[GRUCache], dzs: Array
) -> tuple[GRUParams, Array]:
    """Turn all dz into the gradients by parameters and inputs, after the loop over time.

    Args:
        params: Parameters of the cell.
        xs: Inputs of the forward pass, shape (T, B, D).
        caches: The T caches of the forward pass.
        dzs: Gradients by the projected inputs, shape (T, B, 3H).

    Returns:
        Gradients by the parameters, summed over time and batch, and dxs (T, B, D).
    """
    (dW_x, db), dxs = linear_backward(Linear(params.W_x, params.b), xs, dzs)
    h_prev_rows = np.concatenate([cache.h_prev for cache in caches])
    r_rows = np.concatenate([cache.r for cache in caches])
    da_r, da_z, da_n = np.split(dzs.reshape(len(r_rows), -1), 3, axis=1)
    dhn = da_n * r_rows  # the recurrent product of n stands behind the reset gate
    dW_h = h_prev_rows.T @ np.concatenate([da_r, da_z, dhn], axis=1)
    return GRUParams(dW_x, dW_h, db, dhn.sum(axis=0)), dxs


def _forward(params: GRUParams, xs: Array, state: GRUState) -> tuple[Array, GRUState, GRUCache]:
    expect_shape("xs", xs, "T", "B", len(params.W_x))
    hs, record = _gru_kernel.forward(*params, xs, state.h)
    r, z, hn, n = record.swapaxes(0, 1)
    return hs[1:].copy(), GRUState(hs[-1].copy()), GRUCache(hs[:-1], r, z, n, hn)


def _backward(
    params: GRUParams, xs: Array, caches: GRUCache, dhs: Array, dstate: GRUState
) -> tuple[GRUParams, Array, GRUState]:
    h_prevs, r, z, n, hn = caches
    dW_x, dW_h, db, db_hn, dxs, dh = _gru_kernel.backward(
        params.W_x, params.W_h, xs, h_prevs, (r, z, hn, n), dhs, dstate.h
    )
    return GRUParams(dW_x, dW_h, db, db_hn), dxs, GRUState(dh)


_READABLE = Cell(init, zero_state, project, step, step_backward, project_backward)
GRU = _READABLE._replace(kernel=Kernel(_READABLE, _forward, _backward))
"""The GRU, to be run by :func:`rnncore.unroll`."""
