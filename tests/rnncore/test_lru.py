"""The LRU against torch's complex numbers; finite differences and the scan are among the laws."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnncore import (
    LRU,
    LRUReadout,
    init_lru_readout,
    lru_readout,
    lru_readout_backward,
    unroll,
    unroll_backward,
)
from rnncore._trees import arrays
from tests.laws.cells import assert_close, both_dtypes, problem
from tests.rnncore.strategies import Sizes, lengths, rngs, sizes


@given(size=sizes, O=lengths, rng=rngs)
def test_layer_and_readout_agree_with_torch(size: Sizes, O: int, rng: np.random.Generator) -> None:  # noqa: E741 - the book's symbol
    p = problem(LRU, size, rng)
    head = init_lru_readout(rng, size.D, size.H, O)
    dys = rng.normal(size=(size.T, size.B, O))
    leaves = [torch.tensor(a, requires_grad=True) for a in (*p.params, *head, p.xs, p.state.h)]
    nu_log, theta_log, gamma_log, B_re, B_im, C_re, C_im, D, xs, h0 = leaves
    eigenvalues = torch.exp(torch.complex(-torch.exp(nu_log), torch.exp(theta_log)))
    state = torch.complex(*torch.split(h0, size.H, dim=1))
    states = []
    for x in xs:
        drive = torch.exp(gamma_log) * (x.to(torch.complex128) @ torch.complex(B_re, B_im))
        state = eigenvalues * state + drive
        states.append(state)
    C = torch.complex(C_re, C_im)
    outputs = torch.stack([(s @ C).real for s in states]) + xs @ D
    (outputs * torch.tensor(dys)).sum().backward()

    out = unroll(LRU, p.params, p.xs, p.state)
    assert_close(lru_readout(head, out.hs, p.xs), outputs.detach().numpy())
    dhead, dhs, dxs = lru_readout_backward(head, out.hs, p.xs, dys)
    found = unroll_backward(LRU, p.params, out.tape, dhs)
    ours = (*found.params, *dhead, found.xs + dxs, found.state.h)
    assert_close(ours, tuple(leaf.grad.numpy() for leaf in leaves))


@given(rng=rngs, ring=st.tuples(st.floats(0, 0.9), st.floats(0.01, 0.1)), phase=st.floats(0.01, 6))
def test_init_draws_from_the_ring_and_normalises(
    rng: np.random.Generator, ring: tuple[float, float], phase: float
) -> None:
    r_min, r_max = ring[0], ring[0] + ring[1]
    params = LRU.init(rng, 3, 50, np.float64, r_min, r_max, phase)
    radius = np.exp(-np.exp(params.nu_log))
    assert ((radius > r_min) & (radius < r_max)).all()
    assert ((np.exp(params.theta_log) > 0) & (np.exp(params.theta_log) < phase)).all()
    np.testing.assert_allclose(np.exp(params.gamma_log), np.sqrt(1 - radius**2), rtol=1e-10)


def test_the_normalised_state_has_about_the_variance_of_its_input() -> None:
    """What γ is for: white noise in, states of the size of the projected noise out."""
    rng = np.random.default_rng(1)
    params = LRU.init(rng, 1, 20, np.float64, 0.5, 0.95)
    hs = unroll(LRU, params, rng.normal(size=(400, 50, 1))).hs[100:]
    power = (hs[..., :20] ** 2 + hs[..., 20:] ** 2).mean(axis=(0, 1))
    np.testing.assert_allclose(power, (params.B_re**2 + params.B_im**2)[0], rtol=0.2)


@both_dtypes
def test_the_readout_keeps_dtype_and_changes_nothing(dtype: Any) -> None:
    p = problem(LRU, Sizes(5, 2, 3, 4), np.random.default_rng(2), dtype)
    head = init_lru_readout(np.random.default_rng(3), 3, 4, 2, dtype)
    for array in (*head, p.dhs, p.xs):
        array.setflags(write=False)
    ys = lru_readout(head, p.dhs, p.xs)
    back = lru_readout_backward(head, p.dhs, p.xs, ys)
    assert {array.dtype for array in arrays((ys, back))} == {np.dtype(dtype)}


def test_wrong_shapes_and_rings_are_named() -> None:
    rng = np.random.default_rng(4)
    p = problem(LRU, Sizes(3, 2, 1, 2), rng)
    with pytest.raises(ValueError, match=r"r_min, r_max: expected 0 ≤ r_min < r_max ≤ 1, got 1, 1"):
        LRU.init(rng, 1, 2, np.float64, 1, 1)
    with pytest.raises(ValueError, match="max_phase: expected a positive angle, got 0"):
        LRU.init(rng, 1, 2, np.float64, 0, 1, 0)
    head = LRUReadout(np.ones((2, 3)), np.ones((2, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"hs: expected \(T, B, 4\), got \(3, 2, 3\)"):
        lru_readout(head, p.dhs[..., 1:], p.xs)
    with pytest.raises(ValueError, match=r"dys: expected \(3, 2, 3\), got \(3, 2, 4\)"):
        lru_readout_backward(head, p.dhs, p.xs, p.dhs)
