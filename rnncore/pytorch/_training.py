"""The training loop of :func:`rnncore.fit` in torch: carry the state, cut the gradient."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

import torch
from torch import nn

from rnncore.training import Log, as_log

TorchState: TypeAlias = torch.Tensor | tuple[torch.Tensor, ...]
"""h, or for the LSTM h and c; each (L·K, B, H)."""

N = TypeVar("N", bound=nn.Module)
W = TypeVar("W")


class TorchWindowLoss(NamedTuple):
    """What a module finds on one window."""

    loss: torch.Tensor
    """Mean over the valid positions of the window, a scalar."""
    state: TorchState | None
    """State after the window; None when windows do not follow on."""
    num_tokens: int
    """Valid positions of the window."""


class Trained(NamedTuple):
    """Result of :func:`train`; the module itself was changed."""

    state: TorchState | None
    """State after the last window, detached."""
    log: Log
    """The training curves."""
    interrupted: bool
    """Whether Ctrl-C ended training early."""


def train(
    loss: Callable[[N, W, TorchState | None], TorchWindowLoss],
    module: N,
    windows: Sequence[W],
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int = 1,
    max_norm: float = math.inf,
    state: TorchState | None = None,
    progress: Callable[[range], Iterable[int]] = iter,
) -> Trained:
    """Train a module in place: the loop of :func:`rnncore.fit`, line for line.

    The state that is carried to the next window is detached. Without that, the second window's
    ``backward`` would go through the first window's graph again, which is gone by then.

    Ctrl-C ends training and is not an error; torch updates in place, so what was learnt is in
    the module.

    Args:
        loss: ``loss(module, window, state)``, such as :func:`language_module_loss`.
        module: The module to train.
        windows: Examples in order of time; they may differ in length.
        optimizer: Made for the module's parameters.
        epochs: How often to go through the windows, at least 1.
        max_norm: Longest gradient an update may use.
        state: State before the first window of every epoch; zeros when left out.
        progress: Wraps the range of updates to show how far it is.

    Returns:
        The last state and the log.

    Raises:
        ValueError: there is no window, or ``epochs`` is below 1.
        RuntimeError: the gradient of an update is infinite or not a number.
    """
    if not windows:
        raise ValueError("windows: expected at least one, got none")
    if epochs < 1:
        raise ValueError(f"epochs: expected at least 1, got {epochs}")
    carried, interrupted = state, False
    log: list[tuple[int, float, float, float]] = []
    began = time.perf_counter()
    try:
        for n in progress(range(epochs * len(windows))):
            before = carried if n % len(windows) else state
            found = loss(module, windows[n % len(windows)], before)
            optimizer.zero_grad()
            found.loss.backward()  # type: ignore[no-untyped-call]  # torch's
            norm = nn.utils.clip_grad_norm_(module.parameters(), max_norm, error_if_nonfinite=True)
            optimizer.step()
            carried = detach(found.state)
            seconds = time.perf_counter() - began
            log.append((found.num_tokens, seconds, float(found.loss.detach()), float(norm)))
    except KeyboardInterrupt:
        interrupted = True
    return Trained(carried, as_log(log), interrupted)


def detach(state: TorchState | None) -> TorchState | None:
    """Cut a state off from the graph that made it; its numbers stay.

    Args:
        state: h, or h and c, or None.

    Returns:
        The same numbers, through which no gradient flows.
    """
    if state is None or isinstance(state, torch.Tensor):
        return state if state is None else state.detach()
    return tuple(part.detach() for part in state)
