"""From a text or a set of sequences to batches: streams, shuffled windows and padding."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array, expect_shape

Tokens = NDArray[np.integer[Any]]
"""Token numbers."""


class Batches(NamedTuple):
    """Windows of tokens and, for every token, the one that follows it."""

    inputs: Tokens
    """Shape (W, num_steps, batch_size): entry (w, t, b) is step t of row b in window w."""
    targets: Tokens
    """The token after each input, the same shape."""


class Padded(NamedTuple):
    """Sequences of different lengths side by side, zeros behind the shorter ones."""

    xs: Array
    """Shape (T_max, B, D)."""
    mask: NDArray[np.bool_]
    """True at steps that belong to a sequence, shape (T_max, B)."""
    lengths: NDArray[np.int64]
    """Steps of every sequence, shape (B,)."""


def stream_batches(tokens: Tokens, batch_size: int, num_steps: int) -> Batches:
    """Read one long text as ``batch_size`` parallel streams, in windows of ``num_steps``.

    The text is cut into ``batch_size`` contiguous streams. Row b of window w + 1 goes on where row
    b of window w ended, so the state may be carried from window to window. 0 1 2 … 12 with two
    streams and windows of three steps gives 0 1 2, then 3 4 5 in row 0, and 6 7 8, then
    9 10 11 in row 1; the target of 5 is 6, that of 11 is 12.

    The ragged tail is dropped. Of N tokens, W·num_steps·batch_size become inputs, as many as
    fit; the token after them is the last target; what is left has no part.

    Args:
        tokens: The text, integers, shape (N,).
        batch_size: B, streams read at once, at least 1.
        num_steps: Steps in a window, at least 1.

    Returns:
        Inputs and targets (W, num_steps, batch_size), copied, where
        W = ⌊(N − 1) / (batch_size·num_steps)⌋.

    Raises:
        ValueError: the text does not fill one window of every stream, or a size is below 1.
        TypeError: ``tokens`` are not integers.
    """
    num_windows = _count_windows(tokens, batch_size, num_steps)
    used = num_windows * num_steps * batch_size

    def windowed(part: Tokens) -> Tokens:
        streams = part.reshape(batch_size, num_windows, num_steps)
        return streams.transpose(1, 2, 0).copy()

    return Batches(windowed(tokens[:used]), windowed(tokens[1 : used + 1]))


def shuffled_batches(
    rng: np.random.Generator, tokens: Tokens, batch_size: int, num_steps: int
) -> Batches:
    """Cut the same windows as :func:`stream_batches` and shuffle them over windows and rows.

    Row b of window w + 1 has nothing to do with row b of window w, so a state that is carried
    from one to the other is wrong.

    Args:
        rng: Source of randomness.
        tokens: The text, integers, shape (N,).
        batch_size: B, windows read at once, at least 1.
        num_steps: Steps in a window, at least 1.

    Returns:
        Inputs and targets as :func:`stream_batches`, every window once.

    Raises:
        ValueError: As :func:`stream_batches`.
        TypeError: ``tokens`` are not integers.
    """
    streams = stream_batches(tokens, batch_size, num_steps)
    order = rng.permutation(len(streams.inputs) * batch_size)

    def shuffled(part: Tokens) -> Tokens:
        rows = part.transpose(0, 2, 1).reshape(-1, num_steps)[order]
        return rows.reshape(-1, batch_size, num_steps).transpose(0, 2, 1).copy()

    return Batches(shuffled(streams.inputs), shuffled(streams.targets))


def pad_sequences(sequences: Sequence[Array]) -> Padded:
    """Put sequences of different lengths into one batch, zeros behind the shorter ones.

    Padding stands at the end, so a network that reads forward does not see it at true steps. What
    must not count is the loss there: multiply its gradient by the mask. For the last state, and to
    read backward, see :func:`rnncore.masked`.

    Args:
        sequences: B arrays, shape (T_b, D) each, one dtype.

    Returns:
        The batch, the mask and the lengths.

    Raises:
        ValueError: there is no sequence, one is empty, or they differ in D or dtype.
    """
    if len(sequences) == 0:
        raise ValueError("sequences: expected at least one, got none")
    first = sequences[0]
    expect_shape("sequences[0]", first, "T", "D")
    for i, sequence in enumerate(sequences):
        expect_shape(f"sequences[{i}]", sequence, "T", first.shape[1])
        if sequence.dtype != first.dtype:
            raise ValueError(f"sequences[{i}]: expected {first.dtype}, got {sequence.dtype}")
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    mask = np.arange(lengths.max())[:, np.newaxis] < lengths
    xs = np.zeros((*mask.shape, first.shape[1]), first.dtype)
    for b, sequence in enumerate(sequences):
        xs[: len(sequence), b] = sequence
    return Padded(xs, mask, lengths)


def last_valid(hs: Array, lengths: NDArray[np.integer[Any]]) -> Array:
    """Pick the hidden state after the last true step of every sequence.

    Args:
        hs: Hidden states of a padded batch, shape (T_max, B, H).
        lengths: Steps of every sequence, each in 1 … T_max, shape (B,).

    Returns:
        A copy, shape (B, H): row b is ``hs[lengths[b] - 1, b]``, not ``hs[-1, b]``.

    Raises:
        ValueError: an array has a wrong shape, or a length is out of range.
    """
    expect_shape("hs", hs, "T", "B", "H")
    T, B, _ = hs.shape
    if lengths.shape != (B,):
        raise ValueError(f"lengths: expected ({B},), got {lengths.shape}")
    if lengths.min() < 1 or lengths.max() > T:
        raise ValueError(
            f"lengths: expected 1 to {T} steps, got {lengths.min()} to {lengths.max()}"
        )
    last: Array = hs[lengths - 1, np.arange(B)]
    return last


def _count_windows(tokens: Tokens, batch_size: int, num_steps: int) -> int:
    """Return how many windows fit, or raise."""
    if tokens.ndim != 1:
        raise ValueError(f"tokens: expected (N,), got {tokens.shape}")
    if not np.issubdtype(tokens.dtype, np.integer):
        raise TypeError(f"tokens: expected integers, got {tokens.dtype}")
    for name, size in (("batch_size", batch_size), ("num_steps", num_steps)):
        if size < 1:
            raise ValueError(f"{name}: expected at least 1, got {size}")
    wanted = batch_size * num_steps + 1  # one more, the last target
    if len(tokens) < wanted:
        raise ValueError(
            f"tokens: expected at least batch_size · num_steps + 1 = "
            f"{batch_size} · {num_steps} + 1 = {wanted}, got {len(tokens)}"
        )
    return (len(tokens) - 1) // (batch_size * num_steps)
