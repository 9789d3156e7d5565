"""The training loop: what it carries, what it cuts, what it keeps."""

import signal
from functools import partial
from typing import NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnncore import (
    RNN,
    Linear,
    Log,
    Optimizer,
    WindowLoss,
    adam,
    backward_within,
    fit,
    init_language_model,
    join_logs,
    language_model_loss,
    momentum,
    sgd,
    stream_batches,
    tbptt_gradient,
    token_examples,
    unroll,
    unroll_backward,
)
from rnncore._shapes import Array
from rnncore._trees import arrays


class Weight(NamedTuple):
    """A model of one number."""

    w: Array


def distance(params: Weight, window: float, state: float | None) -> WindowLoss[Weight, float]:
    """Squared distance of the weight to the window plus all windows before it."""
    target = window + (state or 0.0)
    error = params.w - target
    return WindowLoss(float(error @ error), Weight(2 * error), target, 3)


START = Weight(np.zeros(1))


def test_the_state_is_carried_and_begins_anew_with_every_epoch() -> None:
    fitted = fit(distance, START, [1.0, 2.0], sgd(0.5), epochs=2)  # jumps to the target each time
    assert_array_equal(fitted.log.loss, [1, 4, 4, 4])  # 0 → 1 → 3, then 3 → 1 → 3
    assert fitted.params.w == 3
    assert fitted.state == 3

    begun = fit(distance, START, [1.0, 2.0], sgd(0.5), epochs=2, state=10.0)
    assert_array_equal(begun.log.loss, [121, 4, 4, 4])


def test_the_log_counts_tokens_time_and_the_norm_before_clipping() -> None:
    log = fit(distance, START, [1.0, 2.0, 3.0], sgd(0.5), max_norm=0.5).log
    assert_array_equal(log.tokens, [3, 6, 9])
    assert np.all(np.diff(log.seconds, prepend=0) > 0)
    assert_allclose(log.gradient_norm[0], 2)
    assert_allclose(log.loss[1], (3 - 0.25) ** 2, rtol=1e-5)
    assert log.tokens.dtype == np.int64


@pytest.mark.parametrize("optimizer", [sgd(0.1), momentum(0.1), adam(0.1)])
def test_two_calls_equal_one(optimizer: Optimizer) -> None:
    windows = [1.0, -2.0, 0.5]
    run = partial(fit, distance, optimizer=optimizer)
    once = run(params=START, windows=windows, epochs=2)
    first = run(params=START, windows=windows)
    second = run(params=first.params, windows=windows, optimizer_state=first.optimizer_state)
    assert once.params.w == second.params.w
    joined = join_logs([first.log, second.log])
    assert_array_equal(joined.tokens, once.log.tokens)
    assert_array_equal(joined.loss, once.log.loss)
    assert np.all(np.diff(joined.seconds) > 0)


def test_an_interrupt_keeps_what_was_learnt() -> None:
    def interrupted_at_3(
        params: Weight, window: float, state: float | None
    ) -> WindowLoss[Weight, float]:
        if window == 3.0:
            signal.raise_signal(signal.SIGINT)  # what Ctrl-C sends
        return distance(params, window, state)

    run = partial(fit, params=START, optimizer=adam(0.1))
    stopped = run(interrupted_at_3, windows=[1.0, 2.0, 3.0, 4.0])
    wanted = run(distance, windows=[1.0, 2.0])
    assert stopped.interrupted
    assert not wanted.interrupted
    assert stopped.params.w == wanted.params.w
    assert_array_equal(stopped.log.loss, wanted.log.loss)

    at_once = run(interrupted_at_3, windows=[3.0])
    assert at_once.params is START
    assert [curve.shape for curve in at_once.log] == [(0,)] * len(Log._fields)
    assert_array_equal(join_logs([at_once.log, wanted.log]).tokens, wanted.log.tokens)


def test_progress_sees_every_update() -> None:
    seen = []

    def progress(updates: range) -> range:
        seen.append(len(updates))
        return updates

    fit(distance, START, [1.0, 2.0], sgd(0.1), epochs=3, progress=progress)
    assert seen == [6]


def test_the_gradient_is_cut_at_the_windows_and_the_state_is_not() -> None:
    """Two windows of a text are TBPTT(T, T): the same as truncating one long pass."""
    rng = np.random.default_rng(0)
    params = init_language_model(rng, RNN, 5, 3, 4)
    tokens = rng.integers(5, size=25)
    halves = token_examples(stream_batches(tokens, 2, 6))
    (whole,) = token_examples(stream_batches(tokens, 2, 12))
    total, state = None, None
    for half in halves:
        found = language_model_loss(RNN, params, half, state)
        state = found.state
        total = found.gradients.cell.W_h / 2 + (0 if total is None else total)

    uncut = language_model_loss(RNN, params, whole)
    assert state is not None
    assert uncut.state is not None
    assert_allclose(state.h, uncut.state.h, atol=1e-14)
    assert total is not None
    assert np.abs(total - uncut.gradients.cell.W_h).max() > 1e-4

    hs_loss = uncut.loss
    assert_allclose(
        np.mean([language_model_loss(RNN, params, halves[0]).loss, found.loss]), hs_loss
    )


def test_reach_is_tbptt_of_one_loss_at_a_time() -> None:
    rng = np.random.default_rng(0)
    params = RNN.init(rng, 2, 3)
    tape = unroll(RNN, params, rng.normal(size=(6, 2, 2))).tape
    dhs = rng.normal(size=(6, 2, 3))
    full = unroll_backward(RNN, params, tape, dhs)
    for ours, theirs in (
        (backward_within(RNN, params, tape, dhs, None), full),
        (backward_within(RNN, params, tape, dhs, 6), full),
        (backward_within(RNN, params, tape, dhs, 2), tbptt_gradient(RNN, params, tape, dhs, 1, 2)),
    ):
        for a, b in zip(arrays(ours.params), arrays(theirs.params), strict=True):
            assert_allclose(a, b, atol=1e-13)
    cut = backward_within(RNN, params, tape, dhs, 2)
    assert np.abs(cut.params.W_h - full.params.W_h).max() > 1e-3


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="windows: expected at least one, got none"):
        fit(distance, START, [], sgd(0.1))
    with pytest.raises(ValueError, match="epochs: expected at least 1, got 0"):
        fit(distance, START, [1.0], sgd(0.1), epochs=0)
    with pytest.raises(FloatingPointError, match="update 2 of 2: gradients: expected finite"):
        fit(distance, START, [1.0, np.inf], sgd(0.1))
    rng = np.random.default_rng(0)
    params = RNN.init(rng, 1, 1)
    tape = unroll(RNN, params, np.ones((2, 1, 1))).tape
    with pytest.raises(ValueError, match="reach: expected at least 1, got 0"):
        backward_within(RNN, params, tape, np.ones((2, 1, 1)), 0)


def test_nothing_given_is_changed() -> None:
    params = Linear(np.array([[1.0]]), np.array([2.0]))

    def gradient(p: Linear, window: float, _state: None) -> WindowLoss[Linear, None]:
        return WindowLoss(window, Linear(p.W + 1, p.b + 1), None, 1)

    fit(gradient, params, [1.0, 2.0], adam(0.1))
    assert_array_equal(params.W, [[1.0]])
    assert_array_equal(params.b, [2.0])
