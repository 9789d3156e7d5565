"""unroll and unroll_backward: all five gradients, three independent ways."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncore import (
    RNN,
    Gradients,
    RNNParams,
    RNNState,
    Unrolled,
    check_gradient,
    unroll,
    unroll_backward,
)
from rnncore._shapes import Array
from tests.rnncore.strategies import Sizes, rngs, sizes


def problem(
    size: Sizes, rng: np.random.Generator, dtype: Any = np.float64
) -> tuple[RNNParams, Array, RNNState, Array, RNNState]:
    """Random parameters, inputs, h0 ≠ 0, and upstream gradients at every step and at the end."""
    T, B, D, H = size

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(dtype)

    return (
        RNN.init(rng, D, H, dtype),
        draw(T, B, D),
        RNNState(draw(B, H)),
        draw(T, B, H),
        RNNState(draw(B, H)),
    )


def five(gradients: Gradients[RNNParams, RNNState]) -> dict[str, Array]:
    return {**gradients.params._asdict(), "xs": gradients.xs, "h0": gradients.state.h}


@given(sizes, rngs)
def test_five_gradients_agree_with_finite_differences(
    size: Sizes, rng: np.random.Generator
) -> None:
    params, xs, state, dhs, dstate = problem(size, rng)

    def loss(params: RNNParams, xs: Array, h0: Array) -> float:
        out = unroll(RNN, params, xs, RNNState(h0))
        return float((out.hs * dhs).sum() + (out.state.h * dstate.h).sum())

    by: dict[str, tuple[Callable[[Array], float], Array]] = {
        "W_x": (lambda a: loss(params._replace(W_x=a), xs, state.h), params.W_x),
        "W_h": (lambda a: loss(params._replace(W_h=a), xs, state.h), params.W_h),
        "b": (lambda a: loss(params._replace(b=a), xs, state.h), params.b),
        "xs": (lambda a: loss(params, a, state.h), xs),
        "h0": (lambda a: loss(params, xs, a), state.h),
    }
    tape = unroll(RNN, params, xs, state).tape
    gradients = five(unroll_backward(RNN, params, tape, dhs, dstate))
    assert gradients.keys() == by.keys()
    for name, (f, x) in by.items():
        report = check_gradient(f, x, gradients[name])
        assert report.error < 1e-7 or abs(report.analytic - report.numeric) < 1e-8, (name, report)


@given(sizes, rngs)
def test_outputs_and_five_gradients_agree_with_torch(size: Sizes, rng: np.random.Generator) -> None:
    params, xs, state, dhs, dstate = problem(size, rng)
    leaves = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in {**params._asdict(), "xs": xs, "h0": state.h}.items()
    }
    module = torch.nn.RNN(size.D, size.H, dtype=torch.float64)
    output, h_n = torch.func.functional_call(
        module,
        {
            "weight_ih_l0": leaves["W_x"].T,
            "weight_hh_l0": leaves["W_h"].T,
            "bias_ih_l0": leaves["b"],
            "bias_hh_l0": torch.zeros(size.H, dtype=torch.float64),
        },
        (leaves["xs"], leaves["h0"][None]),
    )
    loss = (output * torch.tensor(dhs)).sum() + (h_n[0] * torch.tensor(dstate.h)).sum()
    loss.backward()

    out = unroll(RNN, params, xs, state)
    np.testing.assert_allclose(out.hs, output.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(out.state.h, h_n[0].detach().numpy(), rtol=0, atol=1e-10)
    for name, gradient in five(unroll_backward(RNN, params, out.tape, dhs, dstate)).items():
        theirs = leaves[name].grad
        assert theirs is not None
        np.testing.assert_allclose(gradient, theirs.numpy(), rtol=0, atol=1e-10, err_msg=name)


@given(sizes, rngs, st.data())
def test_a_sequence_in_two_pieces_is_the_whole(
    size: Sizes, rng: np.random.Generator, data: st.DataObject
) -> None:
    size = size._replace(T=size.T + 1)
    params, xs, state, dhs, dstate = problem(size, rng)
    whole = unroll(RNN, params, xs, state)
    gradients = unroll_backward(RNN, params, whole.tape, dhs, dstate)

    cut = data.draw(st.integers(1, size.T - 1))
    first = unroll(RNN, params, xs[:cut], state)
    second = unroll(RNN, params, xs[cut:], first.state)
    later = unroll_backward(RNN, params, second.tape, dhs[cut:], dstate)
    earlier = unroll_backward(RNN, params, first.tape, dhs[:cut], later.state)

    np.testing.assert_allclose(np.concatenate([first.hs, second.hs]), whole.hs, atol=1e-13)
    np.testing.assert_allclose(
        np.concatenate([earlier.xs, later.xs]), gradients.xs, rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(earlier.state.h, gradients.state.h, rtol=0, atol=1e-12)
    for a, b, both in zip(earlier.params, later.params, gradients.params, strict=True):
        np.testing.assert_allclose(a + b, both, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_survives_and_nothing_given_is_changed(dtype: Any) -> None:
    params, xs, state, dhs, dstate = problem(Sizes(4, 2, 3, 5), np.random.default_rng(1), dtype)
    for array in (*params, xs, state.h, dhs, dstate.h):
        array.setflags(write=False)
    out = unroll(RNN, params, xs, state)
    gradients = unroll_backward(RNN, params, out.tape, dhs, dstate)
    assert {a.dtype for a in (out.hs, out.state.h, *five(gradients).values())} == {np.dtype(dtype)}


def test_the_initial_and_the_final_gradient_default_to_zero() -> None:
    params, xs, state, dhs, _ = problem(Sizes(3, 2, 1, 2), np.random.default_rng(2))
    zeros = RNNState(np.zeros_like(state.h))
    out: Unrolled[Any, Any] = unroll(RNN, params, xs)
    np.testing.assert_array_equal(out.hs, unroll(RNN, params, xs, zeros).hs)
    short = five(unroll_backward(RNN, params, out.tape, dhs))
    for name, gradient in five(unroll_backward(RNN, params, out.tape, dhs, zeros)).items():
        np.testing.assert_array_equal(short[name], gradient)


def test_wrong_shapes_are_named() -> None:
    params, xs, state, dhs, dstate = problem(Sizes(3, 2, 1, 4), np.random.default_rng(3))
    with pytest.raises(ValueError, match=r"state.h: expected \(2, 4\), got \(1, 4\)"):
        unroll(RNN, params, xs, RNNState(state.h[:1]))
    tape = unroll(RNN, params, xs, state).tape
    with pytest.raises(ValueError, match=r"dhs: expected \(3, 2, 4\), got \(2, 2, 4\)"):
        unroll_backward(RNN, params, tape, dhs[1:])
    with pytest.raises(ValueError, match=r"dstate.h: expected \(2, 4\), got \(4,\)"):
        unroll_backward(RNN, params, tape, dhs, RNNState(dstate.h[0]))
