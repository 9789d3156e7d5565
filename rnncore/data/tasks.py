"""Tasks that show how far back a network can learn to look."""

import math

import numpy as np
from numpy.typing import DTypeLike

from rnncore.examples import SeriesExamples, TokenExamples

NUM_SYMBOLS = 8
"""Symbols to be copied in :func:`copy_task`."""
BLANK = NUM_SYMBOLS
"""Token that says nothing."""
RECALL = NUM_SYMBOLS + 1
"""Token that asks for the symbols."""
COPY_LENGTH = 10
"""Symbols in one sequence."""


def delayed_recall(
    rng: np.random.Generator,
    num_steps: int,
    batch_size: int,
    delay: int,
    dtype: DTypeLike = np.float64,
) -> SeriesExamples:
    """Draw −1 or 1 at every step; the target is what was drawn ``delay`` steps before.

    The loss at step t depends on the input at t − delay and on no other, so a gradient that
    reaches delay + 1 steps sees the cause and a shorter one does not.

    Args:
        rng: Source of randomness.
        num_steps: T, more than ``delay``.
        batch_size: B, at least 1.
        delay: Steps between input and target, 0 or more.
        dtype: ``float32`` or ``float64``.

    Returns:
        Inputs and targets (T, B, 1); the mask is false in the first ``delay`` steps. Always
        answering 0 has a mean squared error of 1.

    Raises:
        ValueError: a size is out of range.
    """
    _expect_at_least("delay", delay, 0)
    _expect_at_least("num_steps", num_steps, delay + 1)
    _expect_at_least("batch_size", batch_size, 1)
    inputs = rng.choice(np.array([-1, 1], dtype), (num_steps, batch_size, 1))
    targets = np.zeros_like(inputs)
    targets[delay:] = inputs[: num_steps - delay]
    mask = np.broadcast_to(np.arange(num_steps)[:, np.newaxis] >= delay, (num_steps, batch_size))
    return SeriesExamples(inputs, targets, mask.copy())


def adding_problem(
    rng: np.random.Generator, num_steps: int, batch_size: int, dtype: DTypeLike = np.float64
) -> SeriesExamples:
    """Add the two marked numbers of a long sequence.

    Each step has a number drawn evenly from [0, 1) and a mark. Two marks are 1, one in each half
    of the sequence, the others 0; the target, after the last step, is the sum of the two
    marked numbers. Hochreiter & Schmidhuber (1997, experiment 4) introduced the task; the range of
    the numbers is that of Le, Jaitly & Hinton (2015), a mark in each half that of Arjovsky, Shah &
    Bengio (2016).

    Args:
        rng: Source of randomness.
        num_steps: T, at least 2.
        batch_size: B, at least 1.
        dtype: ``float32`` or ``float64``.

    Returns:
        Inputs (T, B, 2), number and mark; targets (T, B, 1), of which only the last step
        counts. Always answering 1 has a mean squared error of 1/6, the variance of the sum.

    Raises:
        ValueError: a size is out of range.
    """
    _expect_at_least("num_steps", num_steps, 2)
    _expect_at_least("batch_size", batch_size, 1)
    rows, half = np.arange(batch_size), num_steps // 2
    inputs = np.zeros((num_steps, batch_size, 2), dtype)
    inputs[..., 0] = rng.random((num_steps, batch_size))
    inputs[rng.integers(half, size=batch_size), rows, 1] = 1
    inputs[rng.integers(half, num_steps, size=batch_size), rows, 1] = 1
    targets = np.zeros((num_steps, batch_size, 1), dtype)
    targets[-1, :, 0] = (inputs[..., 0] * inputs[..., 1]).sum(axis=0)
    mask = np.zeros((num_steps, batch_size), bool)
    mask[-1] = True
    return SeriesExamples(inputs, targets, mask)


def copy_task(rng: np.random.Generator, blanks: int, batch_size: int) -> TokenExamples:
    """Read ten symbols, wait, and write them down when asked.

    The input is 10 symbols, ``blanks`` − 1 blanks, the token that asks, 10 more blanks; the
    target is blank but for the last 10 steps, where the symbols come again (Hochreiter &
    Schmidhuber, 1997; in this form Arjovsky, Shah & Bengio, 2016).

    Args:
        rng: Source of randomness.
        blanks: T of the papers, how long the wait is, at least 1.
        batch_size: B, at least 1.

    Returns:
        Inputs and targets (blanks + 20, B): symbols 0 to 7, ``BLANK``, ``RECALL``. Every
        position counts; :func:`copy_baseline` is what can be had without memory.

    Raises:
        ValueError: a size is out of range.
    """
    _expect_at_least("blanks", blanks, 1)
    _expect_at_least("batch_size", batch_size, 1)
    num_steps = blanks + 2 * COPY_LENGTH
    symbols = rng.integers(NUM_SYMBOLS, size=(COPY_LENGTH, batch_size))
    inputs = np.full((num_steps, batch_size), BLANK)
    inputs[:COPY_LENGTH] = symbols
    inputs[-COPY_LENGTH - 1] = RECALL
    targets = np.full((num_steps, batch_size), BLANK)
    targets[-COPY_LENGTH:] = symbols
    return TokenExamples(inputs, targets, np.ones((num_steps, batch_size), bool))


def copy_baseline(blanks: int) -> float:
    """Loss of :func:`copy_task` without memory: 10 ln 8 / (T + 20) nats per position.

    Args:
        blanks: T, how long the wait is.

    Returns:
        The loss of being certain of every blank and guessing evenly among the symbols.
    """
    return COPY_LENGTH * math.log(NUM_SYMBOLS) / (blanks + 2 * COPY_LENGTH)


def _expect_at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise ValueError(f"{name}: expected at least {least}, got {value}")
