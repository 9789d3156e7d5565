"""Losses against torch and finite differences, with masks and without."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from rnncore import (
    check_gradient,
    masked_cross_entropy_mean,
    masked_cross_entropy_sum,
    masked_squared_error_mean,
    masked_squared_error_sum,
    nats_to_bits,
    softmax_cross_entropy_mean,
    softmax_cross_entropy_sum,
    squared_error_mean,
    squared_error_sum,
)
from rnncore._shapes import Array
from tests.rnncore.strategies import lengths, rngs

REDUCTIONS = ("sum", "mean")
SQUARED = {"sum": squared_error_sum, "mean": squared_error_mean}
ENTROPY = {"sum": softmax_cross_entropy_sum, "mean": softmax_cross_entropy_mean}
MASKED_SQUARED = {"sum": masked_squared_error_sum, "mean": masked_squared_error_mean}
MASKED_ENTROPY = {"sum": masked_cross_entropy_sum, "mean": masked_cross_entropy_mean}

cases = (lengths, lengths, lengths, rngs)
reductions = st.sampled_from(REDUCTIONS)


def draw_mask(rng: np.random.Generator, T: int, B: int) -> NDArray[np.bool_]:
    mask = rng.random((T, B)) < 0.5
    mask[rng.integers(T), rng.integers(B)] = True
    return mask


def agrees(
    ours: tuple[float, Array], inputs: Array, loss: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    """Check a loss and its gradient against torch's own."""
    x = torch.tensor(inputs, requires_grad=True)
    value = loss(x)
    (gradient,) = torch.autograd.grad(value, [x])
    assert_allclose(ours[0], value.item(), rtol=1e-10)
    assert_allclose(ours[1], gradient.numpy(), rtol=1e-10, atol=1e-12)


@given(*cases, reductions)
def test_squared_error_equals_torch(
    T: int, B: int, D: int, rng: np.random.Generator, reduction: str
) -> None:
    y_hat, y = rng.normal(size=(2, T, B, D))
    target = torch.tensor(y)
    agrees(
        SQUARED[reduction](y_hat, y),
        y_hat,
        lambda x: torch.nn.functional.mse_loss(x, target, reduction=reduction),
    )


@given(*cases, reductions)
def test_cross_entropy_equals_torch(
    T: int, B: int, V: int, rng: np.random.Generator, reduction: str
) -> None:
    logits, targets = 5 * rng.normal(size=(T, B, V)), rng.integers(V, size=(T, B))
    agrees(
        ENTROPY[reduction](logits, targets),
        logits,
        lambda x: torch.nn.functional.cross_entropy(
            x.reshape(-1, V), torch.tensor(targets).reshape(-1), reduction=reduction
        ),
    )


@given(*cases, reductions)
def test_masked_cross_entropy_equals_torch_with_ignore_index(
    T: int, B: int, V: int, rng: np.random.Generator, reduction: str
) -> None:
    logits, targets = 5 * rng.normal(size=(T, B, V)), rng.integers(V, size=(T, B))
    mask = draw_mask(rng, T, B)
    targets[~mask] = -100
    agrees(
        MASKED_ENTROPY[reduction](logits, targets, mask),
        logits,
        lambda x: torch.nn.functional.cross_entropy(
            x.reshape(-1, V), torch.tensor(targets).reshape(-1), reduction=reduction
        ),
    )


@given(*cases, reductions)
def test_masked_squared_error_equals_torch_on_the_valid_entries(
    T: int, B: int, D: int, rng: np.random.Generator, reduction: str
) -> None:
    y_hat, y = rng.normal(size=(2, T, B, D))
    mask = draw_mask(rng, T, B)
    valid = torch.tensor(mask)
    agrees(
        MASKED_SQUARED[reduction](y_hat, y, mask),
        y_hat,
        lambda x: torch.nn.functional.mse_loss(
            x[valid], torch.tensor(y[mask]), reduction=reduction
        ),
    )


@given(*cases, reductions)
def test_padding_contributes_exactly_nothing(
    T: int, B: int, V: int, rng: np.random.Generator, reduction: str
) -> None:
    """Not even a number that is none, and not in the last bit."""
    logits, y = rng.normal(size=(2, T, B, V))
    targets, mask = rng.integers(V, size=(T, B)), draw_mask(rng, T, B)
    spoiled = np.where(mask[..., np.newaxis], logits, np.nan)
    for loss, clean, dirty in (
        (MASKED_ENTROPY[reduction], targets, np.where(mask, targets, -1)),
        (MASKED_SQUARED[reduction], y, np.where(mask[..., np.newaxis], y, np.inf)),
    ):
        run: Any = loss
        value, gradient = run(logits, clean, mask)
        value_spoiled, gradient_spoiled = run(spoiled, dirty, mask)
        assert value == value_spoiled
        assert_array_equal(gradient, gradient_spoiled)
        assert not gradient[~mask].any()


@given(*cases)
def test_masked_gradients_agree_with_finite_differences(
    T: int, B: int, V: int, rng: np.random.Generator
) -> None:
    logits, y = rng.normal(size=(2, T, B, V))
    targets, mask = rng.integers(V, size=(T, B)), draw_mask(rng, T, B)
    entropy = masked_cross_entropy_mean(logits, targets, mask)[1]
    squares = masked_squared_error_mean(logits, y, mask)[1]
    checks = [
        check_gradient(lambda x: masked_cross_entropy_mean(x, targets, mask)[0], logits, entropy),
        check_gradient(lambda x: masked_squared_error_mean(x, y, mask)[0], logits, squares),
    ]
    assert all(c.error < 1e-7 or abs(c.analytic - c.numeric) < 1e-8 for c in checks), checks


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_full_mask_changes_nothing(reduction: str) -> None:
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(4, 3, 5)), rng.integers(5, size=(4, 3))
    masked = MASKED_ENTROPY[reduction](logits, targets, np.ones((4, 3), bool))
    plain = ENTROPY[reduction](logits, targets)
    assert_allclose(masked[0], plain[0], rtol=1e-14)
    assert_allclose(masked[1], plain[1], rtol=1e-14)


def test_huge_logits_do_not_overflow() -> None:
    loss, gradient = softmax_cross_entropy_sum(np.array([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4
    assert_array_equal(gradient, [[1, -1]])


def test_a_fair_coin_costs_one_bit() -> None:
    loss, _ = softmax_cross_entropy_mean(np.zeros((7, 2)), np.zeros(7, int))
    assert math.isclose(nats_to_bits(loss), 1)


def test_dtype_is_kept() -> None:
    logits = np.ones((2, 1, 3), np.float32)
    mask, targets = np.ones((2, 1), bool), np.zeros((2, 1), int)
    assert masked_cross_entropy_mean(logits, targets, mask)[1].dtype == np.float32
    assert masked_squared_error_mean(logits, logits, mask)[1].dtype == np.float32
    assert softmax_cross_entropy_mean(logits, targets)[1].dtype == np.float32
    assert squared_error_mean(logits, logits)[1].dtype == np.float32


def test_wrong_arguments_are_named() -> None:
    logits, targets, mask = np.zeros((2, 1, 3)), np.zeros((2, 1), int), np.ones((2, 1), bool)
    none_valid = r"mask: expected at least one valid position, got none in \(2, 1\)"
    with pytest.raises(ValueError, match=none_valid):
        masked_cross_entropy_sum(logits, targets, ~mask)
    with pytest.raises(ValueError, match=none_valid):
        masked_squared_error_mean(logits, logits, ~mask)
    with pytest.raises(TypeError, match="mask: expected booleans, got float64"):
        masked_cross_entropy_sum(logits, targets, np.ones((2, 1)))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValueError, match=r"mask: expected \(2, 1\), got \(1, 2\)"):
        masked_squared_error_sum(logits, logits, mask.T)
    with pytest.raises(ValueError, match=r"targets: expected \(2, 1\), got \(1, 2\)"):
        masked_cross_entropy_sum(logits, targets.T, mask)
    with pytest.raises(ValueError, match=r"targets: expected integers in \[0, 3\), got 0 to 3"):
        masked_cross_entropy_sum(logits, np.array([[0], [3]]), mask)
    with pytest.raises(ValueError, match=r"targets: expected \(2, 1, 3\), got \(2, 1\)"):
        squared_error_sum(logits, np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"targets: expected \(2, 1\), got \(2,\)"):
        softmax_cross_entropy_sum(logits, np.zeros(2, int))
    with pytest.raises(TypeError, match="targets: expected integers, got float64"):
        softmax_cross_entropy_sum(logits, np.zeros((2, 1)))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ValueError, match=r"logits: expected \(…, V\), got \(\)"):
        softmax_cross_entropy_sum(np.array(1.0), np.array(0))
