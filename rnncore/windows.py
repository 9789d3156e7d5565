"""Cutting a series into examples."""

from typing import NamedTuple

import numpy as np

from rnncore._shapes import Array


class Windows(NamedTuple):
    """Examples cut from a series, side by side on the batch axis."""

    inputs: Array
    """Shape (num_steps, N, D)."""
    targets: Array
    """The values that follow each window, shape (N, D)."""


class Forecasts(NamedTuple):
    """Examples whose targets are several values, side by side on the batch axis."""

    inputs: Array
    """Shape (num_steps, N, D)."""
    targets: Array
    """The ``horizon`` values that follow each window, shape (horizon, N, D)."""


def sliding_windows(series: Array, num_steps: int) -> Windows:
    """Cut every window of ``num_steps`` values and the value that follows it.

    The windows overlap: one starts at every position. 10, 20, 30, 40, 50 with three
    steps gives 10, 20, 30 → 40 and 20, 30, 40 → 50.

    Args:
        series: Values in order of time, shape (S,) for one feature or (S, D).
        num_steps: Length of a window, at least 1.

    Returns:
        Inputs (num_steps, N, D) and targets (N, D), copied, where N = S − num_steps.

    Raises:
        ValueError: ``num_steps`` is below 1, or the series is not longer than a window.
    """
    inputs, targets = forecast_windows(series, num_steps, 1)
    return Windows(inputs, targets[0])


def forecast_windows(series: Array, num_steps: int, horizon: int) -> Forecasts:
    """Cut every window of ``num_steps`` values and the ``horizon`` values that follow it.

    The windows overlap: one starts at every position. 1, 2, 3, 4, 5 with two steps
    and a horizon of two gives 1, 2 → 3, 4 and 2, 3 → 4, 5.

    Args:
        series: Values in order of time, shape (S,) for one feature or (S, D).
        num_steps: Length of a window, at least 1.
        horizon: Values to forecast, at least 1.

    Returns:
        Inputs (num_steps, N, D) and targets (horizon, N, D), copied, where
        N = S − num_steps − horizon + 1.

    Raises:
        ValueError: a length is below 1, or the series is shorter than one window and its targets.
    """
    if series.ndim not in (1, 2):
        raise ValueError(f"series: expected (S,) or (S, D), got {series.shape}")
    for name, length in (("num_steps", num_steps), ("horizon", horizon)):
        if length < 1:
            raise ValueError(f"{name}: expected at least 1, got {length}")
    if len(series) < num_steps + horizon:
        raise ValueError(
            f"series: expected at least num_steps + horizon = {num_steps} + {horizon} values, "
            f"got {len(series)}"
        )
    rows = series.reshape(len(series), -1)
    views = np.lib.stride_tricks.sliding_window_view(rows, num_steps + horizon, axis=0)  # (N, D, T)
    both = views.transpose(2, 0, 1)
    return Forecasts(both[:num_steps].copy(), both[num_steps:].copy())
