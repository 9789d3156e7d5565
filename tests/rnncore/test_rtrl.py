"""RTRL gives what BPTT gives."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from rnncore import RNN, RNNState, no_influence, numeric_gradient, rtrl_gradient, rtrl_step, unroll
from rnncore._trees import arrays
from tests.laws.cells import assert_close, both_dtypes, gradients, problem, zeros
from tests.rnncore.strategies import Sizes, rngs, sizes


@given(size=sizes, rng=rngs)
def test_it_equals_bptt(size: Sizes, rng: np.random.Generator) -> None:
    p = problem(RNN, size, rng)
    wanted = gradients(RNN, p._replace(dstate=zeros(p.dstate)))
    found = rtrl_gradient(p.params, p.xs, p.dhs, p.state)
    assert_close(tuple(found), (wanted.params, wanted.state), 1e-10)


def test_it_equals_bptt_over_many_steps_from_the_zero_state() -> None:
    p = problem(RNN, Sizes(200, 3, 2, 5), np.random.default_rng(1))
    wanted = gradients(RNN, p._replace(state=zeros(p.state), dstate=zeros(p.dstate)))
    found = rtrl_gradient(p.params, p.xs, p.dhs)
    assert_close(tuple(found), (wanted.params, wanted.state), 1e-10)


def test_the_influence_is_the_derivative_of_the_state() -> None:
    """Every entry, by finite differences, in the order that its field documents."""
    D, H = 2, 3
    p = problem(RNN, Sizes(4, 1, D, H), np.random.default_rng(2))
    influence = no_influence(p.params, p.state)
    for x in p.xs:
        influence = rtrl_step(p.params, x, influence)
    np.testing.assert_array_equal(influence.h, unroll(RNN, p.params, p.xs, p.state).hs[-1])
    for i in range(H):

        def unit(stacked: Any, h0: Any, i: int = i) -> float:
            params = type(p.params)(stacked[:D], stacked[D:-1], stacked[-1])
            return float(unroll(RNN, params, p.xs, RNNState(h0)).hs[-1, 0, i])

        stacked = np.concatenate([p.params.W_x, p.params.W_h, p.params.b[np.newaxis]])
        by_params = numeric_gradient(lambda a: unit(a, p.state.h), stacked)
        by_h0 = numeric_gradient(lambda a, s=stacked: unit(s, a), p.state.h)
        assert_close(influence.dh_dparams[0, i], by_params, 1e-8)
        assert_close(influence.dh_dh0[:, i], by_h0, 1e-8)


def test_its_memory_does_not_grow_with_time() -> None:
    p = problem(RNN, Sizes(50, 2, 3, 4), np.random.default_rng(3))
    influence = no_influence(p.params, p.state)
    sizes = set()
    for x in p.xs:
        influence = rtrl_step(p.params, x, influence)
        sizes.add(sum(array.nbytes for array in arrays(influence)))
    B, D, H = 2, 3, 4
    assert sizes == {8 * B * (H + H * (D + H + 1) * H + H * H)}


@both_dtypes
def test_dtype_survives_and_nothing_given_is_changed(dtype: Any) -> None:
    p = problem(RNN, Sizes(5, 2, 3, 4), np.random.default_rng(4), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    found = rtrl_gradient(p.params, p.xs, p.dhs, p.state)
    assert {array.dtype for array in arrays(tuple(found))} == {np.dtype(dtype)}


def test_it_names_what_is_wrong() -> None:
    p = problem(RNN, Sizes(5, 2, 3, 4), np.random.default_rng(5))
    with pytest.raises(ValueError, match=r"xs: expected \(T, B, 3\), got \(5, 2, 2\)"):
        rtrl_gradient(p.params, p.xs[..., 1:], p.dhs)
    with pytest.raises(ValueError, match=r"dhs: expected \(5, 2, 4\), got \(4, 2, 4\)"):
        rtrl_gradient(p.params, p.xs, p.dhs[1:])
    with pytest.raises(ValueError, match=r"state.h: expected \(2, 4\), got \(1, 4\)"):
        rtrl_gradient(p.params, p.xs, p.dhs, RNNState(p.state.h[:1]))
