"""What the tests of the cells share: random problems, and the same cell run by torch."""

from typing import Any, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

from rnncore import check_gradient, unroll, unroll_backward
from rnncore._shapes import Array
from tests.laws.cells import AnyCell, Problem, assert_close, gradients
from tests.rnncore.strategies import Sizes

long_sizes = st.builds(Sizes, st.integers(1, 40), st.integers(1, 40), *[st.integers(1, 4)] * 2)
"""Enough steps and rows for several blocks of a kernel, one of them short."""


def logistic(a: float) -> float:
    """σ(a), by its definition."""
    return float(1 / (1 + np.exp(-a)))


class InTorch(NamedTuple):
    """Outputs and gradients by torch, as our tuples hold them."""

    hs: Array
    state: tuple[Array, ...]
    xs: Array
    weights: dict[str, Array]
    state_gradients: tuple[Array, ...]


def run_in_torch(module: type[torch.nn.RNNBase], weights: dict[str, Array], p: Problem) -> InTorch:
    """Run a problem forward and backward through one torch layer with the given weights."""
    T, B, D = p.xs.shape
    H = p.dhs.shape[-1]
    leaves = {name: torch.tensor(w, requires_grad=True) for name, w in weights.items()}
    xs = torch.tensor(p.xs, requires_grad=True)
    state = tuple(torch.tensor(field, requires_grad=True) for field in p.state)
    start = tuple(field[None] for field in state)
    layer = module(D, H, dtype=xs.dtype)
    output, last = torch.func.functional_call(
        layer,
        {f"{name}_l0": leaf for name, leaf in leaves.items()},
        (xs, start if len(start) > 1 else start[0]),
    )
    lasts = [field[0] for field in (last if isinstance(last, tuple) else (last,))]
    loss = (output * torch.tensor(p.dhs)).sum()
    for field, upstream in zip(lasts, p.dstate, strict=True):
        loss = loss + (field * torch.tensor(upstream)).sum()
    by_xs, *others = torch.autograd.grad(loss, [xs, *state, *leaves.values()])
    by_state, by_weight = others[: len(state)], zip(leaves, others[len(state) :], strict=True)
    assert output.shape == (T, B, H)
    return InTorch(
        output.detach().numpy(),
        tuple(field.detach().numpy() for field in lasts),
        by_xs.numpy(),
        {name: gradient.numpy() for name, gradient in by_weight},
        tuple(field.numpy() for field in by_state),
    )


def readable(cell: AnyCell) -> AnyCell:
    """The cell without its kernel, run by its own step."""
    return cell._replace(kernel=None)


def assert_step_backward_is_the_slope(cell: AnyCell, p: Problem) -> None:
    """One step back, by finite differences: dz, and the gradient by every field of the state."""
    z = cell.project(p.params, p.xs)[0]

    def loss(z: Array, state: Any) -> float:
        moved, _ = cell.step(p.params, z, state)
        return float(sum((a * d).sum() for a, d in zip(moved, p.dstate, strict=True)))

    _, cache = cell.step(p.params, z, p.state)
    dz, dstate_prev = cell.step_backward(p.params, p.dstate, cache)
    reports = [check_gradient(lambda z: loss(z, p.state), z, dz)]
    for name, gradient in dstate_prev._asdict().items():

        def by_field(field: Array, name: str = name) -> float:
            return loss(z, p.state._replace(**{name: field}))

        reports.append(check_gradient(by_field, getattr(p.state, name), gradient))
    for report in reports:
        assert report.error < 1e-7 or abs(report.analytic - report.numeric) < 1e-9, report


def assert_kernel_is_the_cell(cell: AnyCell, p: Problem, atol: float) -> None:
    """The kernel gives the states, the tape and the gradients that the readable steps give."""
    fast, slow = (unroll(c, p.params, p.xs, p.state) for c in (cell, readable(cell)))
    assert_close((fast.hs, fast.state), (slow.hs, slow.state), atol)
    for one, other in zip(fast.tape.caches, slow.tape.caches, strict=True):
        assert type(one) is type(other)
        assert_close(one, other, atol)
    assert_close(gradients(cell, p), gradients(readable(cell), p), atol)
    crossed = unroll_backward(readable(cell), p.params, fast.tape, p.dhs, p.dstate)
    assert_close(crossed, gradients(cell, p), atol)
