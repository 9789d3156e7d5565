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
