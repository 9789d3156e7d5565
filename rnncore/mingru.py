"""minGRU, a GRU whose gate does not look at the state, by loop and by scan (Feng et al., 2024).

u_t = σ(x_t W_u + b_u), c_t = x_t W_c + b_c, h_t = (1 − u_t) ⊙ h_{t-1} + u_t ⊙ c_t.
Nothing in u and c depends on h, so the recurrence is linear and all of it can run in parallel.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array, expect_shape
from rnncore._sigmoid import sigmoid
from rnncore.cell import Cell
from rnncore.linear import Linear, linear_backward
from rnncore.scan import linear_recurrence_backward, linear_recurrence_scan
from rnncore.sequence import Gradients


class MinGRUParams(NamedTuple):
    """Parameters of a minGRU, and equally their gradients."""

    W_x: Array
    """Input weights of gate and candidate side by side, shape (D, 2H)."""
    b: Array
    """Their biases, shape (2H,)."""


class MinGRUState(NamedTuple):
    """State of a minGRU, and equally its gradient."""

    h: Array
    """Hidden state, shape (B, H)."""


class MinGRUCache(NamedTuple):
    """What the forward pass leaves: of one step, or with time as first axis of all (T, B, H)."""

    h_prev: Array
    """Hidden state before the step, shape (B, H)."""
    u: Array
    """Gate, the share of the candidate in the new state, shape (B, H)."""
    c: Array
    """Candidate, shape (B, H)."""


class MinGRUScan(NamedTuple):
    """Result of :func:`mingru_scan`."""

    hs: Array
    """Hidden state after every step, shape (T, B, H)."""
    state: MinGRUState
    """State after the last step."""
    xs: Array
    """Inputs, shape (T, B, D), for the backward pass."""
    cache: MinGRUCache
    """What all steps leave for the backward pass, each field (T, B, H)."""


def init(
    rng: np.random.Generator, input_size: int, hidden_size: int, dtype: DTypeLike = np.float64
) -> MinGRUParams:
    """Draw parameters uniformly from ±1/√D, as ``torch.nn.Linear`` does.

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W_x (D, 2H) and b (2H,).
    """
    bound = 1 / np.sqrt(input_size)
    W_x = rng.uniform(-bound, bound, (input_size, 2 * hidden_size))
    return MinGRUParams(
        W_x.astype(dtype), rng.uniform(-bound, bound, 2 * hidden_size).astype(dtype)
    )


def zero_state(params: MinGRUParams, batch_size: int) -> MinGRUState:
    """Return the all-zero state, h (B, H), in the parameters' dtype."""
    return MinGRUState(np.zeros((batch_size, len(params.b) // 2), params.b.dtype))


def project(params: MinGRUParams, xs: Array) -> Array:
    """Project all inputs at once: everything but the recurrence itself.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).

    Returns:
        xs W_x + b, shape (T, B, 2H): gate before its sigmoid, then candidate.

    Raises:
        ValueError: ``xs`` is not (T, B, D) with the D of ``params.W_x``.
    """
    expect_shape("xs", xs, "T", "B", len(params.W_x))
    T, B, D = xs.shape
    return (xs.reshape(T * B, D) @ params.W_x + params.b).reshape(T, B, -1)


def step(_params: MinGRUParams, z: Array, state: MinGRUState) -> tuple[MinGRUState, MinGRUCache]:
    """Take one step forward in time (Feng et al., 2024).

    Args:
        _params: Not needed: all of them are in z.
        z: Projected input of this step, shape (B, 2H).
        state: State before the step, h (B, H).

    Returns:
        The next state, h = (1 − u) ⊙ h_prev + u ⊙ c of shape (B, H), and the cache.
    """
    u, c = _gate_and_candidate(z)
    return MinGRUState((1 - u) * state.h + u * c), MinGRUCache(state.h, u, c)


def step_backward(
    _params: MinGRUParams, dstate: MinGRUState, cache: MinGRUCache
) -> tuple[Array, MinGRUState]:
    """Take one step back in time.

    Args:
        _params: Not needed: no weight multiplies the state.
        dstate: Gradient of the loss by this step's h, along every path, shape (B, H).
        cache: What the forward step left.

    Returns:
        dz (B, 2H) and the gradient by the state before, (1 − u) ⊙ dh.
    """
    return _dz(dstate.h, cache), MinGRUState((1 - cache.u) * dstate.h)


def project_backward(
    params: MinGRUParams, xs: Array, _caches: Sequence[MinGRUCache], dzs: Array
) -> tuple[MinGRUParams, Array]:
    """Turn all dz into the gradients by parameters and inputs: one matrix product each.

    Args:
        params: Parameters of the cell.
        xs: Inputs of the forward pass, shape (T, B, D).
        _caches: Not needed: no weight multiplies the state.
        dzs: Gradients by the projected inputs, shape (T, B, 2H).

    Returns:
        Gradients by the parameters, summed over time and batch, and dxs (T, B, D).
    """
    dparams, dxs = linear_backward(Linear(params.W_x, params.b), xs, dzs)
    return MinGRUParams(dparams.W, dparams.b), dxs


MinGRU: Cell[MinGRUParams, MinGRUState, MinGRUCache] = Cell(
    init, zero_state, project, step, step_backward, project_backward
)
"""minGRU as a cell, to be run step by step by :func:`rnncore.unroll`."""


def mingru_scan(params: MinGRUParams, xs: Array, state: MinGRUState | None = None) -> MinGRUScan:
    """Run a minGRU over a whole sequence without a loop over time.

    Equal to ``unroll(MinGRU, …)`` up to rounding.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).
        state: State before the first step; all zeros when left out.

    Returns:
        All hidden states (T, B, H), the last state and what the backward pass needs.

    Raises:
        ValueError: ``xs`` or ``state`` has a wrong shape.
    """
    u, c = _gate_and_candidate(project(params, xs))
    zero = zero_state(params, xs.shape[1])
    h0 = zero.h if state is None else state.h
    expect_shape("state.h", h0, *zero.h.shape)
    hs = linear_recurrence_scan(1 - u, u * c, h0)
    h_prev = np.concatenate([h0[np.newaxis], hs[:-1]])
    return MinGRUScan(hs, MinGRUState(hs[-1]), xs, MinGRUCache(h_prev, u, c))


def mingru_scan_backward(
    params: MinGRUParams, scanned: MinGRUScan, dhs: Array, dstate: MinGRUState | None = None
) -> Gradients[MinGRUParams, MinGRUState]:
    """Backward pass of :func:`mingru_scan`, itself by scan.

    Args:
        params: Parameters of the cell.
        scanned: Result of the forward pass.
        dhs: Gradient of the loss by every hidden state, shape (T, B, H).
        dstate: Gradient by the last state from whatever follows; all zeros when left out.

    Returns:
        The gradients of ``unroll_backward(MinGRU, …)``, equal up to rounding.

    Raises:
        ValueError: ``dhs`` or ``dstate`` has a wrong shape.
    """
    hs, cache = scanned.hs, scanned.cache
    expect_shape("dhs", dhs, *hs.shape)
    if dstate is not None:
        expect_shape("dstate.h", dstate.h, *hs.shape[1:])
        dhs = np.concatenate([dhs[:-1], dhs[-1:] + dstate.h])
    through_time = linear_recurrence_backward(1 - cache.u, hs, cache.h_prev[0], dhs)
    dparams, dxs = project_backward(params, scanned.xs, (), _dz(through_time.b, cache))
    return Gradients(dparams, dxs, MinGRUState(through_time.h0))


def _gate_and_candidate(z: Array) -> tuple[Array, Array]:
    before, c = np.split(z, 2, axis=-1)
    return sigmoid(before), c


def _dz(dh: Array, cache: MinGRUCache) -> Array:
    """Gradient by gate and candidate before the sigmoid, of one step or of all."""
    h_prev, u, c = cache
    return np.concatenate([dh * (c - h_prev) * u * (1 - u), dh * u], axis=-1)
