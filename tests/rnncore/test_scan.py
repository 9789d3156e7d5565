"""The linear recurrence: scan equals loop, forward and backward, real and complex."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncore import (
    linear_recurrence_backward,
    linear_recurrence_loop,
    linear_recurrence_scan,
    numeric_gradient,
)
from rnncore.scan import Complex
from tests.laws.cells import assert_close
from tests.rnncore.strategies import rngs

Draw = Callable[..., Any]
both = pytest.mark.parametrize("forward", [linear_recurrence_loop, linear_recurrence_scan])
lengths = st.integers(1, 40)
shapes = st.sampled_from([(), (1,), (3,), (2, 4)])


def recurrence(
    rng: np.random.Generator, T: int, shape: tuple[int, ...], dtype: Any = np.float64
) -> tuple[Any, Any, Any, Any]:
    """Factors, summands, initial state and upstream gradients; some factors are zero."""

    def draw(*size: int) -> Any:
        real = rng.normal(size=size)
        if np.issubdtype(dtype, np.complexfloating):
            return np.asarray(real + 1j * rng.normal(size=size), dtype)
        return np.asarray(real, dtype)

    a = draw(T, *shape) * (rng.random((T, *shape)) < 0.8)
    return a.astype(dtype), draw(T, *shape), draw(*shape), draw(T, *shape)


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@given(T=lengths, shape=shapes, rng=rngs)
def test_the_scan_is_the_loop(
    dtype: Any, T: int, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    a, b, h0, _ = recurrence(rng, T, shape, dtype)
    loop = linear_recurrence_loop(a, b, h0)
    h = h0
    for t in range(T):
        h = a[t] * h + b[t]
        assert_close(loop[t], h, 1e-12)
    scale = np.abs(loop).max()  # factors above 1 let the states grow
    assert_close(linear_recurrence_scan(a, b, h0) / scale, loop / scale, 1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@given(T=lengths, shape=shapes, rng=rngs)
def test_the_backward_pass_agrees_with_torch(
    dtype: Any, T: int, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    a, b, h0, dhs = recurrence(rng, T, shape, dtype)
    leaves = [torch.tensor(array, requires_grad=True) for array in (a, b, h0)]
    h, loss = leaves[2], torch.zeros((), dtype=torch.float64)
    for t in range(T):
        h = leaves[0][t] * h + leaves[1][t]
        upstream = torch.tensor(dhs[t])
        loss = (
            loss + (h * upstream.conj()).real.sum()
            if h.is_complex()
            else loss + (h * upstream).sum()
        )
    loss.backward()
    found = linear_recurrence_backward(a, linear_recurrence_loop(a, b, h0), h0, dhs)
    for ours, leaf in zip(found, leaves, strict=True):
        theirs = leaf.grad.numpy()
        scale = 1 + np.abs(theirs).max()
        assert_close(ours / scale, theirs / scale, 1e-10)


@given(T=st.integers(1, 6), rng=rngs)
def test_the_backward_pass_agrees_with_finite_differences(T: int, rng: np.random.Generator) -> None:
    a, b, h0, dhs = recurrence(rng, T, (2,))
    found = linear_recurrence_backward(a, linear_recurrence_scan(a, b, h0), h0, dhs)

    def loss(a: Any, b: Any, h0: Any) -> float:
        return float((linear_recurrence_scan(a, b, h0) * dhs).sum())

    assert_close(found.a, numeric_gradient(lambda x: loss(x, b, h0), a), 1e-6)
    assert_close(found.b, numeric_gradient(lambda x: loss(a, x, h0), b), 1e-6)
    assert_close(found.h0, numeric_gradient(lambda x: loss(a, b, x), h0), 1e-6)


def test_a_long_memory_stays_accurate() -> None:
    """A hundred thousand steps with |a| ≤ 1: relative to the states, both stay at rounding."""
    rng = np.random.default_rng(1)
    T = 100_000
    a = rng.uniform(0.999, 1, (T, 2))
    b, h0 = rng.normal(size=(T, 2)), rng.normal(size=2)
    loop = linear_recurrence_loop(a, b, h0)
    assert np.abs(linear_recurrence_scan(a, b, h0) - loop).max() < 1e-11 * np.abs(loop).max()


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
@pytest.mark.parametrize("T", [1, 2, 7])
def test_dtype_survives_and_nothing_given_is_changed(forward: Draw, dtype: Any, T: int) -> None:
    a, b, h0, dhs = recurrence(np.random.default_rng(2), T, (3,), dtype)
    for array in (a, b, h0, dhs):
        array.setflags(write=False)
    hs = forward(a, b, h0)
    found = linear_recurrence_backward(a, hs, h0, dhs)
    assert {array.dtype for array in (hs, *found)} == {np.dtype(dtype)}
    assert not any(
        np.shares_memory(out, given) for out in (hs, *found) for given in (a, b, h0, dhs)
    )


@both
def test_wrong_shapes_are_named(forward: Draw) -> None:
    a: Complex
    a, b, h0, dhs = recurrence(np.random.default_rng(3), 4, (2,))
    with pytest.raises(ValueError, match=r"a: expected \(4, 2\), got \(3, 2\)"):
        forward(a[1:], b, h0)
    with pytest.raises(ValueError, match=r"h0: expected \(2,\), got \(1, 2\)"):
        forward(a, b, h0[np.newaxis])
    with pytest.raises(
        ValueError, match=r"b: expected \(T, …\) with at least one step, got \(0, 2\)"
    ):
        forward(a[:0], b[:0], h0)
    with pytest.raises(ValueError, match=r"dhs: expected \(4, 2\), got \(2, 2\)"):
        linear_recurrence_backward(a, b, h0, dhs[2:])
