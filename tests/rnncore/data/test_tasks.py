"""Tasks: what they ask for, recomputed another way, and their baselines."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import masked_cross_entropy_mean, masked_squared_error_mean
from rnncore.data import adding_problem, copy_baseline, copy_task, delayed_recall
from rnncore.data.tasks import BLANK, COPY_LENGTH, NUM_SYMBOLS, RECALL
from tests.rnncore.strategies import lengths, rngs


@given(st.integers(0, 5), lengths, lengths, rngs)
def test_recall_asks_for_the_delayed_input(
    delay: int, more: int, B: int, rng: np.random.Generator
) -> None:
    T = delay + more
    inputs, targets, mask = delayed_recall(rng, T, B, delay)
    assert inputs.shape == targets.shape == (T, B, 1)
    assert set(np.unique(inputs)) <= {-1, 1}
    for t in range(T):
        assert mask[t].all() == mask[t].any() == (t >= delay)
        if t >= delay:
            assert_array_equal(targets[t], inputs[t - delay])
    assert masked_squared_error_mean(np.zeros_like(targets), targets, mask)[0] == 1


@given(st.integers(2, 9), lengths, rngs)
def test_adding_marks_one_number_in_each_half(T: int, B: int, rng: np.random.Generator) -> None:
    inputs, targets, mask = adding_problem(rng, T, B)
    assert inputs.shape == (T, B, 2)
    marks = inputs[..., 1]
    assert_array_equal(marks[: T // 2].sum(axis=0), 1)
    assert_array_equal(marks[T // 2 :].sum(axis=0), 1)
    for b in range(B):
        numbers = [inputs[t, b, 0] for t in range(T) if marks[t, b] == 1]
        assert_allclose(targets[-1, b, 0], sum(numbers))
    assert mask.sum() == B
    assert mask[-1].all()


def test_adding_costs_a_sixth_without_memory() -> None:
    _, targets, mask = adding_problem(np.random.default_rng(0), 4, 20000)
    assert_allclose(
        masked_squared_error_mean(np.ones_like(targets), targets, mask)[0], 1 / 6, rtol=0.03
    )


@given(lengths, lengths, rngs)
def test_copy_asks_for_the_ten_symbols(blanks: int, B: int, rng: np.random.Generator) -> None:
    inputs, targets, mask = copy_task(rng, blanks, B)
    assert inputs.shape == targets.shape == mask.shape == (blanks + 20, B)
    assert_array_equal(targets[-COPY_LENGTH:], inputs[:COPY_LENGTH])
    assert inputs[:COPY_LENGTH].max() < NUM_SYMBOLS
    assert (targets[:-COPY_LENGTH] == BLANK).all()
    assert_array_equal(np.argwhere(inputs == RECALL)[:, 0], [blanks + COPY_LENGTH - 1] * B)
    assert (inputs == BLANK).sum() == B * (blanks - 1 + COPY_LENGTH)


def test_the_copy_baseline_is_what_guessing_costs() -> None:
    blanks = 7
    _, targets, mask = copy_task(np.random.default_rng(0), blanks, 3)
    logits = np.full((*targets.shape, NUM_SYMBOLS + 2), -1e3)
    logits[:-COPY_LENGTH, :, BLANK] = 0
    logits[-COPY_LENGTH:, :, :NUM_SYMBOLS] = 0
    loss, _ = masked_cross_entropy_mean(logits, targets, mask)
    assert math.isclose(loss, copy_baseline(blanks))
    assert math.isclose(copy_baseline(blanks), 10 * math.log(8) / (blanks + 20))


def test_the_same_seed_gives_the_same_data_and_dtype_is_kept() -> None:
    pairs = (
        [delayed_recall(np.random.default_rng(3), 5, 2, 1, np.float32) for _ in range(2)],
        [adding_problem(np.random.default_rng(3), 5, 2, np.float32) for _ in range(2)],
    )
    for one, two in pairs:
        assert_array_equal(one.inputs, two.inputs)
        assert one.inputs.dtype == one.targets.dtype == np.float32


def test_wrong_sizes_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="delay: expected at least 0, got -1"):
        delayed_recall(rng, 5, 1, -1)
    with pytest.raises(ValueError, match="num_steps: expected at least 4, got 3"):
        delayed_recall(rng, 3, 1, 3)
    with pytest.raises(ValueError, match="num_steps: expected at least 2, got 1"):
        adding_problem(rng, 1, 1)
    with pytest.raises(ValueError, match="blanks: expected at least 1, got 0"):
        copy_task(rng, 0, 1)
    no_batch = "batch_size: expected at least 1, got 0"
    with pytest.raises(ValueError, match=no_batch):
        delayed_recall(rng, 5, 0, 1)
    with pytest.raises(ValueError, match=no_batch):
        adding_problem(rng, 5, 0)
    with pytest.raises(ValueError, match=no_batch):
        copy_task(rng, 5, 0)
