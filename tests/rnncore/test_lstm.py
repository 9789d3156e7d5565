"""The LSTM: its step, its backward pass and its fast loops."""

import numpy as np
import pytest
import torch
from hypothesis import given

from rnncore import LSTM, LSTMState, init_remembering, unroll, unroll_backward
from tests.laws.cells import AnyCell, assert_close, gradients, problem
from tests.rnncore.reference import (
    assert_kernel_is_the_cell,
    assert_step_backward_is_the_slope,
    logistic,
    long_sizes,
    readable,
    run_in_torch,
)
from tests.rnncore.strategies import Sizes, rngs, sizes

both_forms = pytest.mark.parametrize("cell", [LSTM, readable(LSTM)], ids=["kernel", "readable"])


@given(sizes, rngs)
def test_step_is_the_formula_unit_by_unit(size: Sizes, rng: np.random.Generator) -> None:
    p = problem(LSTM, size._replace(T=1), rng)
    state, cache = LSTM.step(p.params, LSTM.project(p.params, p.xs)[0], p.state)
    W_x, W_h, b = p.params
    H = size.H
    for row in range(size.B):
        for unit in range(H):
            i, f, g, o = (
                sum(p.xs[0, row, d] * W_x[d, k * H + unit] for d in range(size.D))
                + sum(p.state.h[row, j] * W_h[j, k * H + unit] for j in range(H))
                + b[k * H + unit]
                for k in range(4)
            )
            c = logistic(f) * p.state.c[row, unit] + logistic(i) * np.tanh(g)
            assert state.c[row, unit] == pytest.approx(c, abs=1e-13)
            assert state.h[row, unit] == pytest.approx(logistic(o) * np.tanh(c), abs=1e-13)
    np.testing.assert_array_equal(cache.c_prev, p.state.c)


@given(sizes, rngs)
def test_step_backward_agrees_with_finite_differences(
    size: Sizes, rng: np.random.Generator
) -> None:
    assert_step_backward_is_the_slope(LSTM, problem(LSTM, size, rng))


@both_forms
@given(size=sizes, rng=rngs)
def test_outputs_and_all_gradients_agree_with_torch(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(LSTM, size, rng)
    W_x, W_h, b = p.params
    weights = {"weight_ih": W_x.T, "weight_hh": W_h.T, "bias_ih": b, "bias_hh": 0 * b}
    theirs = run_in_torch(torch.nn.LSTM, weights, p)
    ours = unroll(cell, p.params, p.xs, p.state)
    assert_close((ours.hs, ours.state), (theirs.hs, theirs.state))
    dparams, dxs, dstate = unroll_backward(cell, p.params, ours.tape, p.dhs, p.dstate)
    by = theirs.weights
    assert_close(dparams, (by["weight_ih"].T, by["weight_hh"].T, by["bias_ih"]))
    assert_close((dxs, dstate), (theirs.xs, theirs.state_gradients))


@given(long_sizes, rngs)
def test_the_kernel_is_the_readable_cell(size: Sizes, rng: np.random.Generator) -> None:
    assert_kernel_is_the_cell(LSTM, problem(LSTM, size, rng), 1e-11)
    assert_kernel_is_the_cell(LSTM, problem(LSTM, size, rng, np.float32), 2e-3)


def test_saturated_gates_neither_overflow_nor_lose_their_gradient_to_nan() -> None:
    p = problem(LSTM, Sizes(3, 2, 2, 3), np.random.default_rng(0), np.float32)
    p = p._replace(xs=p.xs * np.float32(1e4))
    assert_close(gradients(LSTM, p), gradients(readable(LSTM), p), 1e-5)


def test_init_remembering_differs_from_init_in_the_forget_bias_alone() -> None:
    plain, open_gate = (
        init(np.random.default_rng(3), 2, 4) for init in (LSTM.init, init_remembering)
    )
    np.testing.assert_array_equal(open_gate.b[4:8], np.ones(4))
    open_gate.b[4:8] = plain.b[4:8]
    assert_close(open_gate, plain, 0)


def test_a_cell_with_another_init_keeps_its_kernel() -> None:
    cell = LSTM._replace(init=init_remembering)
    p = problem(cell, Sizes(2, 1, 2, 3), np.random.default_rng(0))
    assert not isinstance(unroll(cell, p.params, p.xs).tape.caches, list)


def test_wrong_shapes_are_named() -> None:
    p = problem(LSTM, Sizes(3, 2, 1, 4), np.random.default_rng(3))
    with pytest.raises(ValueError, match=r"state.c: expected \(2, 4\), got \(1, 4\)"):
        unroll(LSTM, p.params, p.xs, LSTMState(p.state.h, p.state.c[:1]))
    for xs, message in (
        (p.xs[0], r"xs: expected \(T, B, 1\), got \(2, 1\)"),
        (np.zeros((3, 2, 5)), r"xs: expected \(T, B, 1\), got \(3, 2, 5\)"),
        (p.xs[:0], r"xs: expected \(T, B, 1\), got \(0, 2, 1\)"),
    ):
        with pytest.raises(ValueError, match=message):
            unroll(LSTM, p.params, xs)
