"""Backpropagation through time with a bounded number of held states."""

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore._trees import map_arrays
from rnncore.cell import C, Cell, P, S
from rnncore.sequence import Gradients, unroll, unroll_backward


def checkpointed_backward(
    cell: Cell[P, S, C],
    params: P,
    xs: Array,
    dhs: Array,
    every: int,
    state: S | None = None,
    dstate: S | None = None,
) -> Gradients[P, S]:
    """Backpropagation through time that keeps one state in ``every`` and recomputes the rest.

    The first pass runs forward and keeps only the state at the beginning of each piece of
    ``every`` steps. The second goes from the last piece to the first: it runs the piece again,
    with its tape, and then backward. At most T/every + every states are held at once, which is
    least, 2√T, at every = √T; the price is one more forward pass (Chen et al., 2016;
    for the best use of any memory budget see Gruslys et al., 2016).

    Args:
        cell: The cell to run.
        params: Its parameters.
        xs: Inputs, shape (T, B, D).
        dhs: Gradient of the loss by every hidden state, shape (T, B, H).
        every: Steps in a piece, at least 1; the last piece may be shorter.
        state: State before the first step; all zeros when left out.
        dstate: Gradient by the last state from whatever follows; all zeros when left out.

    Returns:
        The gradients of :func:`rnncore.unroll_backward`, equal up to rounding: the parameters'
        gradients are summed piece by piece, so in another order.

    Raises:
        ValueError: ``every`` is below 1, or an array has a wrong shape.
    """
    if every < 1:
        raise ValueError(f"every: expected at least 1 step, got {every}")
    expect_shape("xs", xs, "T", "B", "D")
    T, B, _ = xs.shape
    zero = cell.zero_state(params, B)
    expect_shape("dhs", dhs, T, *zero.h.shape)
    starts = range(0, T, every)
    checkpoints = [zero if state is None else state]
    for start in starts[:-1]:
        last = unroll(cell, params, xs[start : start + every], checkpoints[-1]).state
        checkpoints.append(
            map_arrays(np.copy, "state", last)
        )  # a view would keep the whole piece alive
    dparams, dxs = map_arrays(np.zeros_like, "params", params), np.empty_like(xs)
    for start in reversed(starts):
        piece = slice(start, start + every)
        tape = unroll(cell, params, xs[piece], checkpoints.pop()).tape
        gradients = unroll_backward(cell, params, tape, dhs[piece], dstate)
        del tape  # or the next piece would be recomputed beside this one
        dparams = map_arrays(np.add, "sum", dparams, ("piece", gradients.params))
        dxs[piece], dstate = gradients.xs, gradients.state
    return Gradients(dparams, dxs, gradients.state)
