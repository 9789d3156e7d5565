"""Truncated backpropagation through time: which steps a backward pass may reach.

Truncation cuts gradients, never the forward state. So everything here works on
the tape of one uncut forward pass, for any cell.
"""

from collections.abc import Iterator
from typing import Generic, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array, expect_shape
from rnncore._trees import map_arrays
from rnncore.cell import C, Cell, P, S
from rnncore.sequence import Gradients, Tape, unroll_backward


class BackwardPass(NamedTuple):
    """One backward pass of truncated BPTT: over the steps ``start`` to ``stop - 1``."""

    stop: int
    """Forward stop: the pass begins at step ``stop - 1`` and goes back."""
    start: int
    """Backward start: the earliest step that the pass reaches."""


class PassGradients(NamedTuple, Generic[P, S]):
    """What one backward pass found."""

    steps: BackwardPass
    """Where it ran."""
    gradients: Gradients[P, S]
    """By the parameters, by the inputs of these steps (stop − start, B, D), and by the state
    before step ``start``: it is this last gradient that truncation throws away."""


def windows(T: int, k1: int, k2: int) -> list[BackwardPass]:
    """List the backward passes of TBPTT(k1, k2) over a sequence.

    Every k1 steps, the losses of the last k1 steps are backpropagated through the most
    recent k2 steps, counted from the newest one. Each loss counts once. When k1 does not
    divide T, the last pass carries the T mod k1 losses that are left.

    This is BPTT(h; h') of Williams & Peng (1990) with h = k2 and h' = k1.

    Args:
        T: Steps of the sequence, at least 1.
        k1: Steps from one backward pass to the next, at least 1.
        k2: Steps that one pass reaches, at least k1.

    Returns:
        One (forward stop, backward start) pair for every pass, in order of time:
        ``windows(5, 2, 3)`` is (2, 0), (4, 1), (5, 2).

    Raises:
        ValueError: a length is below 1, or k2 < k1, which would lose the losses
            of the steps in between.
    """
    if T < 1:
        raise ValueError(f"T: expected at least 1 step, got {T}")
    if k1 < 1:
        raise ValueError(f"k1: expected at least 1, got {k1}")
    if k2 < k1:
        raise ValueError(
            f"k2: expected at least k1 = {k1}, got {k2}: "
            f"losses between the last {k2} and the last {k1} steps would be lost"
        )
    stops = [*range(k1, T, k1), T]
    return [BackwardPass(stop, max(0, stop - k2)) for stop in stops]


def reachable(T: int, k1: int, k2: int) -> NDArray[np.bool_]:
    """Which terms of the gradient TBPTT(k1, k2) keeps.

    Args:
        T: Steps of the sequence.
        k1: Steps from one backward pass to the next.
        k2: Steps that one pass reaches.

    Returns:
        Shape (T, T): entry (t, s) is true where the gradient of the loss at step t reaches step
        s. Never above the diagonal; with k2 ≥ T everything on and below it.

    Raises:
        ValueError: As :func:`~rnncore.truncation.windows`.
    """
    kept = np.zeros((T, T), bool)
    first_loss = 0
    for stop, start in windows(T, k1, k2):
        kept[first_loss:stop, start:stop] = True
        first_loss = stop
    return np.tril(kept)


def tbptt_passes(
    cell: Cell[P, S, C], params: P, tape: Tape[C], dhs: Array, k1: int, k2: int
) -> Iterator[PassGradients[P, S]]:
    """Run the backward passes of TBPTT(k1, k2), one at a time.

    Costs T·k2/k1 steps backward. Nothing is computed before it is asked for.

    Args:
        cell: The cell that was run.
        params: Its parameters, as in the forward pass.
        tape: The tape of the uncut forward pass.
        dhs: Gradient of the loss at every step by that step's hidden state, shape (T, B, H).
        k1: Steps from one backward pass to the next.
        k2: Steps that one pass reaches.

    Yields:
        The gradients of every pass, in order of time.

    Raises:
        ValueError: as :func:`~rnncore.truncation.windows`, or ``dhs`` has a wrong shape.
    """
    T, B, _ = tape.xs.shape
    expect_shape("dhs", dhs, T, *cell.zero_state(params, B).h.shape)
    first_loss = 0
    for steps in windows(T, k1, k2):
        stop, start = steps
        dhs_new = np.zeros_like(dhs[start:stop])
        dhs_new[first_loss - start :] = dhs[first_loss:stop]  # earlier losses had their pass
        part = tape_window(tape, start, stop)
        yield PassGradients(steps, unroll_backward(cell, params, part, dhs_new))
        first_loss = stop


def tbptt_gradient(
    cell: Cell[P, S, C], params: P, tape: Tape[C], dhs: Array, k1: int, k2: int
) -> Gradients[P, S]:
    """Gradient that TBPTT(k1, k2) finds, summed over all passes.

    Equal to :func:`rnncore.unroll_backward` when k2 ≥ T. Otherwise a biased gradient:
    terms ∂L_t/∂h_s that :func:`reachable` calls false are missing.

    Arguments and errors as :func:`tbptt_passes`.

    Returns:
        Gradients by parameters, inputs (T, B, D) and initial state. The last one comes from
        the passes that reach step 0.
    """
    dparams = map_arrays(np.zeros_like, "params", params)
    dstate = cell.zero_state(params, tape.xs.shape[1])
    dxs = np.zeros_like(tape.xs)
    for (stop, start), gradients in tbptt_passes(cell, params, tape, dhs, k1, k2):
        dparams = map_arrays(np.add, "sum", dparams, ("pass", gradients.params))
        dxs[start:stop] += gradients.xs
        if start == 0:
            dstate = map_arrays(np.add, "sum", dstate, ("pass", gradients.state))
    return Gradients(dparams, dxs, dstate)


def tape_window(tape: Tape[C], start: int, stop: int) -> Tape[C]:
    """Cut the steps ``start`` to ``stop - 1`` out of a tape, without copying."""
    return Tape(tape.xs[start:stop], tape.caches[start:stop])
