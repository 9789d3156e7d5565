"""Clipping against torch's."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import Linear, clip_by_global_norm, clip_by_value, global_norm
from rnncore._trees import arrays
from tests.rnncore.strategies import lengths, rngs

limits = st.floats(1e-3, 1e3)


def nested(rng: np.random.Generator, I: int, O: int) -> tuple[Linear, Linear]:  # noqa: E741  # as in Linear
    return (
        Linear(rng.normal(size=(I, O)), rng.normal(size=O)),
        Linear(rng.normal(size=(O, I)), rng.normal(size=I)),
    )


@given(lengths, lengths, rngs, limits)
def test_by_global_norm_equals_torch(
    size_in: int, size_out: int, rng: np.random.Generator, max_norm: float
) -> None:
    gradients = nested(rng, size_in, size_out)
    tensors = [torch.zeros(a.shape, dtype=torch.float64) for a in arrays(gradients)]
    for tensor, gradient in zip(tensors, arrays(gradients), strict=True):
        tensor.grad = torch.tensor(gradient)
    norm = torch.nn.utils.clip_grad_norm_(tensors, max_norm)

    clipped = clip_by_global_norm(gradients, max_norm)
    assert_allclose(clipped.norm, norm.item(), rtol=1e-12)
    for ours, tensor in zip(arrays(clipped.gradients), tensors, strict=True):
        assert tensor.grad is not None
        assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10)
    assert global_norm(clipped.gradients) <= max_norm * (1 + 1e-12)


@given(lengths, lengths, rngs, limits)
def test_by_value_equals_torch(
    size_in: int, size_out: int, rng: np.random.Generator, max_value: float
) -> None:
    gradients = nested(rng, size_in, size_out)
    tensors = [torch.zeros(a.shape, dtype=torch.float64) for a in arrays(gradients)]
    for tensor, gradient in zip(tensors, arrays(gradients), strict=True):
        tensor.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_value_(tensors, max_value)
    for ours, tensor in zip(arrays(clip_by_value(gradients, max_value)), tensors, strict=True):
        assert tensor.grad is not None
        assert_array_equal(ours, tensor.grad.numpy())


def test_the_direction_stays_by_norm_and_turns_by_value() -> None:
    gradient = Linear(np.array([[30.0, 4.0]]), np.array([0.0]))
    by_norm = clip_by_global_norm(gradient, 5).gradients.W
    by_value = clip_by_value(gradient, 5).W
    assert_allclose(by_norm[0, 1] / by_norm[0, 0], 4 / 30)
    assert_array_equal(by_value, [[5, 4]])


def test_short_and_zero_gradients_stay_and_float32_stays_float32() -> None:
    short = Linear(np.full((1, 1), 0.1, np.float32), np.zeros(1, np.float32))
    zero = Linear(np.zeros((1, 1)), np.zeros(1))
    assert_array_equal(clip_by_global_norm(short, 1).gradients.W, short.W)
    assert clip_by_global_norm(short, 1e-2).gradients.W.dtype == np.float32
    assert clip_by_value(short, 1e-2).W.dtype == np.float32
    assert clip_by_global_norm(zero, 1).norm == 0


def test_wrong_arguments_are_named() -> None:
    gradient = Linear(np.array([[np.inf]]), np.zeros(1))
    with pytest.raises(FloatingPointError, match="gradients: expected finite numbers, got a norm"):
        clip_by_global_norm(gradient, 1)
    with pytest.raises(ValueError, match="max_norm: expected a positive number, got 0"):
        clip_by_global_norm(gradient, 0)
    with pytest.raises(ValueError, match="max_value: expected a positive number, got -1"):
        clip_by_value(gradient, -1)
