"""Losses, each returned together with its gradient.

Sum and mean have names of their own, because the difference scales every
gradient of the network.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array, expect_shape


def squared_error_sum(predictions: Array, targets: Array) -> tuple[float, Array]:
    """Sum of (ŷ − y)² over all entries.

    Args:
        predictions: ŷ, any shape.
        targets: y, the same shape.

    Returns:
        The loss, in squared units of the targets, and its gradient by ŷ, 2 (ŷ − y).

    Raises:
        ValueError: the shapes differ (they are never broadcast).
    """
    expect_shape("targets", targets, *predictions.shape)
    error = predictions - targets
    return float(np.sum(error * error)), 2 * error


def squared_error_mean(predictions: Array, targets: Array) -> tuple[float, Array]:
    """Mean of (ŷ − y)² over all entries, as ``torch.nn.MSELoss`` computes it.

    Arguments, errors and results as :func:`squared_error_sum`, divided by the number of entries.
    """
    loss, dpredictions = squared_error_sum(predictions, targets)
    return loss / predictions.size, dpredictions / predictions.size


def softmax_cross_entropy_sum(
    logits: Array, targets: NDArray[np.integer[Any]]
) -> tuple[float, Array]:
    """Sum over all rows of −log softmax(logits)[target].

    Args:
        logits: Unnormalised log-probabilities, shape (…, V).
        targets: Class of every row, integers in [0, V), shape (…).

    Returns:
        The loss in nats and its gradient by the logits, softmax − one-hot, shape (…, V)
        (Goodfellow, Bengio & Courville, 2016, section 6.2.2.3).

    Raises:
        ValueError: ``targets`` has another shape than the rows, or a class outside [0, V).
        TypeError: ``targets`` are not integers.
    """
    if logits.ndim == 0:
        raise ValueError("logits: expected (…, V), got ()")
    if not np.issubdtype(targets.dtype, np.integer):
        raise TypeError(f"targets: expected integers, got {targets.dtype}")
    num_classes = logits.shape[-1]
    if targets.shape != logits.shape[:-1]:
        raise ValueError(f"targets: expected {logits.shape[:-1]}, got {targets.shape}")
    if targets.size and (targets.min() < 0 or targets.max() >= num_classes):
        raise ValueError(
            f"targets: expected classes in [0, {num_classes}), "
            f"got {targets.min()} to {targets.max()}"
        )
    shifted = logits - logits.max(axis=-1, keepdims=True)  # now exp cannot overflow
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    picked = targets[..., np.newaxis]
    loss = -np.take_along_axis(log_probabilities, picked, axis=-1).sum()
    dlogits = np.exp(log_probabilities)
    np.put_along_axis(dlogits, picked, np.take_along_axis(dlogits, picked, -1) - 1, axis=-1)
    return float(loss), dlogits


def softmax_cross_entropy_mean(
    logits: Array, targets: NDArray[np.integer[Any]]
) -> tuple[float, Array]:
    """Mean over all rows of −log softmax(logits)[target], in nats per row.

    What ``torch.nn.CrossEntropyLoss`` computes. Arguments, errors and results as
    :func:`softmax_cross_entropy_sum`, divided by the number of rows.
    """
    loss, dlogits = softmax_cross_entropy_sum(logits, targets)
    return loss / targets.size, dlogits / targets.size
