"""A language model: embedding, any cell, linear readout, softmax."""

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnncore.cell import C, Cell, P, S
from rnncore.embedding import Embedding, embedding, embedding_backward, init_embedding
from rnncore.examples import TokenExamples
from rnncore.linear import Linear, init_linear, linear, linear_backward
from rnncore.losses import masked_cross_entropy_mean, masked_cross_entropy_sum, nats_to_bits
from rnncore.sequence import unroll
from rnncore.training import WindowLoss, backward_within


class LanguageModel(NamedTuple, Generic[P]):
    """Parameters of a language model, and equally their gradients."""

    embedding: Embedding
    """From V tokens to D numbers."""
    cell: P
    """From D inputs to H hidden numbers."""
    readout: Linear
    """From H hidden numbers to V logits."""


def init_language_model(
    rng: np.random.Generator,
    cell: Cell[P, S, C],
    num_tokens: int,
    embedding_size: int,
    hidden_size: int,
    dtype: DTypeLike = np.float64,
) -> LanguageModel[P]:
    """Draw the parameters of all three parts.

    Args:
        rng: Source of randomness.
        cell: The cell, such as ``LSTM``.
        num_tokens: V, size of the vocabulary.
        embedding_size: D, numbers per token.
        hidden_size: H, numbers in the hidden state.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        The parameters.
    """
    return LanguageModel(
        init_embedding(rng, num_tokens, embedding_size, dtype),
        cell.init(rng, embedding_size, hidden_size, dtype),
        init_linear(rng, hidden_size, num_tokens, dtype),
    )


def language_model_loss(
    cell: Cell[P, S, C],
    params: LanguageModel[P],
    examples: TokenExamples,
    state: S | None = None,
    reach: int | None = None,
) -> WindowLoss[LanguageModel[P], S]:
    """Loss of a window and its gradient; ``partial(language_model_loss, cell)`` is for ``fit``.

    Args:
        cell: The cell to run.
        params: Parameters of the model.
        examples: Inputs, targets and mask, shape (T, B).
        state: State before the window; all zeros when left out.
        reach: Steps that the gradient of one step's loss goes back, at least 1; to the
            window's beginning when left out.

    Returns:
        Mean cross-entropy in nats per valid position, its gradients, the state after the window.

    Raises:
        ValueError: a shape or a token is wrong, no position is valid, or ``reach`` is below 1.
        TypeError: tokens are not integers.
    """
    inputs, targets, mask = examples
    xs = embedding(params.embedding, inputs)
    hs, state, tape = unroll(cell, params.cell, xs, state)
    logits = linear(params.readout, hs)
    loss, dlogits = masked_cross_entropy_mean(logits, targets, mask)
    dreadout, dhs = linear_backward(params.readout, hs, dlogits)
    dcell = backward_within(cell, params.cell, tape, dhs, reach)
    dembedding = embedding_backward(params.embedding, inputs, dcell.xs)
    gradients = LanguageModel(dembedding, dcell.params, dreadout)
    return WindowLoss(loss, gradients, state, int(mask.sum()))


def bits_per_token(
    cell: Cell[P, S, C], params: LanguageModel[P], windows: Iterable[TokenExamples]
) -> float:
    """Mean cross-entropy over all windows, the state carried from each to the next.

    Args:
        cell: The cell to run.
        params: Parameters of the model.
        windows: The text in order, as :func:`rnncore.token_examples` lists it.

    Returns:
        Bits per valid token; with characters as tokens, bits per character. Guessing evenly among
        V tokens costs log₂ V.

    Raises:
        ValueError: as :func:`language_model_loss`, or there is no window.
    """
    state: S | None = None
    nats, num_tokens = 0.0, 0
    for inputs, targets, mask in windows:
        hs, state, _ = unroll(cell, params.cell, embedding(params.embedding, inputs), state)
        nats += masked_cross_entropy_sum(linear(params.readout, hs), targets, mask)[0]
        num_tokens += int(mask.sum())
    if num_tokens == 0:
        raise ValueError("windows: expected at least one, got none")
    return nats_to_bits(nats / num_tokens)


def sample(
    rng: np.random.Generator,
    cell: Cell[P, S, C],
    params: LanguageModel[P],
    prompt: NDArray[np.integer[Any]],
    num_tokens: int,
    temperature: float = 1.0,
) -> NDArray[np.int64]:
    """Let the model go on from a prompt: each token drawn becomes the next input.

    Args:
        rng: Source of randomness.
        cell: The cell to run.
        params: Parameters of the model.
        prompt: Tokens to begin with, at least one, shape (N,).
        num_tokens: How many to draw.
        temperature: τ in softmax(logits / τ), positive: below 1 the likely tokens become
            likelier, above 1 all become more alike.

    Returns:
        The tokens drawn, without the prompt, shape (num_tokens,).

    Raises:
        ValueError: the prompt is empty or holds a wrong token, or ``temperature`` is not
            positive.
    """
    if not temperature > 0:
        raise ValueError(f"temperature: expected a positive number, got {temperature}")
    if prompt.ndim != 1 or not prompt.size:
        raise ValueError(f"prompt: expected (N,) with at least one token, got {prompt.shape}")
    drawn: list[int] = []
    heard, state = prompt, None
    for _ in range(num_tokens):
        xs = embedding(params.embedding, heard)[:, np.newaxis]
        hs, state, _ = unroll(cell, params.cell, xs, state)
        logits = linear(params.readout, hs[-1, 0]).astype(np.float64) / temperature
        chances = np.exp(logits - logits.max())
        drawn.append(int(rng.choice(len(chances), p=chances / chances.sum())))
        heard = np.array(drawn[-1:])
    return np.array(drawn, np.int64)
