"""Every cell of rnncore, and random problems for any of them."""

from collections.abc import Callable
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
CELLS |= {
    f"{name} step by step": cell._replace(kernel=None)
    for name, cell in CELLS.items()
    if cell.kernel is not None
}

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


def assert_slope(
    run: Callable[..., Any], at: Any, dhs: Array, dstate: Any, found: Any, rng: np.random.Generator
) -> None:
    """Compare a gradient with the slope of the loss in one random direction.

    ``run(*at)`` must give something with ``hs`` and ``state``; the loss is their inner product with
    ``dhs`` and ``dstate``, and ``found`` is its gradient by ``at``.
    """
    way = map_arrays(lambda a: rng.normal(size=a.shape), "way", at)

    def loss(eps: float) -> float:
        out = run(*map_arrays(lambda a, d: a + eps * d, "at", at, ("way", way)))
        last = zip(arrays(out.state), arrays(dstate), strict=True)
        return float((out.hs * dhs).sum() + sum((a * d).sum() for a, d in last))

    slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    terms = [(g * d).sum() for g, d in zip(arrays(found), arrays(way), strict=True)]
    np.testing.assert_allclose(sum(terms), slope, rtol=0, atol=1e-6 * (1 + np.abs(terms).sum()))
