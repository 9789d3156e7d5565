"""Whatever runs a cell keeps its dtype, changes nothing it is given and touches nothing global."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncore import (
    checkpointed_backward,
    gradient_reach,
    init_bidirectional,
    masked,
    random_cuts,
    randomly_truncated_gradient,
    state_jacobians,
    tbptt_gradient,
    unroll,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore._trees import arrays
from tests.laws.cells import AnyCell, Problem, both_dtypes, every_cell, gradients, problem
from tests.rnncore.strategies import Sizes

SIZE = Sizes(5, 2, 3, 4)
MASK = np.arange(SIZE.T)[:, np.newaxis] < [5, 3]
MASK.setflags(write=False)

Way = Callable[[AnyCell, Problem], Any]
"""Takes a cell and a problem, and returns a tree of everything it found."""


def tape_of(cell: AnyCell, p: Problem) -> Any:
    return unroll(cell, p.params, p.xs, p.state).tape


def truncated(cell: AnyCell, p: Problem) -> Any:
    return tuple(tbptt_gradient(cell, p.params, tape_of(cell, p), p.dhs, 2, 3))


def randomly_truncated(cell: AnyCell, p: Problem) -> Any:
    cuts = random_cuts(np.random.default_rng(1), SIZE.T, 0.5)
    tape = tape_of(cell, p)
    return tuple(randomly_truncated_gradient(cell, p.params, tape, p.dhs, cuts, 0.5))


def checkpointed(cell: AnyCell, p: Problem) -> Any:
    return tuple(checkpointed_backward(cell, p.params, p.xs, p.dhs, 2, p.state, p.dstate))


def reached(cell: AnyCell, p: Problem) -> Any:
    tape = tape_of(cell, p)
    return gradient_reach(cell, p.params, tape, p.dhs), state_jacobians(cell, p.params, tape)


def padded(cell: AnyCell, p: Problem) -> Any:
    return tuple(gradients(masked(cell, MASK), p))


def stacked(cell: AnyCell, p: Problem) -> Any:
    rng = np.random.default_rng(2)
    params = init_bidirectional(cell, rng, SIZE.D, SIZE.H, 2, p.xs.dtype)
    out = unroll_stack(cell, params, p.xs, mask=MASK)
    found = unroll_stack_backward(cell, params, out.tapes, out.hs, out.state, MASK)
    return out.hs, out.state, tuple(tuple(layer) for layer in found.params), found.xs, found.state


WAYS = [truncated, randomly_truncated, checkpointed, reached, padded, stacked]


@every_cell
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@both_dtypes
def test_dtype_and_surroundings_stay_as_they_are(cell: AnyCell, way: Way, dtype: Any) -> None:
    p = problem(cell, SIZE, np.random.default_rng(3), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    state = np.random.get_state(legacy=False)  # noqa: NPY002 - the global state is the subject
    found = list(arrays(way(cell, p)))
    after = np.random.get_state(legacy=False)  # noqa: NPY002 - the global state is the subject
    np.testing.assert_equal(after, state)
    assert {array.dtype for array in found} == {np.dtype(dtype)}
    assert not any(np.shares_memory(a, given) for a in found for given in arrays(tuple(p)))
