"""Real-time recurrent learning: the exact gradient of the vanilla RNN, carried forward in time.

BPTT keeps the past and goes back through it. RTRL forgets the past and carries, beside the state,
the derivative of the state by every parameter. The memory does not grow with T, and the gradient
is there at every step; the price is H times the parameters in memory, and a time of order
H⁴ per step and row where BPTT takes H² (Williams & Zipser, 1989).
"""

from typing import NamedTuple

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore.rnn import RNNParams, RNNState, project, zero_state


class Influence(NamedTuple):
    """A state and how it depends on everything before it: all that RTRL remembers."""

    h: Array
    """Hidden state, shape (B, H)."""
    dh_dparams: Array
    """∂h/∂(W_x, W_h, b), shape (B, H, D + H + 1, H). The rows of the three parameters
    are stacked in this order; entry (n, i, p, j) is ∂h_i/∂(row p, column j) in batch row n."""
    dh_dh0: Array
    """∂h/∂h_0, shape (B, H, H): entry (n, i, j) is ∂h_i/∂h_0j in batch row n."""


class RTRLGradients(NamedTuple):
    """Result of :func:`rtrl_gradient`."""

    params: RNNParams
    """Gradient by every parameter."""
    state: RNNState
    """Gradient by the initial state."""


def no_influence(params: RNNParams, state: RNNState) -> Influence:
    """Start: a state that does not depend on the parameters.

    Args:
        params: Parameters of the vanilla RNN.
        state: State before the first step, h (B, H).

    Returns:
        The state, ∂h/∂params = 0 and ∂h/∂h_0 = identity.
    """
    D, H = params.W_x.shape
    B = len(state.h)
    dtype = params.b.dtype
    identity = np.broadcast_to(np.eye(H, dtype=dtype), (B, H, H))
    return Influence(state.h, np.zeros((B, H, D + H + 1, H), dtype), identity)


def rtrl_step(params: RNNParams, x: Array, influence: Influence) -> Influence:
    """Take one step of state and influence (Williams & Zipser, 1989).

    With a = (x, h_prev, 1), the row that multiplies the stacked parameters,
    ∂h_i/∂θ_pj = (1 − h_i²) (Σ_k W_h[k, i] ∂h_prev_k/∂θ_pj + a_p [i = j]).

    Args:
        params: Parameters of the vanilla RNN.
        x: Input of this step, shape (B, D).
        influence: State and influence before the step.

    Returns:
        State and influence after the step.
    """
    B, H = influence.h.shape
    h = np.tanh(project(params, x[np.newaxis])[0] + influence.h @ params.W_h)
    slope = 1 - h * h
    factors = np.concatenate([x, influence.h, np.ones((B, 1), h.dtype)], axis=1)
    through_state = params.W_h.T @ influence.dh_dparams.reshape(B, H, -1)
    dh_dparams = through_state.reshape(influence.dh_dparams.shape)
    unit = np.arange(H)
    dh_dparams[:, unit, :, unit] += factors  # column j of a weight feeds unit j only
    dh_dparams *= slope[:, :, np.newaxis, np.newaxis]
    dh_dh0 = slope[:, :, np.newaxis] * (params.W_h.T @ influence.dh_dh0)
    return Influence(h, dh_dparams, dh_dh0)


def rtrl_gradient(
    params: RNNParams, xs: Array, dhs: Array, state: RNNState | None = None
) -> RTRLGradients:
    """Gradient of a whole sequence, summed while going forward.

    Equal to BPTT, :func:`rnncore.unroll_backward`, up to rounding. It holds one step at a time:
    memory is B·H²·(D + H + 1) numbers for any T, time per step B·H³·(D + H + 1) multiplications.

    Args:
        params: Parameters of the vanilla RNN.
        xs: Inputs, shape (T, B, D).
        dhs: Gradient of the loss by every hidden state, shape (T, B, H). Row t is first
            used at step t, so an online learner can compute it there.
        state: State before the first step; all zeros when left out.

    Returns:
        Gradients by the parameters and by the initial state.

    Raises:
        ValueError: an array has a wrong shape.
    """
    D, H = params.W_x.shape
    expect_shape("xs", xs, "T", "B", D)
    T, B, _ = xs.shape
    expect_shape("dhs", dhs, T, B, H)
    state = zero_state(params, B) if state is None else state
    expect_shape("state.h", state.h, B, H)
    influence = no_influence(params, state)
    dparams, dh0 = np.zeros((D + H + 1, H), params.b.dtype), np.zeros_like(state.h)
    for x, dh in zip(xs, dhs, strict=True):
        influence = rtrl_step(params, x, influence)
        dparams += np.tensordot(dh, influence.dh_dparams, axes=2)
        dh0 += (dh[:, np.newaxis] @ influence.dh_dh0)[:, 0]
    W_x, W_h, b = dparams[:D], dparams[D:-1], dparams[-1]
    return RTRLGradients(RNNParams(W_x, W_h, b), RNNState(dh0))
