"""From tokens to numbers: an embedding, or one number per possible token."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnncore._shapes import Array, expect_shape, expect_tokens


class Embedding(NamedTuple):
    """Parameters of an embedding, and equally their gradient."""

    W: Array
    """One row per token, shape (V, D)."""


def init_embedding(
    rng: np.random.Generator, num_tokens: int, size: int, dtype: DTypeLike = np.float64
) -> Embedding:
    """Draw every number from the standard normal distribution, as ``torch.nn.Embedding`` does.

    Args:
        rng: Source of randomness.
        num_tokens: V, how many tokens there are.
        size: D, numbers per token.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        W (V, D).
    """
    return Embedding(rng.standard_normal((num_tokens, size)).astype(dtype))


def embedding(params: Embedding, tokens: NDArray[np.integer[Any]]) -> Array:
    """Look up the row of every token: what ``one_hot(tokens) @ W`` gives, without the product.

    Args:
        params: W (V, D).
        tokens: Integers in [0, V), any shape (…).

    Returns:
        The rows, shape (…, D).

    Raises:
        ValueError: a token outside [0, V).
        TypeError: ``tokens`` are not integers.
    """
    expect_tokens("tokens", tokens, len(params.W))
    rows: Array = params.W[tokens]
    return rows


def embedding_backward(params: Embedding, tokens: NDArray[np.integer[Any]], dy: Array) -> Embedding:
    """Backward pass of :func:`embedding`.

    Args:
        params: W (V, D).
        tokens: Tokens of the forward pass, shape (…).
        dy: Gradient by the rows, shape (…, D).

    Returns:
        Gradient by W: each token's row is the sum over all places where the token stands,
        zero for a token that stands nowhere. A token is no real number and has no gradient.

    Raises:
        ValueError: ``dy`` has a wrong shape, or a token outside [0, V).
        TypeError: ``tokens`` are not integers.
    """
    expect_tokens("tokens", tokens, len(params.W))
    size = params.W.shape[1]
    expect_shape("dy", dy, *tokens.shape, size)
    dW = np.zeros_like(params.W)
    np.add.at(dW, tokens.reshape(-1), dy.reshape(-1, size))  # += would count a repeat once
    return Embedding(dW)


def one_hot(
    tokens: NDArray[np.integer[Any]], num_tokens: int, dtype: DTypeLike = np.float64
) -> Array:
    """Write every token as V numbers, 1 at the token's place and 0 elsewhere.

    Args:
        tokens: Integers in [0, V), any shape (…).
        num_tokens: V, how many tokens there are.
        dtype: ``float32`` or ``float64``.

    Returns:
        Shape (…, V). There is nothing to learn here, so there is no backward pass.

    Raises:
        ValueError: a token outside [0, V).
        TypeError: ``tokens`` are not integers.
    """
    expect_tokens("tokens", tokens, num_tokens)
    rows: Array = np.eye(num_tokens, dtype=dtype)[tokens]
    return rows
