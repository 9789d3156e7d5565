"""minGRU against torch; finite differences and the scan are among the laws."""

import numpy as np
import torch
from hypothesis import given

from rnncore import (
    MinGRU,
    MinGRUParams,
    MinGRUState,
    unroll,
)
from tests.laws.cells import assert_close, gradients, problem
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


def test_a_closed_gate_keeps_and_an_open_gate_replaces() -> None:
    params = MinGRUParams(np.array([[0.0, 1.0]]), np.array([-800.0, 0.0]))
    h0 = MinGRUState(np.array([[3.0]]))
    xs = np.array([[[5.0]], [[7.0]]])
    np.testing.assert_array_equal(unroll(MinGRU, params, xs, h0).hs.ravel(), [3, 3])
    wide = params._replace(b=np.array([800.0, 0.0]))
    np.testing.assert_array_equal(unroll(MinGRU, wide, xs, h0).hs.ravel(), [5, 7])
