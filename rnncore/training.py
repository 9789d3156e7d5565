"""Training: one update per window, with the state carried from window to window."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnncore._shapes import Array
from rnncore.cell import C, Cell, HasHidden
from rnncore.clipping import Clipped, clip_by_global_norm
from rnncore.optimizers import Optimizer
from rnncore.sequence import Gradients, Tape, unroll_backward
from rnncore.truncation import tbptt_gradient

P = TypeVar("P")
S = TypeVar("S")
W = TypeVar("W")
CellState = TypeVar("CellState", bound=HasHidden)


class WindowLoss(NamedTuple, Generic[P, S]):
    """What a model finds on one window."""

    loss: float
    """Mean over the valid positions of the window."""
    gradients: P
    """Gradient of that loss by the parameters; it reaches no step before the window."""
    state: S | None
    """State after the window, to begin the next one with; None when windows do not follow on."""
    num_tokens: int
    """Valid positions of the window."""


class Log(NamedTuple):
    """Training as curves: one entry per update."""

    tokens: NDArray[np.int64]
    """Valid positions seen until then, shape (N,)."""
    seconds: Array
    """Time since training began, shape (N,)."""
    loss: Array
    """Loss of the window before its update, shape (N,)."""
    gradient_norm: Array
    """Global norm of the gradient before clipping, shape (N,)."""


class Fitted(NamedTuple, Generic[P, S]):
    """Result of :func:`fit`."""

    params: P
    """Parameters after the last update."""
    optimizer_state: Any
    """What the optimizer remembers; hand it to the next :func:`fit` to go on."""
    state: S | None
    """State after the last window."""
    log: Log
    """The training curves."""
    interrupted: bool
    """Whether Ctrl-C ended training early."""


class _Held(NamedTuple):
    """All that an update replaces, in one value: an interrupt never leaves half an update."""

    params: Any
    optimizer_state: Any
    state: Any


def fit(
    gradient: Callable[[P, W, S | None], WindowLoss[P, S]],
    params: P,
    windows: Sequence[W],
    optimizer: Optimizer,
    *,
    epochs: int = 1,
    max_norm: float = math.inf,
    state: S | None = None,
    optimizer_state: Any = None,
    progress: Callable[[range], Iterable[int]] = iter,
) -> Fitted[P, S]:
    """Train a model: for every window one gradient and one update.

    The state after a window begins the next one. It goes over as a value, so no gradient
    crosses from window to window: training is TBPTT(num_steps, num_steps) over the stream. At
    the beginning of an epoch the state is ``state`` again.

    Ctrl-C ends training and is not an error: what was learnt so far is returned, up to the
    last whole update.

    Args:
        gradient: ``gradient(params, window, state)``, such as
            ``partial(language_model_loss, LSTM)``; a state of None means a sequence not yet
            begun.
        params: Where to start; arrays in tuples, nested as deep as you like.
        windows: Examples in order of time; they may differ in length.
        optimizer: Such as ``adam(1e-3)``.
        epochs: How often to go through the windows, at least 1.
        max_norm: Longest gradient an update may use (:func:`rnncore.clip_by_global_norm`).
        state: State before the first window of every epoch.
        optimizer_state: That of an earlier :func:`fit`, to go on with it.
        progress: Wraps the range of updates to show how far it is:
            ``rnncore.progress.progress_bar``, or ``tqdm`` itself.

    Returns:
        The trained parameters, what is needed to go on, and the log.

    Raises:
        ValueError: there is no window, or ``epochs`` is below 1.
        FloatingPointError: the gradient of an update is infinite or not a number.
    """
    if not windows:
        raise ValueError("windows: expected at least one, got none")
    if epochs < 1:
        raise ValueError(f"epochs: expected at least 1, got {epochs}")
    num_updates = epochs * len(windows)
    if optimizer_state is None:
        optimizer_state = optimizer.init(params)
    held, interrupted = _Held(params, optimizer_state, state), False
    log: list[tuple[int, float, float, float]] = []
    began = time.perf_counter()
    try:
        for n in progress(range(num_updates)):
            carried = held.state if n % len(windows) else state
            found = gradient(held.params, windows[n % len(windows)], carried)
            clipped = _clip(found.gradients, max_norm, f"update {n + 1} of {num_updates}")
            updated = optimizer.update(held.params, clipped.gradients, held.optimizer_state)
            seconds = time.perf_counter() - began
            held = _Held(*updated, found.state)
            log.append((found.num_tokens, seconds, found.loss, clipped.norm))
    except KeyboardInterrupt:
        interrupted = True
    return Fitted(held.params, held.optimizer_state, held.state, as_log(log), interrupted)


def backward_within(
    cell: Cell[P, CellState, C], params: P, tape: Tape[C], dhs: Array, reach: int | None
) -> Gradients[P, CellState]:
    """Backpropagate through a window, from every loss back over at most ``reach`` steps.

    Args:
        cell: The cell that was run.
        params: Its parameters.
        tape: Tape of the window.
        dhs: Gradient by every hidden state, shape (T, B, H).
        reach: Steps a loss reaches, its own included; None for all of the window.

    Returns:
        Full gradients, or those of TBPTT(1, reach).

    Raises:
        ValueError: ``reach`` is below 1, or ``dhs`` has a wrong shape.
    """
    if reach is None:
        return unroll_backward(cell, params, tape, dhs)
    if reach < 1:
        raise ValueError(f"reach: expected at least 1, got {reach}")
    return tbptt_gradient(cell, params, tape, dhs, 1, reach)


def join_logs(logs: Sequence[Log]) -> Log:
    """Put the logs of several calls of :func:`fit` behind each other.

    Args:
        logs: In order of time, at least one.

    Returns:
        One log, in which tokens and seconds go on counting.
    """
    tokens, seconds, loss, norm = zip(*logs, strict=True)
    return Log(_behind(tokens), _behind(seconds), np.concatenate(loss), np.concatenate(norm))


def _clip(gradients: P, max_norm: float, place: str) -> Clipped[P]:
    try:
        return clip_by_global_norm(gradients, max_norm)
    except FloatingPointError as error:
        raise FloatingPointError(f"{place}: {error}") from error


def _behind(curves: Sequence[NDArray[Any]]) -> NDArray[Any]:
    offsets = np.cumsum([0, *(curve[-1] if curve.size else 0 for curve in curves[:-1])])
    return np.concatenate([curve + offset for curve, offset in zip(curves, offsets, strict=True)])


def as_log(records: Sequence[tuple[int, float, float, float]]) -> Log:
    """Make a log of records (tokens of this update, seconds, loss, gradient norm).

    Args:
        records: One per update, in order; ``records`` may be empty.

    Returns:
        The log, in which tokens are summed up.
    """
    tokens, *others = np.array(records, float).reshape(-1, len(Log._fields)).T
    return Log(np.cumsum(tokens, dtype=np.int64), *others)
