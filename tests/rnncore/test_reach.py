"""Reach and Jacobians against finite differences of single steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import RNN, gradient_reach, state_jacobians, unroll
from tests.laws.cells import AnyCell, assert_close, every_cell, problem
from tests.laws.naive import sum_of_terms, terms
from tests.rnncore.strategies import Sizes, rngs

small = st.builds(Sizes, *[st.integers(1, 4), *[st.integers(1, 3)] * 3])


@every_cell
@settings(max_examples=8)
@given(size=small, rng=rngs)
def test_reach_and_jacobians_are_those_of_the_definition(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(cell, size, rng)
    tape = unroll(cell, p.params, p.xs, p.state).tape
    found = gradient_reach(cell, p.params, tape, p.dhs)
    assert_close(found, sum_of_terms(cell, p).reach, 1e-7)
    assert not np.triu(found, 1).any()
    assert_close(state_jacobians(cell, p.params, tape), terms(cell, p).by_state, 1e-7)


def test_the_vanilla_jacobian_is_the_books() -> None:
    p = problem(RNN, Sizes(4, 2, 3, 5), np.random.default_rng(1))
    out = unroll(RNN, p.params, p.xs, p.state)
    slopes = 1 - out.hs**2
    wanted = slopes[..., np.newaxis] * p.params.W_h.T
    assert_close(state_jacobians(RNN, p.params, out.tape), wanted, 1e-14)


def test_reach_falls_as_the_power_of_the_recurrent_weight() -> None:
    """One linear-range neuron: |∂L_t/∂x_s| = |W_x| W_h^(t−s) up to tanh's curvature."""
    p = problem(RNN, Sizes(6, 1, 1, 1), np.random.default_rng(2))
    params = type(p.params)(np.full((1, 1), 1e-4), np.full((1, 1), 0.5), np.zeros(1))
    tape = unroll(RNN, params, p.xs).tape
    found = gradient_reach(RNN, params, tape, np.ones((6, 1, 1)))
    lag = np.subtract.outer(np.arange(6), np.arange(6))
    assert_close(found, np.where(lag >= 0, 1e-4 * 0.5 ** np.maximum(lag, 0), 0), 1e-6)


def test_it_names_what_is_wrong_and_keeps_float32() -> None:
    p = problem(RNN, Sizes(3, 2, 1, 4), np.random.default_rng(3), np.float32)
    tape = unroll(RNN, p.params, p.xs).tape
    assert gradient_reach(RNN, p.params, tape, p.dhs).dtype == np.float32
    assert state_jacobians(RNN, p.params, tape).dtype == np.float32
    with pytest.raises(ValueError, match=r"dhs: expected \(3, 2, 4\), got \(2, 2, 4\)"):
        gradient_reach(RNN, p.params, tape, p.dhs[1:])
