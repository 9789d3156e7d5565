"""Every cell with a linear recurrence: its scan is its loop."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import (
    LRU,
    MinGRU,
    lru_scan,
    lru_scan_backward,
    mingru_scan,
    mingru_scan_backward,
    unroll,
)
from rnncore._trees import arrays, map_arrays
from tests.laws.cells import (
    AnyCell,
    assert_close,
    assert_slope,
    both_dtypes,
    gradients,
    problem,
)
from tests.rnncore.strategies import Sizes, rngs, sizes


class Parallel(NamedTuple):
    cell: AnyCell
    scan: Callable[..., Any]
    backward: Callable[..., Any]


PARALLEL = {
    "MinGRU": Parallel(MinGRU, mingru_scan, mingru_scan_backward),
    "LRU": Parallel(LRU, lru_scan, lru_scan_backward),
}
every_scan = pytest.mark.parametrize("way", PARALLEL.values(), ids=PARALLEL)


@every_scan
@settings(max_examples=30)
@given(size=sizes, T=st.integers(1, 40), rng=rngs)
def test_the_scan_is_the_loop(way: Parallel, size: Sizes, T: int, rng: np.random.Generator) -> None:
    p = problem(way.cell, size._replace(T=T), rng)
    loop = unroll(way.cell, p.params, p.xs, p.state)
    scan = way.scan(p.params, p.xs, p.state)
    assert_close((scan.hs, scan.state), (loop.hs, loop.state), 1e-12)
    found = way.backward(p.params, scan, p.dhs, p.dstate)
    assert_close(tuple(found), tuple(gradients(way.cell, p)), 1e-10)


@every_scan
@settings(max_examples=20)
@given(size=sizes, rng=rngs)
def test_the_gradient_by_scan_is_the_slope(
    way: Parallel, size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(way.cell, size, rng)
    found = way.backward(p.params, way.scan(p.params, p.xs, p.state), p.dhs, p.dstate)
    assert_slope(way.scan, (p.params, p.xs, p.state), p.dhs, p.dstate, tuple(found), rng)


@every_scan
@both_dtypes
def test_the_scan_keeps_dtype_and_changes_nothing(way: Parallel, dtype: Any) -> None:
    p = problem(way.cell, Sizes(5, 2, 3, 4), np.random.default_rng(1), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    scan = way.scan(p.params, p.xs)
    found = way.backward(p.params, scan, p.dhs)
    assert {array.dtype for array in arrays((tuple(scan), tuple(found)))} == {np.dtype(dtype)}


@every_scan
def test_the_scan_names_wrong_shapes(way: Parallel) -> None:
    p = problem(way.cell, Sizes(3, 2, 1, 4), np.random.default_rng(2))
    N = p.state.h.shape[1]
    one_row = map_arrays(lambda field: field[:1], "state", p.state)
    with pytest.raises(ValueError, match=r"xs: expected \(T, B, 1\), got \(3, 2, 2\)"):
        way.scan(p.params, np.zeros((3, 2, 2)))
    with pytest.raises(ValueError, match=rf"state.h: expected \(2, {N}\), got \(1, {N}\)"):
        way.scan(p.params, p.xs, one_row)
    scan = way.scan(p.params, p.xs)
    with pytest.raises(ValueError, match=rf"dhs: expected \(3, 2, {N}\), got \(2, 2, {N}\)"):
        way.backward(p.params, scan, p.dhs[1:])
    with pytest.raises(ValueError, match=rf"dstate.h: expected \(2, {N}\), got \(1, {N}\)"):
        way.backward(p.params, scan, p.dhs, one_row)
