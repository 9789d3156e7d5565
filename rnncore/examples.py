"""What a model is trained on: inputs, targets and a mask, side by side in time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array
from rnncore.batching import Batches


class TokenExamples(NamedTuple):
    """One window of token sequences, side by side on the batch axis."""

    inputs: NDArray[np.integer[Any]]
    """Token read at every step, shape (T, B)."""
    targets: NDArray[np.integer[Any]]
    """Token to be predicted there, shape (T, B)."""
    mask: NDArray[np.bool_]
    """True where the prediction counts, shape (T, B)."""


class SeriesExamples(NamedTuple):
    """One window of series of numbers, side by side on the batch axis."""

    inputs: Array
    """Numbers read at every step, shape (T, B, D)."""
    targets: Array
    """Numbers to be predicted there, shape (T, B, O)."""
    mask: NDArray[np.bool_]
    """True where the prediction counts, shape (T, B)."""


def token_examples(batches: Batches) -> Sequence[TokenExamples]:
    """List the windows of a text in the order in which :func:`rnncore.fit` takes them.

    Args:
        batches: Inputs and targets (W, T, B), as :func:`rnncore.stream_batches` cuts them.

    Returns:
        W windows; every position counts.
    """
    everywhere = np.ones(batches.inputs.shape[1:], bool)
    return [TokenExamples(*pair, everywhere) for pair in zip(*batches, strict=True)]


def shuffled_examples(
    rng: np.random.Generator, examples: SeriesExamples, batch_size: int
) -> Sequence[SeriesExamples]:
    """Shuffle windows that stand side by side and deal them into smaller batches.

    Args:
        rng: Source of randomness.
        examples: N windows, shape (T, N, …).
        batch_size: Windows in a batch, 1 to N.

    Returns:
        ⌈N / batch_size⌉ batches, copied, every window in one of them; the last may be smaller.

    Raises:
        ValueError: ``batch_size`` is out of range.
    """
    inputs, targets, mask = examples
    num_windows = mask.shape[1]
    if not 1 <= batch_size <= num_windows:
        raise ValueError(f"batch_size: expected 1 to {num_windows} (the windows), got {batch_size}")
    order = rng.permutation(num_windows)
    parts = [order[i : i + batch_size] for i in range(0, num_windows, batch_size)]
    return [SeriesExamples(inputs[:, p], targets[:, p], mask[:, p]) for p in parts]
