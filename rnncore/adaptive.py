"""Choosing how far a gradient must reach from how fast it decays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncore._shapes import Array, expect_shape
from rnncore._trees import arrays
from rnncore.cell import C, Cell, P, S
from rnncore.sequence import Tape


class Decay(NamedTuple):
    """Size of a loss's gradient by the states before it, for every lag."""

    norms: Array
    """Entry k is the mean of |∂L_t/∂s_{t−k}| over losses and batch rows, shape (lags,)."""
    sums: Array
    """Entry k is the length of the mean of ∂L_t/∂s_t + … + ∂L_t/∂s_{t−k}, shape (lags,)."""


class AdaptiveReach(NamedTuple):
    """Result of :func:`adaptive_reach`."""

    reach: int
    """Steps that a loss must reach, its own included."""
    rate: float
    """β, the factor per lag by which the gradient decays at least."""
    bounds: Array
    """Entry K − 1 bounds the relative bias of a reach of K, shape (lags,); infinite where nothing
    is known."""


def gradient_decay(
    cell: Cell[P, S, C], params: P, tape: Tape[C], dhs: Array, num_lags: int
) -> Decay:
    """Measure how the gradient of a loss decays with the lag.

    Args:
        cell: The cell that was run.
        params: Its parameters.
        tape: Tape of the forward pass.
        dhs: ∂L_t/∂h_t for every step, shape (T, B, H).
        num_lags: Lags to measure, 0 among them, 1 to T. Losses with fewer steps before them are
            left out.

    Returns:
        Means over the T − num_lags + 1 losses left and the batch.

    Raises:
        ValueError: ``dhs`` has a wrong shape, or ``num_lags`` is out of range.
    """
    T, B, _ = tape.xs.shape
    expect_shape("dhs", dhs, T, *cell.zero_state(params, B).h.shape)
    if not 1 <= num_lags <= T:
        raise ValueError(f"num_lags: expected 1 to {T}, got {num_lags}")
    first = num_lags - 1
    rows = dhs[first:].reshape(-1, dhs.shape[-1])
    dstate: Any = cell.zero_state(params, len(rows))._replace(h=rows)
    norms, sums, total = [], [], np.zeros(1)
    for lag in range(num_lags):
        all_fields = np.concatenate(list(arrays(dstate)), axis=1)
        total = total + all_fields.mean(axis=0)
        norms.append(np.linalg.norm(all_fields, axis=1).mean())
        sums.append(np.linalg.norm(total))
        cache = _below_each_other(tape.caches[first - lag : T - lag])
        dstate = cell.step_backward(params, dstate, cache)[1]
    return Decay(np.array(norms), np.array(sums))


def adaptive_reach(decay: Decay, tolerance: float, start: int = 0) -> AdaptiveReach:
    """Choose the shortest reach whose relative bias stays within a tolerance.

    From lag ``start`` on the gradient is taken to decay by at least a factor β per lag, also
    beyond the lags that were measured. Then what a reach of K leaves out is at most a geometric
    series (Aicher, Foti & Fox, 2020). The factor from a state to the weights is taken to be the
    same at all lags.

    Args:
        decay: As :func:`gradient_decay` measures it, at least start + 2 lags.
        tolerance: Largest relative bias, positive.
        start: Lag τ from which on the decay is geometric.

    Returns:
        The reach, β, and the bound for every reach. Where the gradient does not decay, or no reach
        is within the tolerance, the reach is the number of lags.

    Raises:
        ValueError: too few lags, or ``tolerance`` is not positive.
    """
    norms, sums = decay
    if not 0 <= start <= len(norms) - 2:
        raise ValueError(f"start: expected 0 to {len(norms) - 2}, got {start}")
    if not tolerance > 0:
        raise ValueError(f"tolerance: expected a positive number, got {tolerance}")
    lags = np.arange(1, len(norms) - start)
    rate = float(np.max((norms[start + 1 :] / norms[start]) ** (1 / lags)))
    if rate >= 1:
        return AdaptiveReach(len(norms), rate, np.full(len(norms), np.inf))
    reaches = np.arange(1, len(norms) + 1)
    left_out = norms[start] * rate ** np.maximum(reaches - start, 0) / (1 - rate)
    early = [norms[K:start].sum() for K in reaches]  # before the decay sets in
    left_out = left_out + np.array(early)
    at_least = float(np.max(sums - left_out))  # of the length of the whole gradient
    bounds = left_out / at_least if at_least > 0 else np.full(len(norms), np.inf)
    within = np.flatnonzero(bounds <= tolerance)
    return AdaptiveReach(int(within[0]) + 1 if within.size else len(norms), rate, bounds)


def _below_each_other(caches: Sequence[C]) -> C:
    """Caches of several steps as one, all rows of the batch below each other."""
    steps: Any = caches
    together: C = type(steps[0])(*(np.concatenate(field) for field in zip(*steps, strict=True)))
    return together
