"""The GRU: its step, its backward pass and its fast loops."""

import numpy as np
import pytest
import torch
from hypothesis import given

from rnncore import GRU, unroll, unroll_backward
from tests.laws.cells import AnyCell, assert_close, problem
from tests.rnncore.reference import (
    assert_kernel_is_the_cell,
    assert_step_backward_is_the_slope,
    logistic,
    long_sizes,
    readable,
    run_in_torch,
)
from tests.rnncore.strategies import Sizes, rngs, sizes

both_forms = pytest.mark.parametrize("cell", [GRU, readable(GRU)], ids=["kernel", "readable"])


@given(sizes, rngs)
def test_step_is_the_formula_unit_by_unit(size: Sizes, rng: np.random.Generator) -> None:
    p = problem(GRU, size._replace(T=1), rng)
    state, _ = GRU.step(p.params, GRU.project(p.params, p.xs)[0], p.state)
    W_x, W_h, b, b_hn = p.params
    H = size.H
    for row in range(size.B):
        for unit in range(H):
            from_x = [
                b[k * H + unit] + sum(p.xs[0, row, d] * W_x[d, k * H + unit] for d in range(size.D))
                for k in range(3)
            ]
            from_h = [
                sum(p.state.h[row, j] * W_h[j, k * H + unit] for j in range(H)) for k in range(3)
            ]
            r, z = (logistic(from_x[k] + from_h[k]) for k in range(2))
            n = np.tanh(from_x[2] + r * (from_h[2] + b_hn[unit]))
            mixed = (1 - z) * n + z * p.state.h[row, unit]
            assert state.h[row, unit] == pytest.approx(mixed, abs=1e-13)


@given(sizes, rngs)
def test_step_backward_agrees_with_finite_differences(
    size: Sizes, rng: np.random.Generator
) -> None:
    assert_step_backward_is_the_slope(GRU, problem(GRU, size, rng))


@both_forms
@given(size=sizes, rng=rngs)
def test_outputs_and_all_gradients_agree_with_torch(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(GRU, size, rng)
    W_x, W_h, b, b_hn = p.params
    b_hh = np.concatenate([np.zeros(2 * size.H), b_hn])
    weights = {"weight_ih": W_x.T, "weight_hh": W_h.T, "bias_ih": b, "bias_hh": b_hh}
    theirs = run_in_torch(torch.nn.GRU, weights, p)
    ours = unroll(cell, p.params, p.xs, p.state)
    assert_close((ours.hs, ours.state), (theirs.hs, theirs.state))
    dparams, dxs, dstate = unroll_backward(cell, p.params, ours.tape, p.dhs, p.dstate)
    by = theirs.weights
    db_hn = by["bias_hh"][2 * size.H :]
    assert_close(dparams, (by["weight_ih"].T, by["weight_hh"].T, by["bias_ih"], db_hn))
    assert_close((dxs, dstate), (theirs.xs, theirs.state_gradients))


@given(long_sizes, rngs)
def test_the_kernel_is_the_readable_cell(size: Sizes, rng: np.random.Generator) -> None:
    assert_kernel_is_the_cell(GRU, problem(GRU, size, rng), 1e-11)
    assert_kernel_is_the_cell(GRU, problem(GRU, size, rng, np.float32), 2e-3)


def test_init_draws_from_the_given_generator_only() -> None:
    draws = [GRU.init(np.random.default_rng(7), 3, 4) for _ in range(2)]
    assert_close(*draws, 0)
    assert [a.shape for a in draws[0]] == [(3, 12), (4, 12), (12,), (4,)]
    assert all(np.abs(a).max() <= 1 / 2 for a in draws[0])
