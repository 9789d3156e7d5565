"""Adaptive truncation: what it measures, and that its bound holds."""

import re

import numpy as np
import pytest

from rnncore import (
    RNN,
    Decay,
    RNNParams,
    adaptive_reach,
    gradient_decay,
    tbptt_gradient,
    unroll,
    unroll_backward,
)
from rnncore.truncation import tape_window
from tests.laws.cells import AnyCell, every_cell, problem
from tests.rnncore.strategies import Sizes


@every_cell
def test_lags_are_those_of_one_backward_pass_per_loss(cell: AnyCell) -> None:
    T, lags = 6, 4
    p = problem(cell, Sizes(T, 2, 3, 2), np.random.default_rng(0))
    tape = unroll(cell, p.params, p.xs, p.state).tape
    measured = gradient_decay(cell, p.params, tape, p.dhs, lags)
    rows = []
    for t in range(lags - 1, T):
        states = []
        for lag in range(lags):
            alone = np.zeros_like(p.dhs[t - lag + 1 : t + 1])
            alone[-1:] = p.dhs[t]
            if lag == 0:
                zero = cell.zero_state(p.params, 2)
                state = zero._replace(h=p.dhs[t])
            else:
                part = tape_window(tape, t - lag + 1, t + 1)
                state = unroll_backward(cell, p.params, part, alone).state
            states.append(np.concatenate(list(state), axis=1))
        rows.append(states)
    found = np.array(rows)  # (losses, lags, B, N)
    np.testing.assert_allclose(measured.norms, np.linalg.norm(found, axis=3).mean((0, 2)))
    means = found.mean(axis=(0, 2)).cumsum(axis=0)
    np.testing.assert_allclose(measured.sums, np.linalg.norm(means, axis=1))


def test_a_geometric_decay_is_found_and_bounded_exactly() -> None:
    """One number that halves at every lag: what is left out is known."""
    norms = 0.5 ** np.arange(10)
    found = adaptive_reach(Decay(norms, norms.cumsum()), tolerance=0.1)
    assert found.rate == pytest.approx(0.5)
    left_out = 0.5 ** np.arange(1, 11) * 2
    np.testing.assert_allclose(found.bounds, left_out / (norms.cumsum() - left_out).max())
    assert found.reach == 1 + np.flatnonzero(found.bounds <= 0.1)[0]
    assert adaptive_reach(Decay(norms, norms.cumsum()), tolerance=100).reach == 1


def test_lags_before_the_decay_are_counted_whole() -> None:
    norms = np.array([1.0, 3, 2, 1, 0.5, 0.25])
    found = adaptive_reach(Decay(norms, norms.cumsum()), tolerance=0.5, start=2)
    assert found.rate == pytest.approx(0.5)
    at_least = (norms.cumsum() - np.array([7, 4, 2, 1, 0.5, 0.25])).max()
    np.testing.assert_allclose(found.bounds, np.array([7, 4, 2, 1, 0.5, 0.25]) / at_least)


def test_without_decay_all_lags_are_asked_for() -> None:
    level = Decay(np.ones(5), np.arange(1.0, 6))
    assert adaptive_reach(level, tolerance=0.1).reach == 5
    assert np.isinf(adaptive_reach(level, tolerance=0.1).bounds).all()
    cancelling = Decay(0.9 ** np.arange(5), np.zeros(5))
    assert adaptive_reach(cancelling, tolerance=0.1).reach == 5


def test_the_bias_of_one_neuron_stays_below_the_tolerance() -> None:
    """W_h = 0.8 without much tanh, a loss at every step, all of one sign."""
    T = 60
    params = RNNParams(np.full((1, 1), 1e-3), np.full((1, 1), 0.8), np.zeros(1))
    tape = unroll(RNN, params, np.ones((T, 1, 1))).tape
    dhs = np.zeros((T, 1, 1))
    dhs[30:] = 1.0
    measured = gradient_decay(RNN, params, tape, dhs, 20)
    full = unroll_backward(RNN, params, tape, dhs).params.b
    for tolerance in (0.5, 0.1, 0.02):
        K = adaptive_reach(measured, tolerance).reach
        cut = tbptt_gradient(RNN, params, tape, dhs, 1, K).params.b
        assert abs(cut - full) <= tolerance * abs(full)


def test_bad_input_is_refused_in_one_line() -> None:
    p = problem(RNN, Sizes(3, 2, 1, 2), np.random.default_rng(1))
    tape = unroll(RNN, p.params, p.xs).tape
    with pytest.raises(ValueError, match="num_lags: expected 1 to 3, got 4"):
        gradient_decay(RNN, p.params, tape, p.dhs, 4)
    with pytest.raises(ValueError, match=re.escape("dhs: expected (3, 2, 2), got (2, 2, 2)")):
        gradient_decay(RNN, p.params, tape, p.dhs[1:], 2)
    decay = Decay(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="start: expected 0 to 1, got 2"):
        adaptive_reach(decay, 0.1, start=2)
    with pytest.raises(ValueError, match="tolerance: expected a positive number, got 0"):
        adaptive_reach(decay, 0)
