"""Layers and directions: against torch, and against the single runs they are made of."""

from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncore import (
    RNN,
    RNNState,
    init_bidirectional,
    init_stack,
    unroll,
    unroll_backward,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore._trees import arrays, map_arrays
from tests.laws.cells import (
    CELLS,
    AnyCell,
    assert_close,
    assert_slope,
    both_dtypes,
    every_cell,
    plus,
)
from tests.rnncore.strategies import Sizes, rngs, sizes

IN_TORCH = {name: getattr(torch.nn, name) for name in ("RNN", "LSTM", "GRU") if name in CELLS}
INITS = [init_stack, init_bidirectional]
both_inits = pytest.mark.parametrize("init", INITS)
depths = st.integers(1, 3)


def torch_weights(params: Any) -> dict[str, Any]:
    """One cell's parameters by torch's names, without layer and direction.

    Torch has a second bias. Only the GRU needs it, and of it only the part inside the reset gate.
    """
    second_bias = np.zeros_like(params.b)
    if hasattr(params, "b_hn"):
        second_bias[-len(params.b_hn) :] = params.b_hn
    ours = (params.W_x.T, params.W_h.T, params.b, second_bias)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return dict(zip(names, ours, strict=True))


def draw_like(rng: np.random.Generator, tree: Any) -> Any:
    return map_arrays(lambda a: rng.normal(size=a.shape).astype(a.dtype), "tree", tree)


class InTorch(NamedTuple):
    """A network run by torch, with everything whose gradient is asked."""

    output: Any
    last: tuple[Any, ...]
    weights: dict[str, Any]
    xs: Any
    state: tuple[Any, ...]


def in_torch(name: str, params: Any, xs: Any, state: Any, steps: Any = None) -> InTorch:
    """Run our parameters in torch's own module; ``steps`` are the lengths of padded sequences."""
    weights = {
        f"{key}_l{layer}{'_reverse' * direction}": torch.tensor(array, requires_grad=True)
        for layer, both in enumerate(params)
        for direction, p in enumerate(both)
        for key, array in torch_weights(p).items()
    }
    x = torch.tensor(xs, requires_grad=True)
    start = tuple(torch.tensor(field, requires_grad=True) for field in state)
    module = IN_TORCH[name](
        xs.shape[2],
        state.h.shape[2],
        len(params),
        bidirectional=len(params[0]) == 2,
        dtype=torch.float64,
    )
    read = x if steps is None else pack_padded_sequence(x, steps, enforce_sorted=False)
    hx = start if len(start) > 1 else start[0]
    output, last = torch.func.functional_call(module, weights, (read, hx))
    if steps is not None:
        output, _ = pad_packed_sequence(output, total_length=len(xs))
    return InTorch(output, last if isinstance(last, tuple) else (last,), weights, x, start)


def assert_same_gradients(found: Any, theirs: InTorch) -> None:
    assert_close(found.xs, theirs.xs.grad.numpy())
    assert_close(tuple(found.state), tuple(leaf.grad.numpy() for leaf in theirs.state))
    for layer, both in enumerate(found.params):
        for direction, p in enumerate(both):
            suffix = f"_l{layer}{'_reverse' * direction}"
            ours = torch_weights(p)
            for key in ("weight_ih", "weight_hh", "bias_ih"):
                assert_close(ours[key], theirs.weights[key + suffix].grad.numpy())
            if hasattr(p, "b_hn"):
                inside_reset = theirs.weights["bias_hh" + suffix].grad.numpy()[-len(p.b_hn) :]
                assert_close(p.b_hn, inside_reset)


@pytest.mark.parametrize("name", IN_TORCH)
@both_inits
@settings(max_examples=15)
@given(size=sizes, depth=depths, padded=st.booleans(), rng=rngs)
def test_outputs_states_and_all_gradients_agree_with_torch(
    name: str, init: Any, size: Sizes, depth: int, padded: bool, rng: np.random.Generator
) -> None:
    """Whole sequences, and padded ones that torch packs."""
    cell = CELLS[name]
    params = init(cell, rng, size.D, size.H, depth)
    xs = rng.normal(size=(size.T, size.B, size.D))
    steps = rng.integers(1, size.T + 1, size.B) if padded else None
    mask = np.arange(size.T)[:, np.newaxis] < steps if padded else None
    zero = unroll_stack(cell, params, xs)
    state, dstate, dhs = draw_like(rng, (zero.state, zero.state, zero.hs))
    if padded:
        dhs *= mask[..., np.newaxis]

    theirs = in_torch(name, params, xs, state, steps)
    loss = (theirs.output * torch.tensor(dhs)).sum()
    for field, d in zip(theirs.last, dstate, strict=True):
        loss = loss + (field * torch.tensor(d)).sum()
    loss.backward()

    out = unroll_stack(cell, params, xs, state, mask)
    hs = out.hs * mask[..., np.newaxis] if padded else out.hs
    assert_close(hs, theirs.output.detach().numpy())
    assert_close(tuple(out.state), tuple(field.detach().numpy() for field in theirs.last))
    found = unroll_stack_backward(cell, params, out.tapes, dhs, dstate, mask)
    assert_same_gradients(found, theirs)


@every_cell
@settings(max_examples=10)
@given(size=sizes, rng=rngs)
def test_one_layer_is_the_cell(cell: AnyCell, size: Sizes, rng: np.random.Generator) -> None:
    params = init_stack(cell, rng, size.D, size.H, 1)
    xs = rng.normal(size=(size.T, size.B, size.D))
    out, one = unroll_stack(cell, params, xs), unroll(cell, params[0][0], xs)
    dhs = rng.normal(size=out.hs.shape)
    found = unroll_stack_backward(cell, params, out.tapes, dhs)
    wanted = unroll_backward(cell, params[0][0], one.tape, dhs)
    assert_close((out.hs, out.state), (one.hs, map_arrays(lambda a: a[None], "s", one.state)))
    assert_close(found.params[0][0], wanted.params)
    assert_close(found.xs, wanted.xs)


@every_cell
@settings(max_examples=10)
@given(size=sizes, rng=rngs)
def test_the_second_direction_is_the_cell_on_reversed_time(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    ((ahead, back),) = init_bidirectional(cell, rng, size.D, size.H, 1)
    xs = rng.normal(size=(size.T, size.B, size.D))
    out = unroll_stack(cell, [(ahead, back)], xs)
    first, second = unroll(cell, ahead, xs), unroll(cell, back, xs[::-1])
    assert_close(out.hs, np.concatenate([first.hs, second.hs[::-1]], axis=2))
    assert_close(map_arrays(lambda a: a[0], "s", out.state), first.state)
    assert_close(map_arrays(lambda a: a[1], "s", out.state), second.state)


@every_cell
@settings(max_examples=10)
@given(size=sizes, depth=depths, rng=rngs)
def test_layers_that_read_forward_run_in_chunks(
    cell: AnyCell, size: Sizes, depth: int, rng: np.random.Generator
) -> None:
    params = init_stack(cell, rng, size.D, size.H, depth)
    xs = rng.normal(size=(size.T + 1, size.B, size.D))
    whole = unroll_stack(cell, params, xs)
    dhs, dstate = draw_like(rng, (whole.hs, whole.state))
    wanted = unroll_stack_backward(cell, params, whole.tapes, dhs, dstate)

    cut = int(rng.integers(1, size.T + 1))
    first = unroll_stack(cell, params, xs[:cut])
    second = unroll_stack(cell, params, xs[cut:], first.state)
    later = unroll_stack_backward(cell, params, second.tapes, dhs[cut:], dstate)
    earlier = unroll_stack_backward(cell, params, first.tapes, dhs[:cut], later.state)
    assert_close((np.concatenate([first.hs, second.hs]), second.state), (whole.hs, whole.state))
    assert_close(np.concatenate([earlier.xs, later.xs]), wanted.xs)
    assert_close(earlier.state, wanted.state)
    for a, b, both in zip(earlier.params, later.params, wanted.params, strict=True):
        assert_close(plus(a[0], b[0]), both[0])


@every_cell
@both_inits
@settings(max_examples=8)
@given(size=sizes, depth=depths, rng=rngs)
def test_the_gradient_is_the_slope_in_a_random_direction(
    cell: AnyCell, init: Any, size: Sizes, depth: int, rng: np.random.Generator
) -> None:
    params = init(cell, rng, size.D, size.H, depth)
    xs = rng.normal(size=(size.T, size.B, size.D))
    out = unroll_stack(cell, params, xs)
    state, dstate, dhs = draw_like(rng, (out.state, out.state, out.hs))
    tapes = unroll_stack(cell, params, xs, state).tapes
    found = unroll_stack_backward(cell, params, tapes, dhs, dstate)
    gradient = (tuple(tuple(layer) for layer in found.params), found.xs, found.state)
    at = (params, xs, state)
    assert_slope(lambda *at: unroll_stack(cell, *at), at, dhs, dstate, gradient, rng)


@both_inits
@both_dtypes
def test_dtype_survives_and_nothing_given_is_changed(init: Any, dtype: Any) -> None:
    rng = np.random.default_rng(1)
    params = init(RNN, rng, 3, 4, 2, dtype)
    xs = rng.normal(size=(5, 2, 3)).astype(dtype)
    state = draw_like(rng, unroll_stack(RNN, params, xs).state)
    for array in arrays((params, xs, state)):
        array.setflags(write=False)
    out = unroll_stack(RNN, params, xs, state)
    found = unroll_stack_backward(RNN, params, out.tapes, out.hs, out.state)
    results = (out.hs, out.state, tuple(tuple(layer) for layer in found.params), found.xs)
    assert {array.dtype for array in arrays((*results, found.state))} == {np.dtype(dtype)}


def test_what_is_wrong_is_named() -> None:
    rng = np.random.default_rng(2)
    params = init_bidirectional(RNN, rng, 3, 4, 2)
    xs = rng.normal(size=(5, 2, 3))
    with pytest.raises(ValueError, match="num_layers: expected at least 1, got 0"):
        init_stack(RNN, rng, 3, 4, 0)
    with pytest.raises(ValueError, match=r"of 1 or of 2 directions, got \[2, 1\]"):
        unroll_stack(RNN, [params[0], params[1][:1]], xs)
    with pytest.raises(ValueError, match=r"of 1 or of 2 directions, got \[\]"):
        unroll_stack(RNN, [], xs)
    with pytest.raises(ValueError, match=r"state.h: expected \(4, 2, 4\), got \(2, 4\)"):
        unroll_stack(RNN, params, xs, RNNState(np.zeros((2, 4))))
    tapes = unroll_stack(RNN, params, xs).tapes
    with pytest.raises(ValueError, match=r"dhs: expected \(5, 2, 8\), got \(5, 2, 4\)"):
        unroll_stack_backward(RNN, params, tapes, np.zeros((5, 2, 4)))
    with pytest.raises(ValueError, match=r"dstate.h: expected \(4, 2, 4\), got \(4, 1, 4\)"):
        unroll_stack_backward(
            RNN, params, tapes, np.zeros((5, 2, 8)), RNNState(np.zeros((4, 1, 4)))
        )
