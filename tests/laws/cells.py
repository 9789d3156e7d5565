"""Every cell of rnncore, and random problems for any of them."""

from typing import Any, NamedTuple

import numpy as np
import pytest

import rnncore
from rnncore import Cell, unroll, unroll_backward
from rnncore._shapes import Array
from rnncore._trees import arrays, map_arrays
from tests.rnncore.strategies import Sizes

AnyCell = Cell[Any, Any, Any]
CELLS: dict[str, AnyCell] = {
    name: value for name, value in vars(rnncore).items() if isinstance(value, Cell)
}
"""Found, not listed, so that a new cell is under the laws from its first day."""

every_cell = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


class Problem(NamedTuple):
    """All that a forward and a backward pass of a cell take."""

    params: Any
    xs: Array
    state: Any
    dhs: Array
    dstate: Any


def problem(
    cell: AnyCell, size: Sizes, rng: np.random.Generator, dtype: Any = np.float64
) -> Problem:
    """Random parameters and inputs, a state that is not zero, and gradients from all sides."""
    T, B, D, H = size
    params = cell.init(rng, D, H, dtype)
    zero = cell.zero_state(params, B)

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(dtype)

    def random_state() -> Any:
        return map_arrays(lambda field: draw(*field.shape), "state", zero)

    return Problem(params, draw(T, B, D), random_state(), draw(T, *zero.h.shape), random_state())


def gradients(cell: AnyCell, p: Problem) -> Any:
    tape = unroll(cell, p.params, p.xs, p.state).tape
    return unroll_backward(cell, p.params, tape, p.dhs, p.dstate)


def rows(tree: Any, which: Any) -> Any:
    """The same state for some rows of the batch."""
    return map_arrays(lambda field: field[which], "state", tree)


def zeros(tree: Any) -> Any:
    return map_arrays(np.zeros_like, "tree", tree)


def plus(a: Any, b: Any) -> Any:
    return map_arrays(np.add, "a", a, ("b", b))


def assert_close(got: Any, wanted: Any, atol: float = 1e-10) -> None:
    """Compare two trees of arrays, relative to the size of the wanted numbers where it is large."""
    pairs = list(zip(arrays(got), arrays(wanted), strict=True))
    assert pairs
    for i, (a, b) in enumerate(pairs):
        np.testing.assert_allclose(a, b, rtol=atol, atol=atol, err_msg=f"array {i}")


def flat(tree: Any) -> Array:
    """All numbers of a tree in a row."""
    return np.concatenate([array.ravel() for array in arrays(tree)])
