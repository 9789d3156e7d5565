"""Padding never changes a result, whatever stands in it."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import (
    init_bidirectional,
    last_valid,
    masked,
    pad_sequences,
    unroll,
    unroll_backward,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore._shapes import Array
from rnncore._trees import map_arrays
from tests.laws.cells import (
    AnyCell,
    Problem,
    assert_close,
    every_cell,
    gradients,
    plus,
    problem,
    rows,
    zeros,
)
from tests.rnncore.strategies import Sizes, rngs

few = settings(max_examples=12)
lengths = st.lists(st.integers(1, 5), min_size=1, max_size=4)


class Batch(NamedTuple):
    """A padded batch, with noise where padding is, and its sequences."""

    whole: Problem
    mask: Any
    sequences: list[Array]


def batch(cell: AnyCell, steps: list[int], extra: int, rng: np.random.Generator) -> Batch:
    B, D, H = len(steps), *(int(n) for n in rng.integers(1, 4, 2))
    p = problem(cell, Sizes(max(steps) + extra, B, D, H), rng)
    sequences = [p.xs[:length, b] for b, length in enumerate(steps)]
    xs, mask, _ = pad_sequences(sequences)
    mask = np.concatenate([mask, np.zeros((extra, B), bool)])
    xs = np.concatenate([xs, np.zeros((extra, *xs.shape[1:]))])
    noise = np.where(mask[..., np.newaxis], xs, p.xs)
    return Batch(p._replace(xs=noise, dhs=p.dhs * mask[..., np.newaxis]), mask, sequences)


def alone(p: Problem, sequence: Array, b: int) -> Problem:
    """The problem of one row without its padding."""
    own_dhs = p.dhs[: len(sequence), [b]]
    state, dstate = rows(p.state, [b]), rows(p.dstate, [b])
    return Problem(p.params, sequence[:, np.newaxis], state, own_dhs, dstate)


@every_cell
@few
@given(steps=lengths, extra=st.integers(0, 2), rng=rngs)
def test_with_a_masked_loss_a_padded_batch_is_its_sequences(
    cell: AnyCell, steps: list[int], extra: int, rng: np.random.Generator
) -> None:
    p, _, sequences = batch(cell, steps, extra, rng)
    p = p._replace(dstate=zeros(p.dstate))
    out = unroll(cell, p.params, p.xs, p.state)
    found = unroll_backward(cell, p.params, out.tape, p.dhs)
    last = last_valid(out.hs, np.array(steps))
    dparams = zeros(p.params)
    for b, sequence in enumerate(sequences):
        own = alone(p, sequence, b)
        wanted = gradients(cell, own)
        run = unroll(cell, own.params, own.xs, own.state)
        assert_close(out.hs[: len(sequence), [b]], run.hs)
        assert_close(last[[b]], run.state.h)
        assert_close(found.xs[: len(sequence), [b]], wanted.xs)
        assert not found.xs[len(sequence) :, b].any()
        assert_close(rows(found.state, [b]), wanted.state)
        dparams = plus(dparams, wanted.params)
    assert_close(found.params, dparams)


@every_cell
@pytest.mark.parametrize("in_front", [False, True], ids=["padding behind", "padding in front"])
@few
@given(steps=lengths, extra=st.integers(0, 2), rng=rngs)
def test_a_masked_cell_stands_still_at_padding(
    cell: AnyCell, in_front: bool, steps: list[int], extra: int, rng: np.random.Generator
) -> None:
    p, mask, sequences = batch(cell, steps, extra, rng)
    if in_front:
        p, mask = p._replace(xs=p.xs[::-1], dhs=p.dhs[::-1]), mask[::-1]
        sequences = [sequence[::-1] for sequence in sequences]
    still = masked(cell, mask)
    out = unroll(still, p.params, p.xs, p.state)
    found = unroll_backward(still, p.params, out.tape, p.dhs, p.dstate)
    dparams = zeros(p.params)
    for b, sequence in enumerate(sequences):
        true = mask[:, b]
        own = alone(p, sequence, b)._replace(dhs=p.dhs[true][:, [b]])
        wanted = gradients(cell, own)
        run = unroll(cell, own.params, own.xs, own.state)
        assert_close(out.hs[true][:, [b]], run.hs)
        assert_close(rows(out.state, [b]), run.state)
        assert_close(found.xs[true][:, [b]], wanted.xs)
        assert not found.xs[~true][:, b].any()
        assert_close(rows(found.state, [b]), wanted.state)
        dparams = plus(dparams, wanted.params)
    assert_close(found.params, dparams)


@every_cell
@few
@given(steps=lengths, extra=st.integers(0, 2), rng=rngs)
def test_stacked_both_directions_read_every_sequence_as_if_alone(
    cell: AnyCell, steps: list[int], extra: int, rng: np.random.Generator
) -> None:
    p, mask, sequences = batch(cell, steps, extra, rng)
    params = init_bidirectional(cell, rng, p.xs.shape[2], 2, 2)
    out = unroll_stack(cell, params, p.xs, mask=mask)
    dhs = rng.normal(size=out.hs.shape) * mask[..., np.newaxis]
    dstate = map_arrays(lambda a: rng.normal(size=a.shape), "dstate", out.state)
    found = unroll_stack_backward(cell, params, out.tapes, dhs, dstate, mask)
    for b, sequence in enumerate(sequences):
        length, row = len(sequence), (slice(None), [b])
        own = unroll_stack(cell, params, sequence[:, np.newaxis])
        assert_close(out.hs[:length, [b]], own.hs)
        assert_close(rows(out.state, row), own.state)
        own_dhs, own_dstate = dhs[:length, [b]], rows(dstate, row)
        wanted = unroll_stack_backward(cell, params, own.tapes, own_dhs, own_dstate)
        assert_close(found.xs[:length, [b]], wanted.xs)
        assert not found.xs[length:, b].any()
        assert_close(rows(found.state, row), wanted.state)


@every_cell
def test_a_mask_of_another_shape_is_named(cell: AnyCell) -> None:
    p = problem(cell, Sizes(3, 2, 1, 2), np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"mask: expected \(3, 2\), got \(2, 3\)"):
        unroll(masked(cell, np.ones((2, 3), bool)), p.params, p.xs)


@every_cell
def test_a_masked_cell_keeps_float32(cell: AnyCell) -> None:
    p = problem(cell, Sizes(3, 2, 1, 2), np.random.default_rng(2), np.float32)
    found = gradients(masked(cell, np.array([[True, True], [True, False], [False, False]])), p)
    dtypes = {a.dtype for part in (found.params, (found.xs,), found.state) for a in part}
    assert dtypes == {np.dtype(np.float32)}
