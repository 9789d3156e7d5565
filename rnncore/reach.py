"""How far a gradient reaches: the numbers behind the heat map of ∂L_t/∂x_s."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore._trees import arrays
from rnncore.cell import C, Cell, P, S
from rnncore.sequence import Tape, unroll_backward
from rnncore.truncation import tape_window


def gradient_reach(cell: Cell[P, S, C], params: P, tape: Tape[C], dhs: Array) -> Array:
    """Size of the gradient of each step's loss by each step's input, |∂L_t/∂x_s|.

    Exact: one backward pass for every t, with the loss of that step alone. Costs T²/2 steps
    backward.

    Args:
        cell: The cell that was run.
        params: Its parameters.
        tape: Tape of the forward pass.
        dhs: ∂L_t/∂h_t for every step, shape (T, B, H).

    Returns:
        Shape (T, T): entry (t, s) is the Euclidean norm of ∂L_t/∂x_s over batch and features;
        zero for s > t.

    Raises:
        ValueError: ``dhs`` has a wrong shape.
    """
    T, B, _ = tape.xs.shape
    expect_shape("dhs", dhs, T, *cell.zero_state(params, B).h.shape)
    sizes = np.zeros((T, T), tape.xs.dtype)
    for t in range(T):
        only_t = np.zeros_like(dhs[: t + 1])
        only_t[t] = dhs[t]
        dxs = unroll_backward(cell, params, tape_window(tape, 0, t + 1), only_t).xs
        sizes[t, : t + 1] = np.sqrt(np.sum(dxs * dxs, axis=(1, 2)))
    return sizes


def state_jacobians(cell: Cell[P, S, C], params: P, tape: Tape[C]) -> Array:
    """Jacobian of every state by the state before it, J_t = ∂s_t/∂s_{t-1}.

    Products J_t ⋯ J_{s+1} say what is left of a gradient t − s steps back; their norms shrink or
    grow with the spectral radius (Pascanu, Mikolov & Bengio, 2013).

    Args:
        cell: The cell that was run.
        params: Its parameters.
        tape: Tape of the forward pass.

    Returns:
        Shape (T, B, N, N), N numbers in a state, all its fields side by side (H for the RNN
        and the GRU, h and c for the LSTM). Entry (t, n, i, j) is ∂s_t[i]/∂s_{t-1}[j] of row n.
    """
    rows = []
    for dstate in _unit_states(cell.zero_state(params, tape.xs.shape[1])):
        before = [cell.step_backward(params, dstate, cache)[1] for cache in tape.caches]
        rows.append([np.concatenate(list(arrays(dprev)), axis=1) for dprev in before])
    return np.stack(rows, axis=2)


def _unit_states(zero: S) -> Iterator[S]:
    """Yield, for every number of a state, the state gradient that is one there."""
    make: Any = type(zero)
    for field, array in enumerate(arrays(zero)):
        for unit in range(array.shape[1]):
            parts = [np.zeros_like(part) for part in arrays(zero)]
            parts[field][:, unit] = 1
            yield make(*parts)
