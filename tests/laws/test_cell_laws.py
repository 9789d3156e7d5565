"""What holds for every cell, whatever it computes."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore import unroll, unroll_backward
from rnncore._trees import arrays, map_arrays
from tests.laws.cells import (
    AnyCell,
    Problem,
    assert_close,
    assert_slope,
    both_dtypes,
    every_cell,
    gradients,
    plus,
    problem,
    rows,
    zeros,
)
from tests.rnncore.strategies import Sizes, rngs, sizes

few = settings(max_examples=15)


@every_cell
@few
@given(size=sizes, rng=rngs)
def test_the_gradient_is_the_slope_in_a_random_direction(
    cell: AnyCell, size: Sizes, rng: np.random.Generator
) -> None:
    p = problem(cell, size, rng)
    at = (p.params, p.xs, p.state)
    found = tuple(gradients(cell, p))
    assert_slope(lambda *at: unroll(cell, *at), at, p.dhs, p.dstate, found, rng)


@every_cell
@few
@given(size=sizes, rng=rngs, data=st.data())
def test_chunks_with_state_and_gradient_carried_are_the_whole(
    cell: AnyCell, size: Sizes, rng: np.random.Generator, data: st.DataObject
) -> None:
    p = problem(cell, size, rng)
    cuts = data.draw(st.sets(st.integers(1, size.T - 1)) if size.T > 1 else st.just(set()))
    edges = [0, *sorted(cuts), size.T]
    chunks = [slice(a, b) for a, b in pairwise(edges)]

    state, runs = p.state, []
    for chunk in chunks:
        runs.append(unroll(cell, p.params, p.xs[chunk], state))
        state = runs[-1].state
    whole = unroll(cell, p.params, p.xs, p.state)
    assert_close(np.concatenate([run.hs for run in runs]), whole.hs)
    assert_close(state, whole.state)

    dstate, dparams, dxs = p.dstate, zeros(p.params), []
    for chunk, run in zip(reversed(chunks), reversed(runs), strict=True):
        found = unroll_backward(cell, p.params, run.tape, p.dhs[chunk], dstate)
        dstate, dparams = found.state, plus(dparams, found.params)
        dxs.insert(0, found.xs)
    assert_close((dparams, np.concatenate(dxs), dstate), tuple(gradients(cell, p)))


@every_cell
@few
@given(size=sizes, rng=rngs, data=st.data())
def test_rows_of_a_batch_do_not_mix(
    cell: AnyCell, size: Sizes, rng: np.random.Generator, data: st.DataObject
) -> None:
    p = problem(cell, size, rng)
    some = data.draw(st.lists(st.integers(0, size.B - 1), min_size=1, max_size=size.B, unique=True))
    alone = Problem(
        p.params, p.xs[:, some], rows(p.state, some), p.dhs[:, some], rows(p.dstate, some)
    )
    out = unroll(cell, p.params, p.xs, p.state)
    out_alone = unroll(cell, p.params, alone.xs, alone.state)
    assert_close(out.hs[:, some], out_alone.hs)
    assert_close(rows(out.state, some), out_alone.state)

    others = [b for b in range(size.B) if b not in some]
    muted = Problem(p.params, p.xs, p.state, p.dhs.copy(), zeros(p.dstate))
    muted.dhs[:, others] = 0
    for field, given_field in zip(arrays(muted.dstate), arrays(p.dstate), strict=True):
        field[some] = given_field[some]
    found, found_alone = gradients(cell, muted), gradients(cell, alone)
    assert_close(found.params, found_alone.params)
    assert_close(found.xs[:, some], found_alone.xs)
    assert_close(rows(found.state, some), found_alone.state)
    assert not found.xs[:, others].any()
    assert not any(field[others].any() for field in arrays(found.state))


@every_cell
@few
@given(size=sizes, rng=rngs, data=st.data())
def test_the_future_changes_nothing_before_it(
    cell: AnyCell, size: Sizes, rng: np.random.Generator, data: st.DataObject
) -> None:
    p = problem(cell, size, rng)
    t = data.draw(st.integers(0, size.T - 1))
    other = p.xs.copy()
    other[t:] += 1
    before = unroll(cell, p.params, p.xs, p.state).hs[:t]
    assert_close(unroll(cell, p.params, other, p.state).hs[:t], before, 1e-14)

    only_before = p.dhs.copy()
    only_before[t:] = 0
    found = gradients(cell, p._replace(dhs=only_before, dstate=zeros(p.dstate)))
    assert not found.xs[t:].any()


@every_cell
@both_dtypes
def test_dtype_survives_and_nothing_given_is_changed(cell: AnyCell, dtype: Any) -> None:
    p = problem(cell, Sizes(4, 2, 3, 5), np.random.default_rng(1), dtype)
    for array in arrays(tuple(p)):
        array.setflags(write=False)
    copies = [array.copy() for array in arrays(tuple(p))]
    out = unroll(cell, p.params, p.xs, p.state)
    default = unroll(cell, p.params, p.xs)
    found = unroll_backward(cell, p.params, out.tape, p.dhs, p.dstate)
    unseeded = unroll_backward(cell, p.params, default.tape, p.dhs)
    results = (out.hs, out.state, default.hs, default.state, tuple(found), tuple(unseeded))
    assert {array.dtype for array in arrays(results)} == {np.dtype(dtype)}
    for array, copy in zip(arrays(tuple(p)), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_cell
def test_float32_is_close_to_float64(cell: AnyCell) -> None:
    p = problem(cell, Sizes(6, 3, 4, 5), np.random.default_rng(2))
    single = Problem(*(map_arrays(lambda a: a.astype(np.float32), "p", part) for part in p))
    hs = unroll(cell, p.params, p.xs, p.state).hs
    assert_close(unroll(cell, single.params, single.xs, single.state).hs, hs, 1e-5)
    assert_close(tuple(gradients(cell, single)), tuple(gradients(cell, p)), 1e-4)


@every_cell
def test_a_run_leaves_earlier_results_and_its_tape_as_they_are(cell: AnyCell) -> None:
    p = problem(cell, Sizes(5, 2, 3, 4), np.random.default_rng(3))
    other = problem(cell, Sizes(5, 2, 3, 4), np.random.default_rng(4))
    out = unroll(cell, p.params, p.xs, p.state)
    first = unroll_backward(cell, p.params, out.tape, p.dhs, p.dstate)
    kept = [array.copy() for array in arrays((out.hs, out.state, tuple(first)))]
    gradients(cell, other)
    again = unroll_backward(cell, p.params, out.tape, p.dhs, p.dstate)
    for array, copy in zip(arrays((out.hs, out.state, tuple(first))), kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    for array, same in zip(arrays(tuple(again)), arrays(tuple(first)), strict=True):
        np.testing.assert_array_equal(array, same)


@every_cell
def test_strides_do_not_matter(cell: AnyCell) -> None:
    """Reversed, batch-first and broadcast arrays are as good as contiguous ones."""
    p = problem(cell, Sizes(4, 3, 2, 5), np.random.default_rng(6))
    one = p._replace(dhs=np.broadcast_to(p.dhs[:, :1], p.dhs.shape))
    wanted = tuple(gradients(cell, one._replace(dhs=one.dhs.copy())))
    batch_first = np.ascontiguousarray(p.xs.transpose(1, 0, 2))
    backwards = np.ascontiguousarray(p.xs[::-1])
    fortran = map_arrays(np.asfortranarray, "p", (p.params, p.state, p.dstate))
    for xs in (batch_first.transpose(1, 0, 2), backwards[::-1]):
        odd = Problem(fortran[0], xs, fortran[1], one.dhs, fortran[2])
        assert_close(tuple(gradients(cell, odd)), wanted)
        hs = unroll(cell, odd.params, odd.xs, odd.state).hs
        assert_close(hs, unroll(cell, p.params, p.xs, p.state).hs)


@every_cell
def test_nothing_global_moves(cell: AnyCell) -> None:
    state = np.random.get_state(legacy=False)  # noqa: NPY002 - the global state is the subject
    errors = np.geterr()
    gradients(cell, problem(cell, Sizes(3, 2, 1, 4), np.random.default_rng(5)))
    after = np.random.get_state(legacy=False)  # noqa: NPY002 - the global state is the subject
    np.testing.assert_equal(after, state)
    assert np.geterr() == errors
