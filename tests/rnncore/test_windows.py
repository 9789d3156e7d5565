"""Windows over a series."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore import forecast_windows, sliding_windows
from tests.rnncore.strategies import lengths, rngs


def test_the_articles_series() -> None:
    inputs, targets = sliding_windows(np.arange(10.0, 100, 10), 3)
    np.testing.assert_array_equal(inputs[:, 0, 0], [10, 20, 30])
    assert targets[0, 0] == 40
    np.testing.assert_array_equal(inputs[:, -1, 0], [60, 70, 80])
    assert targets[-1, 0] == 90


@given(num_steps=lengths, horizon=lengths, more=st.integers(0, 5), D=lengths, rng=rngs)
def test_every_position_gives_a_window_and_what_follows_it(
    num_steps: int, horizon: int, more: int, D: int, rng: np.random.Generator
) -> None:
    series = rng.normal(size=(num_steps + horizon + more, D))
    inputs, targets = forecast_windows(series, num_steps, horizon)
    assert inputs.shape == (num_steps, more + 1, D)
    assert targets.shape == (horizon, more + 1, D)
    for n in range(more + 1):
        np.testing.assert_array_equal(inputs[:, n], series[n : n + num_steps])
        np.testing.assert_array_equal(targets[:, n], series[n + num_steps :][:horizon])
    one_ahead = sliding_windows(series, num_steps)
    np.testing.assert_array_equal(one_ahead.inputs[:, : more + 1], inputs)
    np.testing.assert_array_equal(one_ahead.targets[: more + 1], targets[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_are_copies_in_the_dtype_of_the_series(dtype: Any) -> None:
    series = np.arange(6, dtype=dtype)
    series.setflags(write=False)
    for windows in (sliding_windows(series, 2), forecast_windows(series, 2, 3)):
        for array in windows:
            assert array.dtype == dtype
            assert array.flags.c_contiguous
            assert array.flags.writeable
            assert not np.shares_memory(array, series)


def test_what_is_wrong_is_named() -> None:
    series = np.arange(4.0)
    with pytest.raises(ValueError, match=r"series: expected \(S,\) or \(S, D\), got \(1, 1, 4\)"):
        sliding_windows(series.reshape(1, 1, 4), 2)
    with pytest.raises(ValueError, match="num_steps: expected at least 1, got 0"):
        sliding_windows(series, 0)
    with pytest.raises(ValueError, match="horizon: expected at least 1, got 0"):
        forecast_windows(series, 2, 0)
    with pytest.raises(ValueError, match=r"num_steps \+ horizon = 4 \+ 1 values, got 4"):
        sliding_windows(series, 4)
    with pytest.raises(ValueError, match=r"num_steps \+ horizon = 2 \+ 1 values, got 0"):
        sliding_windows(series[:0], 2)
