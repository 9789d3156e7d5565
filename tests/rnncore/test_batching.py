"""Streams, shuffled windows and padding."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore import (
    last_valid,
    pad_sequences,
    shuffled_batches,
    stream_batches,
)
from tests.rnncore.strategies import lengths, rngs

sizes = st.tuples(lengths, lengths, st.integers(1, 4), st.integers(0, 30))
"""batch_size, num_steps, windows, and tokens too many."""


def text(batch_size: int, num_steps: int, num_windows: int, surplus: int) -> Any:
    """A text that fills so many windows and leaves a ragged tail; every token is its place."""
    per_window = batch_size * num_steps
    return np.arange(per_window * num_windows + 1 + surplus % per_window)


def test_streams_of_the_documented_case() -> None:
    inputs, targets = stream_batches(np.arange(13), batch_size=2, num_steps=3)
    np.testing.assert_array_equal(inputs[0].T, [[0, 1, 2], [6, 7, 8]])
    np.testing.assert_array_equal(inputs[1].T, [[3, 4, 5], [9, 10, 11]])
    np.testing.assert_array_equal(targets, inputs + 1)


@given(size=sizes)
def test_every_row_goes_on_where_it_ended(size: tuple[int, int, int, int]) -> None:
    batch_size, num_steps, num_windows, _ = size
    tokens = text(*size)
    inputs, targets = stream_batches(tokens, batch_size, num_steps)
    assert inputs.shape == targets.shape == (num_windows, num_steps, batch_size)
    streams = inputs.transpose(2, 0, 1).reshape(batch_size, -1)
    assert (np.diff(streams) == 1).all()
    np.testing.assert_array_equal(streams.ravel(), tokens[: streams.size])
    np.testing.assert_array_equal(targets, inputs + 1)
    assert inputs.flags.c_contiguous
    assert not np.shares_memory(inputs, tokens)
    assert not np.shares_memory(targets, tokens)


@given(size=sizes)
def test_no_further_window_would_have_fitted(size: tuple[int, int, int, int]) -> None:
    tokens = text(*size)
    used = stream_batches(tokens, size[0], size[1]).inputs.size
    assert 1 <= len(tokens) - used <= size[0] * size[1]


@given(size=sizes, rng=rngs)
def test_shuffled_windows_are_the_same_ones_in_another_order(
    size: tuple[int, int, int, int], rng: np.random.Generator
) -> None:
    tokens = text(*size)
    streams = stream_batches(tokens, size[0], size[1])
    shuffled = shuffled_batches(rng, tokens, size[0], size[1])
    assert shuffled.inputs.shape == streams.inputs.shape
    np.testing.assert_array_equal(shuffled.targets, shuffled.inputs + 1)
    assert (np.diff(shuffled.inputs, axis=1) == 1).all()
    np.testing.assert_array_equal(
        np.sort(shuffled.inputs[:, 0].ravel()), np.sort(streams.inputs[:, 0].ravel())
    )


def test_shuffling_breaks_the_streams_and_depends_only_on_the_generator() -> None:
    tokens = np.arange(201)
    one = shuffled_batches(np.random.default_rng(1), tokens, 4, 5)
    same = shuffled_batches(np.random.default_rng(1), tokens, 4, 5)
    np.testing.assert_array_equal(one.inputs, same.inputs)
    goes_on = one.inputs[1:, 0] == one.inputs[:-1, -1] + 1
    assert goes_on.mean() < 0.5


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_tokens_keep_their_dtype(dtype: Any) -> None:
    tokens = np.arange(20).astype(dtype)
    tokens.setflags(write=False)
    assert stream_batches(tokens, 3, 2).inputs.dtype == dtype
    assert shuffled_batches(np.random.default_rng(1), tokens, 3, 2).targets.dtype == dtype


@pytest.mark.parametrize(
    ("tokens", "batch_size", "num_steps", "error", "message"),
    [
        (
            [],
            1,
            1,
            ValueError,
            r"tokens: expected at least batch_size · num_steps \+ 1 = 1 · 1 \+ 1 = 2, got 0",
        ),
        (range(12), 4, 3, ValueError, r"4 · 3 \+ 1 = 13, got 12"),
        (range(3), 8, 1, ValueError, r"8 · 1 \+ 1 = 9, got 3"),
        (range(9), 0, 3, ValueError, "batch_size: expected at least 1, got 0"),
        (range(9), 2, 0, ValueError, "num_steps: expected at least 1, got 0"),
        ([[1, 2], [3, 4]], 1, 1, ValueError, r"tokens: expected \(N,\), got \(2, 2\)"),
        ([0.5, 1.5], 1, 1, TypeError, "tokens: expected integers, got float64"),
    ],
)
def test_what_is_wrong_with_a_text_is_named(
    tokens: Any, batch_size: int, num_steps: int, error: type[Exception], message: str
) -> None:
    array = np.array(tokens) if len(tokens) else np.array([], np.int64)
    with pytest.raises(error, match=message):
        stream_batches(array, batch_size, num_steps)
    with pytest.raises(error, match=message):
        shuffled_batches(np.random.default_rng(0), array, batch_size, num_steps)


padded = st.tuples(st.lists(lengths, min_size=1, max_size=4), lengths, rngs)


@given(case=padded)
def test_padding_puts_every_sequence_into_its_row(case: Any) -> None:
    steps, D, rng = case
    sequences = [rng.normal(size=(length, D)) for length in steps]
    xs, mask, found = pad_sequences(sequences)
    assert xs.shape == (max(steps), len(steps), D)
    np.testing.assert_array_equal(found, steps)
    np.testing.assert_array_equal(mask.sum(axis=0), steps)
    for b, sequence in enumerate(sequences):
        np.testing.assert_array_equal(xs[mask[:, b], b], sequence)
        assert mask[: len(sequence), b].all()
        assert not xs[len(sequence) :, b].any()


@given(case=padded)
def test_the_last_valid_row_is_the_last_of_its_sequence(case: Any) -> None:
    steps, D, rng = case
    sequences = [rng.normal(size=(length, D)) for length in steps]
    xs, _, found = pad_sequences(sequences)
    np.testing.assert_array_equal(last_valid(xs, found), [s[-1] for s in sequences])


def test_padding_keeps_float32() -> None:
    assert pad_sequences([np.ones((2, 1), np.float32)]).xs.dtype == np.float32


def test_what_is_wrong_with_sequences_is_named() -> None:
    one = np.ones((2, 3))
    with pytest.raises(ValueError, match="sequences: expected at least one, got none"):
        pad_sequences([])
    with pytest.raises(ValueError, match=r"sequences\[1\]: expected \(T, 3\), got \(0, 3\)"):
        pad_sequences([one, one[:0]])
    with pytest.raises(ValueError, match=r"sequences\[1\]: expected \(T, 3\), got \(2, 2\)"):
        pad_sequences([one, one[:, 1:]])
    with pytest.raises(ValueError, match=r"sequences\[0\]: expected \(T, D\), got \(3,\)"):
        pad_sequences([one[0]])
    with pytest.raises(ValueError, match=r"sequences\[1\]: expected float64, got float32"):
        pad_sequences([one, one.astype(np.float32)])
    xs, _, found = pad_sequences([one, one[1:]])
    with pytest.raises(ValueError, match=r"lengths: expected \(2,\), got \(1,\)"):
        last_valid(xs, found[:1])
    with pytest.raises(ValueError, match="lengths: expected 1 to 2 steps, got 0 to 1"):
        last_valid(xs, found - 1)
    with pytest.raises(ValueError, match="lengths: expected 1 to 2 steps, got 2 to 3"):
        last_valid(xs, found + 1)
    with pytest.raises(ValueError, match=r"hs: expected \(T, B, H\), got \(2, 3\)"):
        last_valid(xs[0], found)
