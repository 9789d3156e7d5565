"""Tokens to numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import Embedding, embedding, embedding_backward, init_embedding, one_hot
from tests.rnncore.strategies import lengths, rngs

shapes = st.lists(lengths, max_size=3).map(tuple)


@given(shapes, lengths, lengths, rngs)
def test_equals_torch_and_the_product_with_one_hot(
    shape: tuple[int, ...], num_tokens: int, size: int, rng: np.random.Generator
) -> None:
    params = init_embedding(rng, num_tokens, size)
    tokens = rng.integers(num_tokens, size=shape)
    dy = rng.normal(size=(*shape, size))
    y, gradient = embedding(params, tokens), embedding_backward(params, tokens, dy)

    W = torch.tensor(params.W, requires_grad=True)
    theirs = torch.nn.functional.embedding(torch.tensor(tokens), W)
    (dW,) = torch.autograd.grad(theirs, [W], [torch.tensor(dy)])
    assert_array_equal(y, theirs.detach().numpy())
    assert_allclose(gradient.W, dW.numpy(), atol=1e-12)

    hot = one_hot(tokens, num_tokens)
    assert_array_equal(y, hot @ params.W)
    rows = hot.reshape(-1, num_tokens)
    assert_allclose(gradient.W, rows.T @ dy.reshape(-1, size), atol=1e-12)


def test_dtype_is_kept() -> None:
    params = init_embedding(np.random.default_rng(0), 3, 2, np.float32)
    tokens = np.array([0, 2, 2])
    y = embedding(params, tokens)
    assert y.dtype == embedding_backward(params, tokens, y).W.dtype == np.float32
    assert one_hot(tokens, 3, np.float32).dtype == np.float32


def test_wrong_tokens_are_named() -> None:
    params = Embedding(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"tokens: expected integers in \[0, 3\), got -1 to 1"):
        embedding(params, np.array([1, -1]))
    with pytest.raises(ValueError, match=r"tokens: expected integers in \[0, 3\), got 0 to 3"):
        one_hot(np.array([0, 3]), 3)
    with pytest.raises(TypeError, match="tokens: expected integers, got float64"):
        embedding(params, np.array([1.0]))
    with pytest.raises(ValueError, match=r"dy: expected \(2, 2\), got \(2, 3\)"):
        embedding_backward(params, np.array([1, 2]), np.zeros((2, 3)))
