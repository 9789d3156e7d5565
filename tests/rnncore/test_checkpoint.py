"""Checkpointed BPTT: the same gradient, and how little it holds."""

import tracemalloc
import weakref
from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import RNN, RNNState, checkpointed_backward, unroll, unroll_backward
from rnncore._trees import arrays
from tests.laws.cells import (
    AnyCell,
    assert_close,
    both_dtypes,
    every_cell,
    gradients,
    problem,
    zeros,
)
from tests.rnncore.strategies import Sizes, rngs, sizes


@every_cell
@settings(max_examples=15)
@given(size=sizes, every=st.integers(1, 7), rng=rngs)
def test_it_is_bptt(cell: AnyCell, size: Sizes, every: int, rng: np.random.Generator) -> None:
    p = problem(cell, size, rng)
    found = checkpointed_backward(cell, p.params, p.xs, p.dhs, every, p.state, p.dstate)
    assert_close(tuple(found), tuple(gradients(cell, p)))


@every_cell
def test_states_default_to_zero(cell: AnyCell) -> None:
    p = problem(cell, Sizes(5, 2, 3, 4), np.random.default_rng(1))
    found = checkpointed_backward(cell, p.params, p.xs, p.dhs, 2)
    rest = p._replace(state=zeros(p.state), dstate=zeros(p.dstate))
    assert_close(tuple(found), tuple(gradients(cell, rest)))


class Counter:
    """Counts how many arrays of its kind are alive, and how many ever were at once."""

    def __init__(self) -> None:
        self.alive: set[int] = set()
        self.most = 0

    def watch(self, array: np.ndarray) -> None:
        if id(array) not in self.alive:
            self.alive.add(id(array))
            self.most = max(self.most, len(self.alive))
            weakref.finalize(array, self.alive.discard, id(array))


def watching(cell: AnyCell, counter: Counter) -> tuple[AnyCell, list[int]]:
    """The cell, with every state watched that goes in or comes out, and its calls listed."""
    calls: list[int] = []

    def step(params: Any, z: Any, state: Any) -> Any:
        calls.append(len(calls))
        counter.watch(state.h)
        after, cache = cell.step(params, z, state)
        counter.watch(after.h)
        return after, cache

    return cell._replace(step=step), calls


@pytest.mark.parametrize(("T", "every"), [(16, 4), (17, 4), (30, 5), (12, 1), (12, 12), (5, 9)])
def test_it_holds_at_most_that_many_states_and_runs_forward_twice(T: int, every: int) -> None:
    p = problem(RNN, Sizes(T, 1, 1, 2), np.random.default_rng(2))
    plain, counter = Counter(), Counter()
    cell, _ = watching(RNN, plain)
    tape = unroll(cell, p.params, p.xs, p.state).tape
    del tape
    assert plain.most == 1 + T  # the caller's own initial state, and one after every step

    cell, calls = watching(RNN, counter)
    found = checkpointed_backward(cell, p.params, p.xs, p.dhs, every, p.state)
    assert counter.most - 1 <= T / every + every
    last_piece = T - (ceil(T / every) - 1) * every
    assert len(calls) == 2 * T - last_piece  # the last piece runs forward only once
    assert_close(tuple(found), tuple(gradients(RNN, p._replace(dstate=zeros(p.dstate)))))


def peak_bytes(run: Callable[[], Any]) -> int:
    """Largest amount of memory that was allocated at once while running."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@every_cell
def test_measured_peak_is_the_share_of_the_tape_that_it_holds(cell: AnyCell) -> None:
    T, every = 144, 12
    p = problem(cell, Sizes(T, 16, 1, 32), np.random.default_rng(3))

    def plain() -> None:
        tape = unroll(cell, p.params, p.xs, p.state).tape
        unroll_backward(cell, p.params, tape, p.dhs)

    def checkpointed() -> None:
        checkpointed_backward(cell, p.params, p.xs, p.dhs, every, p.state)

    plain()  # what is allocated once and stays is not the tape's
    share = (T / every + every) / T
    assert peak_bytes(checkpointed) < 1.5 * share * peak_bytes(plain)


def test_a_checkpoint_holds_no_more_than_the_state() -> None:
    """A cell may return a view of something large; only the view's own numbers are kept."""

    def step(params: Any, z: Any, state: Any) -> Any:
        after, cache = RNN.step(params, z, state)
        h = np.tile(after.h, 50)[:, : after.h.shape[1]]
        return after._replace(h=h), cache._replace(h=h)

    cell = RNN._replace(step=step)
    p = problem(RNN, Sizes(100, 8, 1, 8), np.random.default_rng(6))
    tape_bytes = peak_bytes(lambda: unroll(cell, p.params, p.xs, p.state).tape)
    found_bytes = peak_bytes(lambda: checkpointed_backward(cell, p.params, p.xs, p.dhs, 2, p.state))
    assert found_bytes < 0.1 * tape_bytes


@both_dtypes
def test_dtype_survives_and_nothing_given_is_changed(dtype: Any) -> None:
    p = problem(RNN, Sizes(5, 2, 3, 4), np.random.default_rng(4), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    found = checkpointed_backward(RNN, p.params, p.xs, p.dhs, 2, p.state, p.dstate)
    assert {array.dtype for array in arrays(tuple(found))} == {np.dtype(dtype)}


def test_it_names_what_is_wrong() -> None:
    p = problem(RNN, Sizes(5, 2, 3, 4), np.random.default_rng(5))
    with pytest.raises(ValueError, match="every: expected at least 1 step, got 0"):
        checkpointed_backward(RNN, p.params, p.xs, p.dhs, 0)
    with pytest.raises(ValueError, match=r"dhs: expected \(5, 2, 4\), got \(4, 2, 4\)"):
        checkpointed_backward(RNN, p.params, p.xs, p.dhs[1:], 2)
    with pytest.raises(ValueError, match=r"dstate.h: expected \(2, 4\), got \(1, 4\)"):
        checkpointed_backward(RNN, p.params, p.xs, p.dhs, 2, dstate=RNNState(p.dstate.h[:1]))
