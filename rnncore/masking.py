"""A cell that stands still at padding."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array
from rnncore._trees import map_arrays
from rnncore.cell import C, Cell, P, S


class MaskedCache(NamedTuple, Generic[C]):
    """What one step of a masked cell leaves for the backward pass."""

    cache: C
    """What the cell itself left."""
    valid: NDArray[np.bool_]
    """Rows of the batch in which the step is a true one, shape (B, 1)."""


def masked(cell: Cell[P, S, C], mask: NDArray[np.bool_]) -> Cell[P, S, MaskedCache[C]]:
    """Make a cell that keeps its state, and lets gradients pass unchanged, where there is padding.

    So the last state of a padded batch is every sequence's own last state. Padding may also stand
    in front, as a backward direction meets it: the true steps then begin with the initial state.
    The cell runs in :func:`rnncore.unroll` like any other; the outputs at padding repeat the state.

    Args:
        cell: Any cell.
        mask: True at the steps that belong to a sequence, shape (T, B), as
            :func:`rnncore.pad_sequences` makes it.

    Returns:
        A cell of the same parameters and states, for inputs (T, B, D) of this T and B.

    Raises:
        ValueError: when run on inputs of another T or B than the mask's.
    """

    def project(params: P, xs: Array) -> Array:
        if xs.shape[:2] != mask.shape:
            raise ValueError(f"mask: expected {xs.shape[:2]}, got {mask.shape}")
        zs = cell.project(params, xs)
        return np.concatenate([zs, mask[..., np.newaxis].astype(zs.dtype)], axis=2)

    def step(params: P, z: Array, state: S) -> tuple[S, MaskedCache[C]]:
        valid = z[:, -1:] > 0  # the mask travels as the last column of z
        moved, cache = cell.step(params, z[:, :-1], state)
        return _choose(valid, moved, state), MaskedCache(cache, valid)

    def step_backward(params: P, dstate: S, cache: MaskedCache[C]) -> tuple[Array, S]:
        inner, valid = cache
        through_step = map_arrays(lambda d: np.where(valid, d, 0), "dstate", dstate)
        dz, dstate_prev = cell.step_backward(params, through_step, inner)
        dz = np.concatenate([dz, np.zeros_like(dz[:, :1])], axis=1)
        return dz, _choose(valid, dstate_prev, dstate)

    def project_backward(
        params: P, xs: Array, caches: Sequence[MaskedCache[C]], dzs: Array
    ) -> tuple[P, Array]:
        inner = [cache.cache for cache in caches]
        return cell.project_backward(params, xs, inner, dzs[..., :-1])

    return Cell(cell.init, cell.zero_state, project, step, step_backward, project_backward)


def _choose(valid: NDArray[np.bool_], there: S, elsewhere: S) -> S:
    def pick(a: Array, b: Array) -> Any:
        return np.where(valid, a, b)

    return map_arrays(pick, "state", there, ("state", elsewhere))
