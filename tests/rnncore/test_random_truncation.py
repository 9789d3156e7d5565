"""Random truncation: its mean is the full gradient, exactly and as drawn."""

import itertools

import numpy as np
import pytest

from rnncore import (
    RNN,
    Gradients,
    random_cuts,
    randomly_truncated_gradient,
    tbptt_gradient,
    unroll,
    unroll_backward,
)
from tests.laws.cells import AnyCell, assert_close, every_cell, flat, problem
from tests.rnncore.strategies import Sizes


def random_gradient(cell: AnyCell, p: object, tape: object, cuts: object, c: float) -> Gradients:
    return randomly_truncated_gradient(cell, p.params, tape, p.dhs, np.array(cuts, bool), c)


@every_cell
def test_the_mean_over_all_possible_cuts_is_the_full_gradient(cell: AnyCell) -> None:
    """Exact: every pattern of cuts, weighted by its probability."""
    T, c = 5, 0.3
    p = problem(cell, Sizes(T, 2, 2, 3), np.random.default_rng(3))
    tape = unroll(cell, p.params, p.xs, p.state).tape
    full = flat(tuple(unroll_backward(cell, p.params, tape, p.dhs)))
    mean = np.zeros_like(full)
    for cuts in itertools.product([False, True], repeat=T - 1):
        chance = np.prod([c if cut else 1 - c for cut in cuts])
        mean += chance * flat(tuple(random_gradient(cell, p, tape, cuts, c)))
    assert_close(mean, full, 1e-12)


def test_random_truncation_is_unbiased_and_without_reweighting_it_is_not() -> None:
    """Drawn: within five standard errors, which the draws themselves tell."""
    T, c, draws = 8, 0.3, 800
    p = problem(RNN, Sizes(T, 2, 1, 2), np.random.default_rng(4))
    p.params.W_h[:] *= 2  # memory long enough for the bias to show
    tape = unroll(RNN, p.params, p.xs, p.state).tape
    full = flat(tuple(unroll_backward(RNN, p.params, tape, p.dhs)))

    def largest_z(claimed: float) -> float:
        rng = np.random.default_rng(5)
        drawn = np.array(
            [
                flat(tuple(random_gradient(RNN, p, tape, random_cuts(rng, T, c), claimed)))
                for _ in range(draws)
            ]
        )
        varies = drawn.std(axis=0) > 1e-12  # the last inputs' gradient is the same in every draw
        assert_close(drawn.mean(axis=0)[~varies], full[~varies], 1e-12)
        error = drawn.std(axis=0, ddof=1)[varies] / np.sqrt(draws)
        return float(np.max(np.abs(drawn.mean(axis=0) - full)[varies] / error))

    assert largest_z(claimed=c) < 5
    assert largest_z(claimed=0.0) > 20


@every_cell
def test_without_cuts_it_is_full_bptt_and_with_all_of_them_one_step(cell: AnyCell) -> None:
    p = problem(cell, Sizes(4, 2, 3, 2), np.random.default_rng(6))
    tape = unroll(cell, p.params, p.xs, p.state).tape
    full = unroll_backward(cell, p.params, tape, p.dhs)
    assert_close(tuple(random_gradient(cell, p, tape, [False] * 3, 0.0)), tuple(full))
    one_step = tbptt_gradient(cell, p.params, tape, p.dhs, 1, 1)
    assert_close(tuple(random_gradient(cell, p, tape, [True] * 3, 0.5)), tuple(one_step))


def test_cuts_come_as_often_as_asked() -> None:
    cuts = random_cuts(np.random.default_rng(7), 10_001, 0.25)
    assert cuts.shape == (10_000,)
    error = np.sqrt(0.25 * 0.75 / 10_000)
    assert abs(cuts.mean() - 0.25) < 5 * error
    assert not random_cuts(np.random.default_rng(8), 100, 0.0).any()


def test_random_truncation_names_what_is_wrong() -> None:
    p = problem(RNN, Sizes(3, 2, 1, 2), np.random.default_rng(9))
    tape = unroll(RNN, p.params, p.xs).tape
    with pytest.raises(ValueError, match=r"probability: expected a number in \[0, 1\), got 1"):
        random_cuts(np.random.default_rng(0), 3, 1.0)
    with pytest.raises(ValueError, match="T: expected at least 1 step, got 0"):
        random_cuts(np.random.default_rng(0), 0, 0.5)
    with pytest.raises(ValueError, match=r"cuts: expected \(2,\), got \(3,\)"):
        random_gradient(RNN, p, tape, [False] * 3, 0.5)
    with pytest.raises(ValueError, match=r"dhs: expected \(3, 2, 2\), got \(2, 2, 2\)"):
        random_gradient(RNN, p._replace(dhs=p.dhs[1:]), tape, [False] * 2, 0.5)
