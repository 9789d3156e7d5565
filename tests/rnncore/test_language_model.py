"""The language model: gradients, learning, bits and sampling."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import (
    RNN,
    LanguageModel,
    RNNState,
    TokenExamples,
    adam,
    bits_per_token,
    check_gradient,
    decode,
    encode,
    fit,
    init_language_model,
    language_model_loss,
    sample,
    stream_batches,
    token_examples,
    vocabulary,
)
from rnncore._shapes import Array
from rnncore._trees import arrays, map_arrays
from rnncore.data import pronoun_agreement
from tests.rnncore.strategies import lengths, rngs


def replace_array(tree: Any, number: int, new: Array) -> Any:
    """Put another array in the place of one of a tree's."""
    news = iter([new if i == number else a for i, a in enumerate(arrays(tree))])
    return map_arrays(lambda _: next(news), "tree", tree)


def check_every_gradient(loss: Callable[[Any], float], params: Any, gradients: Any) -> None:
    """Compare the gradient by every array of a model with finite differences."""
    for i, (array, gradient) in enumerate(zip(arrays(params), arrays(gradients), strict=True)):

        def loss_of_array(x: Array, i: int = i) -> float:
            return loss(replace_array(params, i, x))

        report = check_gradient(loss_of_array, array, gradient)
        assert report.error < 1e-6 or abs(report.analytic - report.numeric) < 1e-8, report


@settings(max_examples=15)
@given(lengths, lengths, st.integers(2, 4), lengths, lengths, rngs)
def test_gradients_agree_with_finite_differences(
    T: int, B: int, V: int, D: int, H: int, rng: np.random.Generator
) -> None:
    params = init_language_model(rng, RNN, V, D, H)
    mask = rng.random((T, B)) < 0.7
    mask[0, 0] = True
    inputs, targets = rng.integers(V, size=(2, T, B))
    examples, state = TokenExamples(inputs, targets, mask), RNNState(rng.normal(size=(B, H)))
    found = language_model_loss(RNN, params, examples, state)
    assert found.num_tokens == mask.sum()
    check_every_gradient(
        lambda p: language_model_loss(RNN, p, examples, state).loss, params, found.gradients
    )


PATTERN = "abcabd" * 40


def trained() -> tuple[str, LanguageModel[Any], list[TokenExamples]]:
    """Learn a text whose next character needs a memory of three."""
    characters = vocabulary(PATTERN)
    windows = token_examples(stream_batches(encode(characters, PATTERN), 2, 12))
    params = init_language_model(np.random.default_rng(0), RNN, len(characters), 4, 16, np.float32)
    fitted = fit(partial(language_model_loss, RNN), params, windows, adam(0.02), epochs=30)
    return characters, fitted.params, list(windows)


def test_it_learns_a_pattern_and_goes_on_with_it() -> None:
    characters, params, windows = trained()
    assert bits_per_token(RNN, params, windows) < 0.1  # log2 4 = 2 without learning
    assert {a.dtype for a in arrays(params)} == {np.dtype(np.float32)}
    prompt = encode(characters, "abcab")
    drawn = sample(np.random.default_rng(0), RNN, params, prompt, 24, temperature=0.2)
    assert decode(characters, drawn) == "dabcab" * 4


def test_the_pronoun_agrees_after_training() -> None:
    rng = np.random.default_rng(0)
    sentences = [pronoun_agreement(rng, 4, 32) for _ in range(150)]
    params = init_language_model(rng, RNN, len(sentences[0].words), 8, 16)
    windows = [s.examples for s in sentences]

    def loss(
        params: LanguageModel[Any], examples: TokenExamples, _state: RNNState | None, reach: int
    ) -> Any:
        return language_model_loss(RNN, params, examples, None, reach)._replace(state=None)

    whole = fit(partial(loss, reach=4), params, windows, adam(0.01), max_norm=1)
    assert whole.log.loss[-10:].max() < 0.1  # ln 2 = 0.69 without memory


def test_bits_do_not_depend_on_how_the_text_is_cut() -> None:
    rng = np.random.default_rng(0)
    params = init_language_model(rng, RNN, 5, 3, 4)
    tokens = rng.integers(5, size=61)
    bits = [
        bits_per_token(RNN, params, token_examples(stream_batches(tokens, 2, num_steps)))
        for num_steps in (1, 5, 30)
    ]
    assert_allclose(bits, bits[0], rtol=1e-12)


def test_even_guessing_costs_the_logarithm_of_the_vocabulary() -> None:
    params = init_language_model(np.random.default_rng(0), RNN, 8, 2, 3)
    zero = map_arrays(np.zeros_like, "params", params)
    windows = token_examples(stream_batches(np.arange(8), 1, 7))
    assert_allclose(bits_per_token(RNN, zero, windows), 3)


def test_sampling_follows_the_softmax_at_any_temperature() -> None:
    params = init_language_model(np.random.default_rng(0), RNN, 3, 2, 2)
    zero = map_arrays(np.zeros_like, "params", params)
    logits = np.array([0.0, 1.0, 2.0])
    params = zero._replace(readout=zero.readout._replace(b=logits))
    for temperature in (0.5, 1.0, 4.0):
        rng = np.random.default_rng(1)
        drawn = sample(rng, RNN, params, np.array([0]), 4000, temperature)
        chances = np.exp(logits / temperature)
        share = np.bincount(drawn, minlength=3) / 4000
        assert_allclose(share, chances / chances.sum(), atol=0.03)


def test_the_same_seed_gives_the_same_sample_and_the_prompt_matters() -> None:
    params = init_language_model(np.random.default_rng(0), RNN, 6, 4, 8)
    params = params._replace(readout=params.readout._replace(W=20 * params.readout.W))
    first, again, other = (
        sample(np.random.default_rng(1), RNN, params, np.array(prompt), 30, 0.5)
        for prompt in ([1, 2], [1, 2], [2, 1])
    )
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_wrong_arguments_are_named() -> None:
    params = init_language_model(np.random.default_rng(0), RNN, 3, 2, 2)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="temperature: expected a positive number, got 0"):
        sample(rng, RNN, params, np.array([0]), 3, temperature=0)
    with pytest.raises(ValueError, match=r"prompt: expected \(N,\) with at least one token"):
        sample(rng, RNN, params, np.array([], int), 3)
    with pytest.raises(ValueError, match=r"tokens: expected integers in \[0, 3\), got 7 to 7"):
        sample(rng, RNN, params, np.array([7]), 3)
    with pytest.raises(ValueError, match="windows: expected at least one, got none"):
        bits_per_token(RNN, params, [])
