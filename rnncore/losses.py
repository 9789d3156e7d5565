"""Losses, each returned together with its gradient.

Sum and mean, over time and batch alike, have names of their own, because the
difference scales every gradient of the network. A masked loss sees the valid
positions of a padded batch and nothing else.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array, expect_shape, expect_tokens


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
    if targets.shape != logits.shape[:-1]:
        raise ValueError(f"targets: expected {logits.shape[:-1]}, got {targets.shape}")
    expect_tokens("targets", targets, logits.shape[-1])
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


def masked_squared_error_sum(
    predictions: Array, targets: Array, mask: NDArray[np.bool_]
) -> tuple[float, Array]:
    """Sum of (ŷ − y)² over the valid positions.

    Args:
        predictions: ŷ, shape (T, B, O).
        targets: y, the same shape; what stands at a padded position does not matter.
        mask: True where a position is valid, shape (T, B).

    Returns:
        The loss, and its gradient by ŷ, exactly zero at every padded position.

    Raises:
        ValueError: a shape is wrong, or no position is valid.
        TypeError: ``mask`` is not boolean.
    """
    expect_shape("targets", targets, *predictions.shape)
    _expect_mask(mask, predictions)
    loss, drows = squared_error_sum(predictions[mask], targets[mask])
    return loss, _scatter(drows, mask)


def masked_squared_error_mean(
    predictions: Array, targets: Array, mask: NDArray[np.bool_]
) -> tuple[float, Array]:
    """Mean of (ŷ − y)² over the entries of the valid positions.

    Arguments and errors as :func:`masked_squared_error_sum`; the number of entries divided by is
    O for each valid position.
    """
    loss, dpredictions = masked_squared_error_sum(predictions, targets, mask)
    num_entries = int(mask.sum()) * predictions.shape[-1]
    return loss / num_entries, dpredictions / num_entries


def masked_cross_entropy_sum(
    logits: Array, targets: NDArray[np.integer[Any]], mask: NDArray[np.bool_]
) -> tuple[float, Array]:
    """Sum over the valid positions of −log softmax(logits)[target].

    Args:
        logits: Unnormalised log-probabilities, shape (T, B, V).
        targets: Class at every position, integers, shape (T, B); those at valid positions in
            [0, V), what stands at a padded one does not matter.
        mask: True where a position is valid, shape (T, B).

    Returns:
        The loss in nats, and its gradient by the logits, exactly zero at every padded position.

    Raises:
        ValueError: a shape is wrong, a valid target is outside [0, V), or no position is valid.
        TypeError: ``targets`` are not integers, or ``mask`` is not boolean.
    """
    _expect_mask(mask, logits)
    if targets.shape != mask.shape:
        raise ValueError(f"targets: expected {mask.shape}, got {targets.shape}")
    loss, drows = softmax_cross_entropy_sum(logits[mask], targets[mask])
    return loss, _scatter(drows, mask)


def masked_cross_entropy_mean(
    logits: Array, targets: NDArray[np.integer[Any]], mask: NDArray[np.bool_]
) -> tuple[float, Array]:
    """Mean over the valid positions of −log softmax(logits)[target], in nats per position.

    What ``torch.nn.CrossEntropyLoss`` computes with ``ignore_index`` at the padded positions.
    Arguments and errors as :func:`masked_cross_entropy_sum`.
    """
    loss, dlogits = masked_cross_entropy_sum(logits, targets, mask)
    num_valid = int(mask.sum())
    return loss / num_valid, dlogits / num_valid


def nats_to_bits(nats: float) -> float:
    """Convert a loss: nats per character divided by ln 2 are bits per character.

    Args:
        nats: A cross-entropy, measured with the natural logarithm.

    Returns:
        The same, measured with the logarithm to base 2.
    """
    return nats / math.log(2)


def _expect_mask(mask: NDArray[np.bool_], rows: Array) -> None:
    if mask.dtype != np.bool_:
        raise TypeError(f"mask: expected booleans, got {mask.dtype}")
    if rows.ndim == 0 or mask.shape != rows.shape[:-1]:
        raise ValueError(f"mask: expected {rows.shape[:-1]}, got {mask.shape}")
    if not mask.any():
        raise ValueError(f"mask: expected at least one valid position, got none in {mask.shape}")


def _scatter(drows: Array, mask: NDArray[np.bool_]) -> Array:
    """Put the gradients of the valid rows back into their places, with zeros between."""
    gradient = np.zeros((*mask.shape, drows.shape[-1]), drows.dtype)
    gradient[mask] = drows
    return gradient
