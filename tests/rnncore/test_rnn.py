"""The vanilla cell: one step and its backward pass."""

import numpy as np
import pytest
from hypothesis import given

from rnncore import RNN, RNNState, check_gradient
from tests.rnncore.strategies import Sizes, rngs, sizes


@given(sizes, rngs)
def test_step_is_the_formula_row_by_row(size: Sizes, rng: np.random.Generator) -> None:
    _, B, D, H = size
    params = RNN.init(rng, D, H)
    x, h_prev = rng.normal(size=(B, D)), rng.normal(size=(B, H))
    state, cache = RNN.step(params, RNN.project(params, x[np.newaxis])[0], RNNState(h_prev))
    for row in range(B):
        for unit in range(H):
            total = params.b[unit]
            total += sum(x[row, i] * params.W_x[i, unit] for i in range(D))
            total += sum(h_prev[row, j] * params.W_h[j, unit] for j in range(H))
            assert state.h[row, unit] == pytest.approx(np.tanh(total), abs=1e-13)
    np.testing.assert_array_equal(cache.h_prev, h_prev)
    np.testing.assert_array_equal(cache.h, state.h)


@given(sizes, rngs)
def test_step_backward_agrees_with_finite_differences(
    size: Sizes, rng: np.random.Generator
) -> None:
    _, B, D, H = size
    params = RNN.init(rng, D, H)
    z, h_prev, dh = (rng.normal(size=(B, H)) for _ in range(3))

    def loss(z: np.ndarray, h_prev: np.ndarray) -> float:
        return float((RNN.step(params, z, RNNState(h_prev))[0].h * dh).sum())

    _, cache = RNN.step(params, z, RNNState(h_prev))
    dz, dstate_prev = RNN.step_backward(params, RNNState(dh), cache)
    assert check_gradient(lambda z: loss(z, h_prev), z, dz).error < 1e-8
    assert check_gradient(lambda h: loss(z, h), h_prev, dstate_prev.h).error < 1e-8


def test_init_draws_from_the_given_generator_only() -> None:
    draws = [RNN.init(np.random.default_rng(7), 3, 4) for _ in range(2)]
    for first, second in zip(*draws, strict=True):
        np.testing.assert_array_equal(first, second)
    assert [p.shape for p in draws[0]] == [(3, 4), (4, 4), (4,)]
    assert all(np.abs(p).max() <= 1 / 2 for p in draws[0])


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((2, 3), r"xs: expected \(T, B, 3\), got \(2, 3\)"),
        ((4, 2, 1), r"xs: expected \(T, B, 3\), got \(4, 2, 1\)"),
        ((0, 2, 3), r"xs: expected \(T, B, 3\), got \(0, 2, 3\)"),
        ((4, 0, 3), r"xs: expected \(T, B, 3\), got \(4, 0, 3\)"),
    ],
)
def test_project_says_what_was_wanted_and_what_came(shape: tuple[int, ...], message: str) -> None:
    params = RNN.init(np.random.default_rng(0), 3, 5)
    with pytest.raises(ValueError, match=message):
        RNN.project(params, np.zeros(shape))
