"""Running a cell over a sequence, forward and backward through time."""

from collections.abc import Sequence
from typing import Generic, NamedTuple

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore._trees import arrays, map_arrays
from rnncore.cell import C, Cell, P, S, StackedCaches, kernel_of


class Tape(NamedTuple, Generic[C]):
    """What the forward pass remembers for the backward pass."""

    xs: Array
    """Inputs, shape (T, B, D)."""
    caches: Sequence[C]
    """One cache per time step."""


class Unrolled(NamedTuple, Generic[S, C]):
    """Result of :func:`unroll`."""

    hs: Array
    """Hidden state after every step, shape (T, B, H)."""
    state: S
    """State after the last step."""
    tape: Tape[C]
    """What :func:`unroll_backward` needs."""


class Gradients(NamedTuple, Generic[P, S]):
    """Result of :func:`unroll_backward`."""

    params: P
    """Gradient by every parameter, each of its parameter's shape."""
    xs: Array
    """Gradient by the inputs, shape (T, B, D)."""
    state: S
    """Gradient by the initial state."""


def unroll(cell: Cell[P, S, C], params: P, xs: Array, state: S | None = None) -> Unrolled[S, C]:
    """Run a cell over a whole sequence (book chapter "The forward pass, by hand").

    Args:
        cell: The cell to run, such as ``RNN``.
        params: Its parameters.
        xs: Inputs, shape (T, B, D), with T and B at least 1.
        state: State before the first step; all zeros when left out.

    Returns:
        All hidden states (T, B, H), the last state and the tape. A cell that comes with a kernel
        runs by it; the numbers are the same.

    Raises:
        ValueError: ``xs`` or ``state`` has a wrong shape.
    """
    kernel = kernel_of(cell, xs, *arrays(params), *arrays(state or ()))
    if kernel is not None:
        start = _state_or_zero(cell, params, xs.shape[1], "state", state)
        all_hs, last, stacked = kernel.forward(params, xs, start)
        return Unrolled(all_hs, last, Tape(xs, StackedCaches(stacked)))
    zs = cell.project(params, xs)
    state = _state_or_zero(cell, params, xs.shape[1], "state", state)
    hs, caches = [], []
    for z in zs:
        state, cache = cell.step(params, z, state)
        hs.append(state.h)
        caches.append(cache)
    return Unrolled(np.stack(hs), state, Tape(xs, caches))


def unroll_backward(
    cell: Cell[P, S, C], params: P, tape: Tape[C], dhs: Array, dstate: S | None = None
) -> Gradients[P, S]:
    """Backpropagation through time (Werbos, 1990; book chapter "The backward pass").

    Args:
        cell: The cell that was run.
        params: Its parameters, as in the forward pass.
        tape: The tape of the forward pass.
        dhs: Gradient of the loss by every hidden state, as the layer above
            sends it, not yet through time; shape (T, B, H).
        dstate: Gradient by the last state from whatever follows the
            sequence; all zeros when left out.

    Returns:
        Gradients by parameters, inputs and initial state.

    Raises:
        ValueError: ``dhs`` or ``dstate`` has a wrong shape.
    """
    dstate = _state_or_zero(cell, params, tape.xs.shape[1], "dstate", dstate)
    expect_shape("dhs", dhs, len(tape.xs), *dstate.h.shape)
    kernel = kernel_of(cell, tape.xs, dhs, *arrays(params), *arrays(dstate))
    if kernel is not None and isinstance(tape.caches, StackedCaches):
        return Gradients(*kernel.backward(params, tape.xs, tape.caches.arrays, dhs, dstate))
    dzs = []
    for dh, cache in zip(dhs[::-1], reversed(tape.caches), strict=True):
        dstate = dstate._replace(h=dstate.h + dh)  # two paths meet: from above and from the future
        dz, dstate = cell.step_backward(params, dstate, cache)
        dzs.append(dz)
    dparams, dxs = cell.project_backward(params, tape.xs, tape.caches, np.stack(dzs[::-1]))
    return Gradients(dparams, dxs, dstate)


def _state_or_zero(
    cell: Cell[P, S, C], params: P, batch_size: int, name: str, state: S | None
) -> S:
    """Return the given state, its shapes checked, or zeros when there is none."""
    zero = cell.zero_state(params, batch_size)
    if state is None:
        return zero
    return map_arrays(lambda _, given: given, "zero", zero, (name, state))
