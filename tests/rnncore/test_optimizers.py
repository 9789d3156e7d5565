"""Optimizers against torch's, ten updates, on nested parameters."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import (
    RNN,
    Linear,
    Optimizer,
    RNNParams,
    adam,
    init_bidirectional,
    momentum,
    sgd,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore._trees import arrays, map_arrays
from tests.rnncore.strategies import lengths, rngs

Model = tuple[RNNParams, tuple[Linear, ...]]
TorchOptimizer = Callable[[Iterable[torch.Tensor]], torch.optim.Optimizer]

PAIRS: dict[str, tuple[Optimizer, TorchOptimizer]] = {
    "sgd": (sgd(0.3), lambda ps: torch.optim.SGD(ps, lr=0.3)),
    "momentum": (momentum(0.1, 0.8), lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.8)),
    "adam": (adam(0.05, (0.7, 0.95)), lambda ps: torch.optim.Adam(ps, lr=0.05, betas=(0.7, 0.95))),
}


def draw_model(rng: np.random.Generator, D: int, H: int) -> Model:
    cell = RNNParams(rng.normal(size=(D, H)), rng.normal(size=(H, H)), rng.normal(size=H))
    heads = (Linear(rng.normal(size=(H, D)), rng.normal(size=D)), Linear(*rng.normal(size=(2, 1))))
    return cell, heads


@given(st.sampled_from(sorted(PAIRS)), lengths, lengths, rngs)
def test_ten_updates_equal_torch(name: str, D: int, H: int, rng: np.random.Generator) -> None:
    ours, theirs = PAIRS[name]
    params = draw_model(rng, D, H)
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays(params)]
    optimizer, state = theirs(tensors), ours.init(params)
    for _ in range(10):
        gradients = draw_model(rng, D, H)
        params, state = ours.update(params, gradients, state)
        for tensor, gradient in zip(tensors, arrays(gradients), strict=True):
            tensor.grad = torch.tensor(gradient)
        optimizer.step()
    for array, tensor in zip(arrays(params), tensors, strict=True):
        assert_allclose(array, tensor.detach().numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", PAIRS)
def test_layers_of_a_stack_are_parameters_like_any_other(name: str) -> None:
    rng = np.random.default_rng(0)
    params = init_bidirectional(RNN, rng, 2, 3, 2)
    run = unroll_stack(RNN, params, rng.normal(size=(4, 2, 2)))
    gradients = unroll_stack_backward(RNN, params, run.tapes, np.ones_like(run.hs)).params
    optimizer = PAIRS[name][0]
    after, _ = optimizer.update(params, gradients, optimizer.init(params))
    moved = [np.abs(a - b).max() for a, b in zip(arrays(after), arrays(params), strict=True)]
    assert len(moved) == 3 * 2 * 2
    assert min(moved) > 0


@pytest.mark.parametrize("name", PAIRS)
def test_inputs_stay_and_dtype_and_form_are_kept(name: str) -> None:
    optimizer = PAIRS[name][0]
    drawn = draw_model(np.random.default_rng(0), 2, 3)
    params = map_arrays(lambda p: p.astype(np.float32), "params", drawn)
    before = [array.copy() for array in arrays(params)]
    state = optimizer.init(params)
    once = optimizer.update(params, params, state)
    again = optimizer.update(params, params, state)
    for array, copy in zip(arrays(params), before, strict=True):
        assert_array_equal(array, copy)
    for a, b in zip(arrays(once[0]), arrays(again[0]), strict=True):
        assert_array_equal(a, b)
        assert a.dtype == np.float32
    assert isinstance(once[0][0], RNNParams)
    assert isinstance(once[0][1][0], Linear)


@pytest.mark.parametrize("name", PAIRS)
def test_gradients_of_another_form_are_named(name: str) -> None:
    optimizer = PAIRS[name][0]
    params = draw_model(np.random.default_rng(0), 2, 3)
    state = optimizer.init(params)
    cell, heads = params
    with pytest.raises(ValueError, match=r"gradients\[0\]: expected RNNParams, got Linear"):
        optimizer.update(params, (heads[0], heads), state)
    with pytest.raises(ValueError, match=r"gradients\[0\]\.W_x: expected \(2, 3\), got \(3, 2\)"):
        optimizer.update(params, (cell._replace(W_x=cell.W_x.T), heads), state)
    with pytest.raises(ValueError, match=r"gradients\[1\]: expected tuple of 2, got tuple of 1"):
        optimizer.update(params, (cell, heads[:1]), state)
    with pytest.raises(TypeError, match=r"params: expected an array or a tuple, got list"):
        optimizer.update([1.0], [1.0], ()) if name == "sgd" else optimizer.init([1.0])


def test_wrong_settings_are_named() -> None:
    with pytest.raises(ValueError, match="learning_rate: expected a positive number, got 0"):
        sgd(0)
    with pytest.raises(ValueError, match=r"decay: expected a number in \[0, 1\), got 1"):
        momentum(0.1, 1)
    with pytest.raises(ValueError, match=r"betas: expected a number in \[0, 1\), got -0.1"):
        adam(betas=(0.9, -0.1))
    with pytest.raises(ValueError, match="eps: expected a positive number, got 0"):
        adam(eps=0)
