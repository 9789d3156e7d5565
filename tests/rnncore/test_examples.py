"""Windows in the order and the size in which a model takes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from rnncore import (
    SeriesExamples,
    forecast_examples,
    shuffled_examples,
    stream_batches,
    token_examples,
)
from tests.rnncore.strategies import lengths, rngs


def test_windows_of_a_text_keep_their_order() -> None:
    batches = stream_batches(np.arange(25), 2, 3)
    windows = token_examples(batches)
    assert len(windows) == len(batches.inputs)
    for w, (inputs, targets, mask) in enumerate(windows):
        assert_array_equal(inputs, batches.inputs[w])
        assert_array_equal(targets, inputs + 1)
        assert mask.shape == inputs.shape
        assert mask.all()


@given(st.integers(1, 9), lengths, rngs)
def test_every_window_is_dealt_once(num_windows: int, T: int, rng: np.random.Generator) -> None:
    batch_size = int(rng.integers(1, num_windows + 1))
    inputs, targets = rng.normal(size=(2, T, num_windows, 1))
    examples = SeriesExamples(inputs, targets, np.ones((T, num_windows), bool))
    batches = shuffled_examples(rng, examples, batch_size)
    assert [b.mask.shape[1] for b in batches[:-1]] == [batch_size] * (len(batches) - 1)
    for k in range(2):
        dealt = np.concatenate([batch[k] for batch in batches], axis=1)
        order = np.argsort(dealt[0, :, 0])
        assert_array_equal(dealt[:, order], examples[k][:, np.argsort(examples[k][0, :, 0])])
    series = forecast_examples(np.arange(num_windows + 2.0), 2, 1)
    for batch in shuffled_examples(rng, series, batch_size):
        assert_array_equal(batch.targets, batch.inputs + 1)  # a window keeps its own targets


def test_a_wrong_batch_size_is_named() -> None:
    examples = forecast_examples(np.arange(5.0), 2, 1)
    with pytest.raises(ValueError, match=r"batch_size: expected 1 to 3 \(the windows\), got 4"):
        shuffled_examples(np.random.default_rng(0), examples, 4)
