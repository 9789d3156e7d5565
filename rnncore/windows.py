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
    if series.ndim not in (1, 2):
        raise ValueError(f"series: expected (S,) or (S, D), got {series.shape}")
    if num_steps < 1:
        raise ValueError(f"num_steps: expected at least 1, got {num_steps}")
    if len(series) <= num_steps:
        raise ValueError(
            f"series: expected more than num_steps = {num_steps} values, got {len(series)}"
        )
    rows = series.reshape(len(series), -1)
    views = np.lib.stride_tricks.sliding_window_view(rows[:-1], num_steps, axis=0)  # (N, D, T)
    return Windows(np.ascontiguousarray(views.transpose(2, 0, 1)), rows[num_steps:].copy())
