"""Backpropagation through pieces of random length, reweighted so that the gradient is unbiased."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array, expect_shape
from rnncore._trees import map_arrays
from rnncore.cell import C, Cell, P, S
from rnncore.sequence import Gradients, Tape, unroll_backward
from rnncore.truncation import tape_window


def random_cuts(rng: np.random.Generator, T: int, probability: float) -> NDArray[np.bool_]:
    """Draw where randomly truncated BPTT cuts the gradient.

    Args:
        rng: Source of randomness.
        T: Steps of the sequence, at least 1.
        probability: Chance c of a cut between two steps, in [0, 1). A piece is 1/c steps long
            in the mean.

    Returns:
        Shape (T − 1,): entry t is true where the path from step t + 1 back to step t is cut.

    Raises:
        ValueError: ``T`` or ``probability`` is out of range.
    """
    _expect_probability(probability)
    if T < 1:
        raise ValueError(f"T: expected at least 1 step, got {T}")
    return rng.random(T - 1) < probability


def randomly_truncated_gradient(
    cell: Cell[P, S, C],
    params: P,
    tape: Tape[C],
    dhs: Array,
    cuts: NDArray[np.bool_],
    probability: float,
) -> Gradients[P, S]:
    """Unbiased gradient from pieces of random length (ARTBP: Tallec & Ollivier, 2017).

    A path of n steps back survives the cuts with probability (1 − c)ⁿ. Every step back
    multiplies the gradient by 1 / (1 − c), so that in the mean over the cuts each path counts
    once. What it costs is variance, which grows with the length of the path.

    Args:
        cell: The cell that was run.
        params: Its parameters, as in the forward pass.
        tape: The tape of the uncut forward pass.
        dhs: Gradient of the loss by every hidden state, shape (T, B, H).
        cuts: Where to cut, shape (T − 1,), as :func:`random_cuts` draws them.
        probability: The chance c with which they were drawn, in [0, 1).

    Returns:
        Gradients by parameters, inputs and initial state, whose mean over the cuts is the
        full gradient. The state before step 0 is never cut off from step 0.

    Raises:
        ValueError: ``dhs`` or ``cuts`` has a wrong shape, or ``probability`` is out of range.
    """
    _expect_probability(probability)
    T, B, _ = tape.xs.shape
    expect_shape("dhs", dhs, T, *cell.zero_state(params, B).h.shape)
    if cuts.shape != (T - 1,):
        raise ValueError(f"cuts: expected ({T - 1},), got {cuts.shape}")
    survival = 1 - probability

    def reweighted(params: P, dstate: S, cache: C) -> tuple[Array, S]:
        dz, dstate_prev = cell.step_backward(params, dstate, cache)
        return dz, map_arrays(lambda d: d / survival, "dstate", dstate_prev)

    edges = [0, *(int(t) + 1 for t in np.flatnonzero(cuts)), T]
    pieces = [
        unroll_backward(
            cell._replace(step_backward=reweighted),
            params,
            tape_window(tape, start, stop),
            dhs[start:stop],
        )
        for start, stop in pairwise(edges)
    ]
    dparams = pieces[0].params
    for piece in pieces[1:]:
        dparams = map_arrays(np.add, "sum", dparams, ("piece", piece.params))
    dxs = np.concatenate([piece.xs for piece in pieces])
    dstate = map_arrays(lambda d: d * survival, "dstate", pieces[0].state)  # that step is never cut
    return Gradients(dparams, dxs, dstate)


def _expect_probability(probability: float) -> None:
    if not 0 <= probability < 1:
        raise ValueError(f"probability: expected a number in [0, 1), got {probability}")
