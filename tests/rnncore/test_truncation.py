"""Truncated BPTT against the sum of the terms it should keep, one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import (
    RNN,
    reachable,
    tbptt_gradient,
    tbptt_passes,
    unroll,
    unroll_backward,
)
from rnncore.truncation import windows
from tests.laws.cells import AnyCell, assert_close, every_cell, flat, problem, zeros
from tests.laws.naive import side_by_side, sum_of_terms
from tests.rnncore.strategies import Sizes, rngs, sizes

ks = st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda k: (k[0], k[0] + k[1]))
"""k1 and k2 ≥ k1."""


def kept_by_definition(T: int, k1: int, k2: int, t: int, s: int) -> bool:
    """Loss t is sent back at the end of its k1 steps, through the k2 newest steps."""
    end = next(end for end in range(1, T + 1) if end > t and (end % k1 == 0 or end == T))
    return end - k2 <= s <= t


def test_windows_of_a_small_case() -> None:
    assert windows(6, 2, 4) == [(2, 0), (4, 0), (6, 2)]
    assert windows(5, 2, 3) == [(2, 0), (4, 1), (5, 2)]
    assert windows(3, 1, 1) == [(1, 0), (2, 1), (3, 2)]
    assert windows(3, 5, 7) == [(3, 0)]


@given(T=st.integers(1, 12), k=ks)
def test_every_loss_counts_once_and_reaches_what_it_should(T: int, k: tuple[int, int]) -> None:
    k1, k2 = k
    edges = [0, *(stop for stop, _ in windows(T, k1, k2))]
    assert edges[-1] == T
    assert all(0 < stop - before <= k1 for before, stop in itertools.pairwise(edges))
    wanted = [[kept_by_definition(T, k1, k2, t, s) for s in range(T)] for t in range(T)]
    np.testing.assert_array_equal(reachable(T, k1, k2), wanted)


@every_cell
@settings(max_examples=8)
@given(T=st.integers(1, 5), BDH=st.tuples(*[st.integers(1, 2)] * 3), k=ks, rng=rngs)
def test_tbptt_is_the_sum_of_the_reachable_terms(
    cell: AnyCell, T: int, BDH: tuple[int, int, int], k: tuple[int, int], rng: np.random.Generator
) -> None:
    k1, k2 = k
    p = problem(cell, Sizes(T, *BDH), rng)
    tape = unroll(cell, p.params, p.xs, p.state).tape
    found = tbptt_gradient(cell, p.params, tape, p.dhs, k1, k2)
    wanted = sum_of_terms(cell, p, lambda t, s: kept_by_definition(T, k1, k2, t, s))
    assert_close(flat(found.params), wanted.params, 1e-7)
    assert_close(found.xs, wanted.xs, 1e-7)
    assert_close(side_by_side(found.state), wanted.state, 1e-7)


def test_tbptt_of_the_vanilla_cell_is_the_sum_of_its_products_exactly() -> None:
    """The same sum with the Jacobian diag(1 − h²) W_hᵀ written out, so to rounding."""
    T, k1, k2 = 9, 2, 5
    p = problem(RNN, Sizes(T, 2, 3, 4), np.random.default_rng(1))
    out = unroll(RNN, p.params, p.xs, p.state)
    h_prev = np.concatenate([p.state.h[np.newaxis], out.hs[:-1]])
    wanted = zeros(p.params)
    for t, s in itertools.product(range(T), range(T)):
        if kept_by_definition(T, k1, k2, t, s):
            dh = p.dhs[t]
            for k in range(t, s, -1):
                dh = (dh * (1 - out.hs[k] ** 2)) @ p.params.W_h.T
            dz = dh * (1 - out.hs[s] ** 2)
            wanted.W_x[:] += p.xs[s].T @ dz
            wanted.W_h[:] += h_prev[s].T @ dz
            wanted.b[:] += dz.sum(axis=0)
    assert_close(tbptt_gradient(RNN, p.params, out.tape, p.dhs, k1, k2).params, wanted, 1e-12)


@every_cell
@settings(max_examples=10)
@given(size=sizes, k1=st.integers(1, 6), more=st.integers(0, 3), rng=rngs)
def test_with_k2_no_shorter_than_the_sequence_it_is_full_bptt(
    cell: AnyCell, size: Sizes, k1: int, more: int, rng: np.random.Generator
) -> None:
    p = problem(cell, size, rng)
    tape = unroll(cell, p.params, p.xs, p.state).tape
    full = unroll_backward(cell, p.params, tape, p.dhs)
    found = tbptt_gradient(cell, p.params, tape, p.dhs, k1, max(k1, size.T) + more)
    assert_close(tuple(found), tuple(full))


def test_passes_come_one_at_a_time_and_say_where_they_ran() -> None:
    p = problem(RNN, Sizes(5, 2, 3, 4), np.random.default_rng(2))
    tape = unroll(RNN, p.params, p.xs).tape
    passes = list(tbptt_passes(RNN, p.params, tape, p.dhs, 2, 3))
    assert [one.steps for one in passes] == windows(5, 2, 3)
    assert [one.gradients.xs.shape[0] for one in passes] == [2, 3, 3]


@pytest.mark.parametrize(
    ("T", "k1", "k2", "message"),
    [
        (0, 1, 1, "T: expected at least 1 step, got 0"),
        (3, 0, 1, "k1: expected at least 1, got 0"),
        (3, 3, 2, "k2: expected at least k1 = 3, got 2: losses between the last 2 and the last 3"),
    ],
)
def test_lengths_that_make_no_sense_are_named(T: int, k1: int, k2: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        windows(T, k1, k2)


def test_upstream_gradients_of_another_length_are_named() -> None:
    p = problem(RNN, Sizes(3, 2, 1, 2), np.random.default_rng(3))
    tape = unroll(RNN, p.params, p.xs).tape
    with pytest.raises(ValueError, match=r"dhs: expected \(3, 2, 2\), got \(2, 2, 2\)"):
        list(tbptt_passes(RNN, p.params, tape, p.dhs[1:], 1, 1))
