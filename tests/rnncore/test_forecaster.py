"""The forecaster: scale, windows, gradients, and that it learns."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import (
    RNN,
    SeriesExamples,
    adam,
    denormalise,
    fit,
    fit_scale,
    forecast,
    forecast_examples,
    forecaster_loss,
    init_forecaster,
    normalise,
    seasonal_naive_forecast,
)
from rnncore.data import delayed_recall, toy_series
from tests.rnncore.strategies import Sizes, lengths, rngs, sizes
from tests.rnncore.test_language_model import check_every_gradient


@settings(max_examples=15)
@given(sizes, lengths, rngs)
def test_gradients_agree_with_finite_differences(
    size: Sizes, num_outputs: int, rng: np.random.Generator
) -> None:
    T, B, D, H = size
    params = init_forecaster(rng, RNN, D, H, num_outputs)
    mask = rng.random((T, B)) < 0.7
    mask[0, 0] = True
    examples = SeriesExamples(
        rng.normal(size=(T, B, D)), rng.normal(size=(T, B, num_outputs)), mask
    )
    found = forecaster_loss(RNN, params, examples)
    check_every_gradient(lambda p: forecaster_loss(RNN, p, examples).loss, params, found.gradients)


def test_the_target_comes_horizon_steps_later() -> None:
    examples = forecast_examples(toy_series(), 3, 2)
    assert_array_equal(examples.inputs[:, 0, 0], [10, 20, 30])
    assert_array_equal(examples.targets[:, 0, 0], [30, 40, 50])
    assert_array_equal(examples.inputs[:, -1, 0], [50, 60, 70])
    assert_array_equal(examples.targets[:, -1, 0], [70, 80, 90])
    assert examples.inputs.shape == examples.targets.shape == (3, 5, 1)
    assert examples.mask.all()


@given(sizes, rngs)
def test_denormalise_undoes_normalise(size: Sizes, rng: np.random.Generator) -> None:
    series = 7 + 3 * rng.normal(size=(size.T, size.D))
    scale = fit_scale(series)
    small = normalise(scale, series)
    assert_allclose(denormalise(scale, small), series, atol=1e-12)
    assert_allclose(small.mean(axis=0), 0, atol=1e-12)
    assert np.all(small.std(axis=0) < 1 + 1e-9)


def test_a_constant_feature_is_not_divided_by_zero() -> None:
    scale = fit_scale(np.full((4, 1), 5.0, np.float32))
    assert_array_equal(scale.deviation, [1])
    assert scale.deviation.dtype == scale.mean.dtype == np.float32


def test_the_toy_series_is_learnt_and_forecast_in_its_own_units() -> None:
    series = toy_series(np.float32)
    scale = fit_scale(series)
    examples = forecast_examples(normalise(scale, series), 3, 1)
    params = init_forecaster(np.random.default_rng(0), RNN, 1, 4, 1, np.float32)
    fitted = fit(partial(forecaster_loss, RNN), params, [examples], adam(0.02), epochs=600)
    assert fitted.log.loss[-1] < 0.01 * fitted.log.loss[0]
    following = forecast(RNN, fitted.params, scale, series[3:6], 1)
    assert following.dtype == np.float32
    assert_allclose(following, [[70]], atol=3)


def test_recall_over_one_step_is_learnt() -> None:
    rng = np.random.default_rng(1)
    windows = [delayed_recall(rng, 12, 16, 1) for _ in range(250)]
    params = init_forecaster(rng, RNN, 1, 8, 1)
    fitted = fit(partial(forecaster_loss, RNN, reach=2), params, windows, adam(0.01), max_norm=1)
    assert fitted.log.loss[-10:].max() < 0.05  # 1 without learning


def test_naive_forecasts_repeat_the_season_and_the_last_value() -> None:
    history = np.arange(6.0)[:, np.newaxis]
    assert_array_equal(seasonal_naive_forecast(history, 5, 3)[:, 0], [3, 4, 5, 3, 4])
    assert_array_equal(seasonal_naive_forecast(history, 2, 1)[:, 0], [5, 5])


def test_wrong_arguments_are_named() -> None:
    series = toy_series()
    with pytest.raises(ValueError, match=r"num_steps \+ horizon = 8 \+ 2 values, got 9"):
        forecast_examples(series, 8, 2)
    with pytest.raises(ValueError, match="horizon: expected 1 to num_steps = 3, got 4"):
        forecast_examples(series, 3, 4)
    with pytest.raises(ValueError, match=r"series: expected \(S, D\), got \(9,\)"):
        fit_scale(series[:, 0])
    with pytest.raises(ValueError, match=r"horizon: expected at least 1, got 0"):
        seasonal_naive_forecast(series, 0, 1)
    with pytest.raises(ValueError, match=r"season: expected 1 to 9 \(the history\), got 12"):
        seasonal_naive_forecast(series, 1, 12)
    params = init_forecaster(np.random.default_rng(0), RNN, 1, 2, 1)
    with pytest.raises(ValueError, match=r"horizon: expected 1 to 9 \(the history\), got 10"):
        forecast(RNN, params, fit_scale(series), series, 10)
    with pytest.raises(ValueError, match=r"history: expected \(S, 1\), got \(9, 2\)"):
        forecast(RNN, params, fit_scale(series), np.zeros((9, 2)), 1)
