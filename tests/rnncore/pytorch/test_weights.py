"""Every cell, stacked and in both directions, in torch's modules: states, gradients, SGD."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from rnncore import (
    GRU,
    LSTM,
    RNN,
    RNN_RELU,
    init_bidirectional,
    init_stack,
    sgd,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore._shapes import Array
from rnncore._trees import arrays
from rnncore.pytorch import load_gru, load_lstm, load_rnn, read_gru, read_lstm, read_rnn
from tests.rnncore.strategies import Sizes, rngs, sizes

F64 = torch.float64
assert_close = partial(assert_allclose, rtol=1e-10, atol=1e-10)


class Kind(NamedTuple):
    """A cell of ours and the module of torch's it must equal."""

    cell: Any
    make: Callable[..., Any]
    load: Callable[..., Any]
    read: Callable[..., Any]


KINDS = {
    "tanh": Kind(RNN, nn.RNN, load_rnn, read_rnn),
    "relu": Kind(
        RNN_RELU,
        lambda *sizes, **form: nn.RNN(*sizes, nonlinearity="relu", **form),
        load_rnn,
        read_rnn,
    ),
    "lstm": Kind(LSTM, nn.LSTM, load_lstm, read_lstm),
    "gru": Kind(GRU, nn.GRU, load_gru, read_gru),
}


class Case(NamedTuple):
    """A network of ours, the same in torch, and numbers to run both with."""

    kind: Kind
    params: Any
    module: Any
    xs: Array
    state: Any
    dhs: Array
    dstate: Any


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    T, B, D, H = draw(sizes)
    num_layers, both, rng = draw(st.integers(1, 2)), draw(st.booleans()), draw(rngs)
    init = init_bidirectional if both else init_stack
    params = init(kind.cell, rng, D, H, num_layers)
    module = kind.make(D, H, num_layers=num_layers, bidirectional=both, dtype=F64)
    kind.load(module, params)
    xs = rng.normal(size=(T, B, D))
    last = unroll_stack(kind.cell, params, xs)
    state, dstate = (
        type(last.state)(*rng.normal(size=(len(last.state), *last.state.h.shape))) for _ in range(2)
    )
    return Case(kind, params, module, xs, state, rng.normal(size=last.hs.shape), dstate)


def run_torch(case: Case, xs: torch.Tensor, state: tuple[torch.Tensor, ...]) -> Any:
    """Return outputs, last state as a tuple, and the loss whose gradient ours computes."""
    output, last = case.module(xs, state if len(state) > 1 else state[0])
    last = last if isinstance(last, tuple) else (last,)
    loss = (output * torch.tensor(case.dhs)).sum()
    for part, d in zip(last, case.dstate, strict=True):
        loss = loss + (part * torch.tensor(d)).sum()
    return output, last, loss


def module_parts(case: Case) -> list[Array]:
    """Torch's gradients in our form and order."""
    module = case.kind.make(
        case.module.input_size,
        case.module.hidden_size,
        num_layers=case.module.num_layers,
        bidirectional=case.module.bidirectional,
        dtype=F64,
    )
    with torch.no_grad():
        for name, p in case.module.named_parameters():
            gradient = torch.zeros_like(p) if p.grad is None else p.grad
            module.get_parameter(name).copy_(gradient)
    return list(arrays(case.kind.read(module)))


@settings(max_examples=60)
@given(cases())
def test_outputs_states_and_every_gradient_are_ours(case: Case) -> None:
    kind, params, _, xs, state, dhs, dstate = case
    ours = unroll_stack(kind.cell, params, xs, state)
    gradients = unroll_stack_backward(kind.cell, params, ours.tapes, dhs, dstate)

    txs = torch.tensor(xs, requires_grad=True)
    tstate = tuple(torch.tensor(part, requires_grad=True) for part in state)
    output, last, loss = run_torch(case, txs, tstate)
    loss.backward()

    assert_close(output.detach().numpy(), ours.hs)
    for theirs, part in zip(last, ours.state, strict=True):
        assert_close(theirs.detach().numpy(), part)
    for theirs, part in zip(module_parts(case), arrays(gradients.params), strict=True):
        assert_close(theirs, part)
    assert txs.grad is not None
    assert_close(txs.grad.numpy(), gradients.xs)
    for leaf, part in zip(tstate, gradients.state, strict=True):
        assert leaf.grad is not None
        assert_close(leaf.grad.numpy(), part)


@settings(max_examples=30)
@given(cases())
def test_ten_steps_of_sgd_move_torch_as_they_move_us(case: Case) -> None:
    kind, params, module, xs, state, dhs, dstate = case
    rate = 1e-2
    optimizer, theirs = sgd(rate), torch.optim.SGD(module.parameters(), lr=rate)
    for _ in range(10):
        ours = unroll_stack(kind.cell, params, xs, state)
        found = unroll_stack_backward(kind.cell, params, ours.tapes, dhs, dstate)
        params, _ = optimizer.update(params, found.params, ())
        theirs.zero_grad()
        run_torch(case, torch.tensor(xs), tuple(map(torch.tensor, state)))[2].backward()
        theirs.step()
    for a, b in zip(arrays(params), arrays(kind.read(module)), strict=True):
        assert_close(a, b)


@settings(max_examples=20)
@given(cases())
def test_reading_undoes_loading(case: Case) -> None:
    for a, b in zip(arrays(case.kind.read(case.module)), arrays(case.params), strict=True):
        assert_array_equal(a, b)


@settings(max_examples=30)
@given(st.sampled_from(sorted(KINDS)), sizes, st.booleans(), st.booleans(), rngs)
def test_a_module_of_torchs_own_runs_the_same_when_read(
    name: str, size: Sizes, both: bool, bias: bool, rng: np.random.Generator
) -> None:
    """Both of torch's biases are free here, and none is zero."""
    kind, (T, B, D, H) = KINDS[name], size
    module = kind.make(D, H, num_layers=2, bidirectional=both, bias=bias, dtype=F64)
    params, xs = kind.read(module), rng.normal(size=(T, B, D))
    ours = unroll_stack(kind.cell, params, xs)
    assert_close(module(torch.tensor(xs))[0].detach().numpy(), ours.hs)
    before = [array.copy() for array in arrays(params)]
    with torch.no_grad():
        for p in module.parameters():
            p.zero_()
    for a, b in zip(arrays(params), before, strict=True):
        assert_array_equal(a, b)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_two_free_biases_would_move_twice_as_far(name: str) -> None:
    """Why ``bias_hh`` is frozen."""
    kind, rng = KINDS[name], np.random.default_rng(0)
    params = kind.cell.init(rng, 3, 2)
    xs = torch.tensor(rng.normal(size=(4, 5, 3)))
    moved = []
    for free in (False, True):
        module = kind.load(kind.make(3, 2, dtype=F64), params)
        if free:
            fresh = kind.make(3, 2, dtype=F64)  # without the GRU's hook
            fresh.load_state_dict(module.state_dict())
            module = fresh
        module(xs)[0].sum().backward()
        torch.optim.SGD(module.parameters(), lr=0.1).step()
        ((after,),) = kind.read(module)
        moved.append(after.b - params.b)
    shared = moved[0] if name != "gru" else moved[0][: 2 * 2]
    assert np.abs(shared).max() > 1e-3
    assert_allclose(moved[1][: len(shared)], 2 * shared, rtol=1e-10)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"input_size": 2}, "module: expected input_size = 3, got input_size = 2"),
        ({"hidden_size": 4}, "module: expected hidden_size = 2, got hidden_size = 4"),
        ({"num_layers": 2}, "module: expected num_layers = 1, got num_layers = 2"),
        ({"bidirectional": True}, "module: expected bidirectional = False, got"),
        ({"bias": False}, "module: expected bias = True, got bias = False"),
        ({"dtype": torch.float32}, "module: expected dtype = float64, got dtype = float32"),
        ({"proj_size": 1}, "module: expected proj_size = 0, got proj_size = 1"),
    ],
    ids=str,
)
def test_a_module_of_another_form_is_refused(form: dict[str, Any], message: str) -> None:
    params = LSTM.init(np.random.default_rng(0), 3, 2)
    module = nn.LSTM(**{"input_size": 3, "hidden_size": 2, "dtype": F64} | form)
    with pytest.raises(ValueError, match=re.escape(message)):
        load_lstm(module, params)


def test_layers_that_fit_no_module_are_refused() -> None:
    rng = np.random.default_rng(0)
    params = (RNN.init(rng, 3, 2),), (RNN.init(rng, 2, 5),)
    with pytest.raises(ValueError, match=r"weight_ih_l1: expected \(2, 2\), got \(5, 2\)"):
        load_rnn(nn.RNN(3, 2, num_layers=2, dtype=F64), params)
    with pytest.raises(ValueError, match="module: expected proj_size = 0, got 1"):
        read_lstm(nn.LSTM(3, 2, proj_size=1))


def test_float32_stays_float32() -> None:
    params = GRU.init(np.random.default_rng(0), 3, 2, np.float32)
    module = load_gru(nn.GRU(3, 2, batch_first=True), params)
    assert {a.dtype for a in arrays(read_gru(module))} == {np.dtype(np.float32)}
