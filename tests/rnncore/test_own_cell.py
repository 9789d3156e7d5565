"""A reader's own cell, and a reader's own step in ours: the example of the documentation, run.

A leaky integrator, h = (1 − α) h_prev + α tanh(x W + b), written from nothing but the contract.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given

from rnncore import (
    LSTM,
    RNN,
    RNN_RELU,
    Cell,
    LSTMState,
    RNNCache,
    RNNParams,
    RNNState,
    StackedCaches,
    unroll,
    unroll_backward,
)
from rnncore._shapes import Array
from tests.laws.cells import AnyCell, Problem, assert_close, assert_slope, gradients, problem
from tests.rnncore.reference import (
    assert_kernel_is_the_cell,
    assert_step_backward_is_the_slope,
    run_in_torch,
)
from tests.rnncore.strategies import Sizes, rngs, sizes

ALPHA = 0.25


class LeakyParams(NamedTuple):
    W: Array
    b: Array


class LeakyState(NamedTuple):
    h: Array


class LeakyCache(NamedTuple):
    new: Array


def init(
    rng: np.random.Generator, input_size: int, hidden_size: int, dtype: Any = np.float64
) -> LeakyParams:
    W = rng.normal(size=(input_size, hidden_size)).astype(dtype)
    return LeakyParams(W, np.zeros(hidden_size, dtype))


def zero_state(params: LeakyParams, batch_size: int) -> LeakyState:
    return LeakyState(np.zeros((batch_size, len(params.b)), params.b.dtype))


def project(params: LeakyParams, xs: Array) -> Array:
    return xs @ params.W + params.b


def step(_params: LeakyParams, z: Array, state: LeakyState) -> tuple[LeakyState, LeakyCache]:
    new = np.tanh(z)
    return LeakyState((1 - ALPHA) * state.h + ALPHA * new), LeakyCache(new)


def step_backward(
    _params: LeakyParams, dstate: LeakyState, cache: LeakyCache
) -> tuple[Array, LeakyState]:
    return ALPHA * dstate.h * (1 - cache.new**2), LeakyState((1 - ALPHA) * dstate.h)


def project_backward(
    params: LeakyParams, xs: Array, _caches: Sequence[LeakyCache], dzs: Array
) -> tuple[LeakyParams, Array]:
    return LeakyParams(np.einsum("tbd,tbh->dh", xs, dzs), dzs.sum(axis=(0, 1))), dzs @ params.W.T


LEAKY = Cell(init, zero_state, project, step, step_backward, project_backward)


@given(sizes, rngs)
def test_a_readers_cell_runs_and_its_gradients_are_the_slope(
    size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(LEAKY, size, rng)

    def run(params: Any, xs: Array, state: Any) -> Any:
        return unroll(LEAKY, params, xs, state)

    assert_slope(run, (p.params, p.xs, p.state), p.dhs, p.dstate, tuple(gradients(LEAKY, p)), rng)


def halved_step(params: RNNParams, z: Array, state: RNNState) -> tuple[RNNState, RNNCache]:
    """A step that is plainly not RNN's own, and so shows whose step was run."""
    h = np.tanh(z + state.h @ params.W_h) / 2
    return RNNState(h), RNNCache(state.h, h)


def nothing_back(_params: RNNParams, dstate: RNNState, _cache: RNNCache) -> tuple[Array, RNNState]:
    return np.zeros_like(dstate.h), RNNState(np.zeros_like(dstate.h))


def test_a_step_that_was_replaced_is_the_step_that_runs() -> None:
    p = problem(RNN, Sizes(4, 2, 3, 5), np.random.default_rng(0))
    own = unroll(RNN._replace(step=halved_step), p.params, p.xs, p.state)
    h = p.state.h
    for t in range(4):
        h = np.tanh(p.xs[t] @ p.params.W_x + p.params.b + h @ p.params.W_h) / 2
        np.testing.assert_allclose(own.hs[t], h, atol=1e-13)


def test_a_backward_step_that_was_replaced_is_the_one_that_runs() -> None:
    p = problem(RNN, Sizes(4, 2, 3, 5), np.random.default_rng(0))
    found = gradients(RNN._replace(step_backward=nothing_back), p)
    assert_close(found.params, RNNParams(*(np.zeros_like(a) for a in p.params)), 0)


@pytest.mark.parametrize("name", ["project", "project_backward"])
def test_a_projection_that_was_replaced_is_the_one_that_runs(name: str) -> None:
    calls = []

    def counted(*args: Any) -> Any:
        calls.append(name)
        return getattr(RNN, name)(*args)

    p = problem(RNN, Sizes(4, 2, 3, 5), np.random.default_rng(0))
    assert_close(gradients(RNN._replace(**{name: counted}), p), gradients(RNN, p))
    assert calls == [name]


@pytest.mark.parametrize("cell", [RNN, RNN_RELU], ids=["tanh", "relu"])
@given(size=sizes, rng=rngs)
def test_the_kernel_is_the_readable_cell(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    assert_kernel_is_the_cell(cell, problem(cell, size, rng), 1e-11)


@given(sizes, rngs)
def test_relu_agrees_with_finite_differences_and_torch(
    size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(RNN_RELU, size, rng)
    assert_step_backward_is_the_slope(RNN_RELU, p)
    W_x, W_h, b = p.params
    weights = {"weight_ih": W_x.T, "weight_hh": W_h.T, "bias_ih": b, "bias_hh": 0 * b}
    theirs = run_in_torch(ReluRNN, weights, p)
    assert_close(unroll(RNN_RELU, p.params, p.xs, p.state).hs, theirs.hs)
    dparams, dxs, dstate = gradients(RNN_RELU, p)
    by = theirs.weights
    assert_close(dparams, (by["weight_ih"].T, by["weight_hh"].T, by["bias_ih"]))
    assert_close((dxs, dstate), (theirs.xs, theirs.state_gradients))


class ReluRNN(torch.nn.RNN):
    """torch's RNN, by the name of its activation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, nonlinearity="relu", **kwargs)


def lstm_problem() -> Problem:
    return problem(LSTM, Sizes(6, 2, 3, 4), np.random.default_rng(5))


def test_stacked_caches_are_a_sequence_of_views() -> None:
    p = lstm_problem()
    caches = unroll(LSTM, p.params, p.xs, p.state).tape.caches
    assert isinstance(caches, StackedCaches)
    assert len(caches) == 6
    assert len(caches[1:4]) == 3
    np.testing.assert_array_equal(caches[1:4][2].c_prev, caches[3].c_prev)
    np.testing.assert_array_equal(caches[-1].f, list(caches)[5].f)
    assert np.shares_memory(caches[2].h_prev, caches.arrays.h_prev)
    with pytest.raises(IndexError):
        caches[6]


def test_what_the_caller_does_to_the_results_does_not_reach_the_tape() -> None:
    p = lstm_problem()
    out = unroll(LSTM, p.params, p.xs, p.state)
    wanted = gradients(LSTM, p)
    for array in (out.hs, *out.state):
        array[...] = np.nan
    assert_close(unroll_backward(LSTM, p.params, out.tape, p.dhs, p.dstate), wanted, 0)


def test_mixed_dtypes_run_by_the_readable_steps() -> None:
    p = lstm_problem()
    whole_numbers = np.arange(36).reshape(6, 2, 3)
    out = unroll(LSTM, p.params, whole_numbers, p.state)
    same = unroll(LSTM, p.params, whole_numbers.astype(float), p.state)
    assert_close((out.hs, out.state), (same.hs, same.state))
    single = LSTMState(*(field.astype(np.float32) for field in p.state))
    assert unroll(LSTM, p.params, p.xs, single).hs.dtype == np.float64
    found = unroll_backward(LSTM, p.params, out.tape, p.dhs, p.dstate)
    assert_close(found, unroll_backward(LSTM, p.params, same.tape, p.dhs, p.dstate))
