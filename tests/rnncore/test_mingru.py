"""minGRU: against torch and finite differences, and its scan against its loop."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import (
    MinGRU,
    MinGRUParams,
    MinGRUState,
    check_gradient,
    mingru_scan,
    mingru_scan_backward,
    unroll,
)
from rnncore._shapes import Array
from rnncore._trees import arrays
from tests.laws.cells import assert_close, both_dtypes, gradients, problem
from tests.rnncore.strategies import Sizes, rngs, sizes


@given(size=sizes, rng=rngs)
def test_outputs_and_gradients_agree_with_torch(size: Sizes, rng: np.random.Generator) -> None:
    p = problem(MinGRU, size, rng)
    leaves = [torch.tensor(a, requires_grad=True) for a in (*p.params, p.xs, p.state.h)]
    W_x, b, xs, h = leaves
    hs = []
    for x in xs:
        gate, candidate = torch.split(x @ W_x + b, size.H, dim=1)
        gate = torch.sigmoid(gate)
        h = (1 - gate) * h + gate * candidate
        hs.append(h)
    outputs = torch.stack(hs)
    ((outputs * torch.tensor(p.dhs)).sum() + (h * torch.tensor(p.dstate.h)).sum()).backward()
    assert_close(unroll(MinGRU, p.params, p.xs, p.state).hs, outputs.detach().numpy())
    found = gradients(MinGRU, p)
    theirs = tuple(leaf.grad.numpy() for leaf in leaves)
    assert_close((*found.params, found.xs, found.state.h), theirs)


@given(size=sizes, T=st.integers(1, 40), rng=rngs)
def test_the_scan_is_the_loop(size: Sizes, T: int, rng: np.random.Generator) -> None:
    p = problem(MinGRU, size._replace(T=T), rng)
    loop = unroll(MinGRU, p.params, p.xs, p.state)
    scan = mingru_scan(p.params, p.xs, p.state)
    assert_close((scan.hs, scan.state), (loop.hs, loop.state), 1e-12)
    found = mingru_scan_backward(p.params, scan, p.dhs, p.dstate)
    assert_close(tuple(found), tuple(gradients(MinGRU, p)), 1e-11)


@settings(max_examples=15)
@given(size=sizes, rng=rngs)
def test_the_scan_agrees_with_finite_differences(size: Sizes, rng: np.random.Generator) -> None:
    p = problem(MinGRU, size, rng)

    def loss(W_x: Array, b: Array, xs: Array, h0: Array) -> float:
        scan = mingru_scan(MinGRUParams(W_x, b), xs, MinGRUState(h0))
        return float((scan.hs * p.dhs).sum() + (scan.state.h * p.dstate.h).sum())

    at = [*p.params, p.xs, p.state.h]
    scan = mingru_scan(p.params, p.xs, p.state)
    found = mingru_scan_backward(p.params, scan, p.dhs, p.dstate)
    for i, gradient in enumerate([*found.params, found.xs, found.state.h]):
        report = check_gradient(
            lambda x, i=i: loss(*at[:i], x, *at[i + 1 :]),
            at[i],
            gradient,  # type: ignore[misc]
        )
        assert report.error < 1e-7 or abs(report.analytic - report.numeric) < 1e-8, (i, report)


def test_a_closed_gate_keeps_and_an_open_gate_replaces() -> None:
    params = MinGRUParams(np.array([[0.0, 1.0]]), np.array([-800.0, 0.0]))
    h0 = MinGRUState(np.array([[3.0]]))
    xs = np.array([[[5.0]], [[7.0]]])
    np.testing.assert_array_equal(unroll(MinGRU, params, xs, h0).hs.ravel(), [3, 3])
    wide = params._replace(b=np.array([800.0, 0.0]))
    np.testing.assert_array_equal(unroll(MinGRU, wide, xs, h0).hs.ravel(), [5, 7])


@both_dtypes
def test_the_scan_keeps_dtype_and_changes_nothing(dtype: Any) -> None:
    p = problem(MinGRU, Sizes(5, 2, 3, 4), np.random.default_rng(1), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    scan = mingru_scan(p.params, p.xs)
    found = mingru_scan_backward(p.params, scan, p.dhs)
    assert {array.dtype for array in arrays((tuple(scan), tuple(found)))} == {np.dtype(dtype)}


def test_wrong_shapes_are_named() -> None:
    p = problem(MinGRU, Sizes(3, 2, 1, 4), np.random.default_rng(2))
    with pytest.raises(ValueError, match=r"xs: expected \(T, B, 1\), got \(3, 2, 2\)"):
        mingru_scan(p.params, np.zeros((3, 2, 2)))
    with pytest.raises(ValueError, match=r"state.h: expected \(2, 4\), got \(1, 4\)"):
        mingru_scan(p.params, p.xs, MinGRUState(p.state.h[:1]))
    scan = mingru_scan(p.params, p.xs)
    with pytest.raises(ValueError, match=r"dhs: expected \(3, 2, 4\), got \(2, 2, 4\)"):
        mingru_scan_backward(p.params, scan, p.dhs[1:])
    with pytest.raises(ValueError, match=r"dstate.h: expected \(2, 4\), got \(1, 4\)"):
        mingru_scan_backward(p.params, scan, p.dhs, MinGRUState(p.dstate.h[:1]))
