"""Padding never changes a result, whatever stands in it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import last_valid, pad_sequences, unroll, unroll_backward
from tests.laws.cells import AnyCell, assert_close, every_cell, plus, problem, rows, zeros
from tests.rnncore.strategies import Sizes, rngs


@every_cell
@settings(max_examples=15)
@given(
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=4), extra=st.integers(0, 2), rng=rngs
)
def test_a_padded_batch_is_its_sequences_one_by_one(
    cell: AnyCell, lengths: list[int], extra: int, rng: np.random.Generator
) -> None:
    B, D, H = len(lengths), int(rng.integers(1, 4)), int(rng.integers(1, 4))
    p = problem(cell, Sizes(max(lengths) + extra, B, D, H), rng)
    sequences = [p.xs[:length, b] for b, length in enumerate(lengths)]
    xs, mask, _ = pad_sequences(sequences)
    noise = np.where(mask[..., np.newaxis], xs, p.xs[: len(xs)])  # anything may stand there
    longer = np.concatenate([noise, p.xs[len(xs) :]])
    mask = np.concatenate([mask, np.zeros((len(longer) - len(xs), B), bool)])

    out = unroll(cell, p.params, longer, p.state)
    dhs = p.dhs * mask[..., np.newaxis]
    found = unroll_backward(cell, p.params, out.tape, dhs)
    dparams = zeros(p.params)
    last = last_valid(out.hs, np.array(lengths))
    for b, sequence in enumerate(sequences):
        own = unroll(cell, p.params, sequence[:, np.newaxis], rows(p.state, [b]))
        alone = unroll_backward(cell, p.params, own.tape, dhs[: len(sequence), [b]])
        assert_close(out.hs[: len(sequence), [b]], own.hs)
        assert_close(last[[b]], own.state.h)
        assert_close(found.xs[: len(sequence), [b]], alone.xs)
        assert not found.xs[len(sequence) :, b].any()
        assert_close(rows(found.state, [b]), alone.state)
        dparams = plus(dparams, alone.params)
    assert_close(found.params, dparams)
