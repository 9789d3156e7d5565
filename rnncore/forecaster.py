"""Forecasting a series: normalise, cut windows, train, look ahead, and what must be beaten."""

from typing import Generic, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array, expect_shape
from rnncore.cell import C, Cell, P, S
from rnncore.examples import SeriesExamples
from rnncore.linear import Linear, init_linear, linear, linear_backward
from rnncore.losses import masked_squared_error_mean
from rnncore.sequence import unroll
from rnncore.training import WindowLoss, backward_within
from rnncore.windows import forecast_windows


class Scale(NamedTuple):
    """What makes a series' numbers small: (x − mean) / deviation, feature by feature."""

    mean: Array
    """Shape (D,)."""
    deviation: Array
    """Standard deviation, 1 for a feature that never changes; shape (D,)."""


class Forecaster(NamedTuple, Generic[P]):
    """Parameters of a cell with a linear readout, and equally their gradients."""

    cell: P
    """From D inputs to H hidden numbers."""
    readout: Linear
    """From H hidden numbers to O predictions."""


def fit_scale(series: Array) -> Scale:
    """Measure mean and standard deviation. Use the training part only, never what comes after.

    Args:
        series: Values in order of time, shape (S, D).

    Returns:
        The scale.

    Raises:
        ValueError: ``series`` is not (S, D) with S and D at least 1.
    """
    expect_shape("series", series, "S", "D")
    deviation = series.std(axis=0)
    return Scale(series.mean(axis=0), np.where(deviation > 0, deviation, 1).astype(series.dtype))


def normalise(scale: Scale, values: Array) -> Array:
    """Bring values (…, D) to the scale of the network, in which ``series`` has deviation 1."""
    return (values - scale.mean) / scale.deviation


def denormalise(scale: Scale, values: Array) -> Array:
    """Bring values (…, D) back to their own units: the inverse of :func:`normalise`."""
    return values * scale.deviation + scale.mean


def forecast_examples(series: Array, num_steps: int, horizon: int) -> SeriesExamples:
    """Cut every window of ``num_steps`` values; the target of each value comes ``horizon`` later.

    With a horizon of 12 months, the outputs at the last 12 steps are the year that follows the
    window.

    Args:
        series: Values in order of time, normalised, shape (S,) or (S, D).
        num_steps: T, length of a window, at least ``horizon``.
        horizon: Steps to look ahead, at least 1.

    Returns:
        Inputs and targets (T, N, D), N = S − T − horizon + 1 windows side by side.

    Raises:
        ValueError: the series is too short, or a length is out of range.
    """
    if not 1 <= horizon <= num_steps:
        raise ValueError(f"horizon: expected 1 to num_steps = {num_steps}, got {horizon}")
    inputs, following = forecast_windows(series, num_steps, horizon)
    targets = np.concatenate([inputs, following])[horizon:]
    return SeriesExamples(inputs, targets, np.ones(inputs.shape[:2], bool))


def init_forecaster(
    rng: np.random.Generator,
    cell: Cell[P, S, C],
    input_size: int,
    hidden_size: int,
    output_size: int,
    dtype: DTypeLike = np.float64,
) -> Forecaster[P]:
    """Draw the parameters of both parts.

    Args:
        rng: Source of randomness.
        cell: The cell, such as ``GRU``.
        input_size: D, features per step.
        hidden_size: H, numbers in the hidden state.
        output_size: O, numbers predicted per step.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        The parameters.
    """
    return Forecaster(
        cell.init(rng, input_size, hidden_size, dtype),
        init_linear(rng, hidden_size, output_size, dtype),
    )


def forecaster_loss(
    cell: Cell[P, S, C],
    params: Forecaster[P],
    examples: SeriesExamples,
    state: S | None = None,
    reach: int | None = None,
) -> WindowLoss[Forecaster[P], S]:
    """Loss of separate windows and its gradient; ``partial(forecaster_loss, cell)`` is for ``fit``.

    Args:
        cell: The cell to run.
        params: Parameters of the model.
        examples: Inputs (T, B, D), targets (T, B, O) and mask (T, B).
        state: State before the window; all zeros when left out.
        reach: Steps that the gradient of one step's loss goes back, at least 1; to the
            window's beginning when left out.

    Returns:
        Mean squared error over the valid entries and its gradients. The state is None: the
        examples begin anew, nothing is carried on.

    Raises:
        ValueError: a shape is wrong, no position is valid, or ``reach`` is below 1.
    """
    inputs, targets, mask = examples
    hs, _, tape = unroll(cell, params.cell, inputs, state)
    predictions = linear(params.readout, hs)
    loss, dpredictions = masked_squared_error_mean(predictions, targets, mask)
    dreadout, dhs = linear_backward(params.readout, hs, dpredictions)
    dcell = backward_within(cell, params.cell, tape, dhs, reach)
    return WindowLoss(loss, Forecaster(dcell.params, dreadout), None, int(mask.sum()))


def forecast(
    cell: Cell[P, S, C], params: Forecaster[P], scale: Scale, history: Array, horizon: int
) -> Array:
    """Predict the ``horizon`` values that follow a series.

    Args:
        cell: The cell to run.
        params: Parameters, trained on :func:`forecast_examples` with the same horizon.
        scale: Scale of the training series.
        history: What is known, in its own units, shape (S, D); as long as a training window
            is best, since the network has seen no other length.
        horizon: Steps to look ahead, 1 to S.

    Returns:
        Shape (horizon, D), in the units of the series.

    Raises:
        ValueError: ``history`` has a wrong shape or is shorter than the horizon.
    """
    expect_shape("history", history, "S", len(scale.mean))
    if not 1 <= horizon <= len(history):
        raise ValueError(f"horizon: expected 1 to {len(history)} (the history), got {horizon}")
    hs = unroll(cell, params.cell, normalise(scale, history)[:, np.newaxis]).hs
    return denormalise(scale, linear(params.readout, hs[-horizon:, 0]))


def seasonal_naive_forecast(history: Array, horizon: int, season: int) -> Array:
    """Repeat the last season: what any forecast must beat (Hyndman & Athanasopoulos, 2021, 5.2).

    Args:
        history: What is known, shape (S, D).
        horizon: Steps to look ahead, at least 1.
        season: Length of a season, 1 to S; with 1 it is the last value over and over.

    Returns:
        Shape (horizon, D).

    Raises:
        ValueError: a length is out of range.
    """
    expect_shape("history", history, "S", "D")
    if horizon < 1:
        raise ValueError(f"horizon: expected at least 1, got {horizon}")
    if not 1 <= season <= len(history):
        raise ValueError(f"season: expected 1 to {len(history)} (the history), got {season}")
    return history[-season:][np.arange(horizon) % season]
