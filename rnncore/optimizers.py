"""From gradients to parameters: SGD, momentum and Adam, as pure functions.

An optimizer works on any model whose parameters are arrays in tuples, nested as deep as
they are. What it remembers goes in and comes out as a value; nothing is changed in place.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from rnncore._shapes import Array
from rnncore._trees import map_arrays

P = TypeVar("P")


class Optimizer(NamedTuple):
    """An optimizer as a value: two pure functions."""

    init: Callable[[Any], Any]
    """``init(params)`` → state before the first update."""

    update: Callable[[Any, Any, Any], tuple[Any, Any]]
    """``update(params, gradients, state)`` → (new params, new state).

    Raises ValueError when the gradients differ from the parameters in form or shape."""


class AdamState(NamedTuple):
    """What Adam remembers between updates."""

    mean: Any
    """Running mean of the gradients, in the form of the parameters."""
    square: Any
    """Running mean of their squares, in the form of the parameters."""
    num_updates: int
    """Updates made so far."""


def sgd(learning_rate: float) -> Optimizer:
    """Stochastic gradient descent, p ← p − η g.

    Args:
        learning_rate: η, positive.

    Returns:
        The optimizer; its state is the empty tuple.

    Raises:
        ValueError: ``learning_rate`` is not positive.
    """
    _expect_positive("learning_rate", learning_rate)

    def update(params: P, gradients: P, state: tuple[()]) -> tuple[P, tuple[()]]:
        return _descend(params, gradients, learning_rate), state

    return Optimizer(lambda _params: (), update)


def momentum(learning_rate: float, decay: float = 0.9) -> Optimizer:
    """Gradient descent with momentum, v ← μ v + g and p ← p − η v, as ``torch.optim.SGD``.

    Args:
        learning_rate: η, positive.
        decay: μ, in [0, 1); 0 is plain gradient descent.

    Returns:
        The optimizer; its state is v, in the form of the parameters
        (Sutskever, Martens, Dahl & Hinton, 2013, with η outside v).

    Raises:
        ValueError: ``learning_rate`` is not positive, or ``decay`` outside [0, 1).
    """
    _expect_positive("learning_rate", learning_rate)
    _expect_decay("decay", decay)

    def update(params: P, gradients: P, velocity: P) -> tuple[P, P]:
        velocity = map_arrays(
            lambda v, g: decay * v + g, "state", velocity, ("gradients", gradients)
        )
        return _descend(params, velocity, learning_rate), velocity

    return Optimizer(_zeros, update)


def adam(
    learning_rate: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
) -> Optimizer:
    """Adam (Kingma & Ba, 2015, Algorithm 1), as ``torch.optim.Adam``.

    Args:
        learning_rate: η, positive.
        betas: Decay of the two running means, each in [0, 1).
        eps: Added to the root of the mean square, positive.

    Returns:
        The optimizer; its state is an :class:`AdamState`.

    Raises:
        ValueError: ``learning_rate`` or ``eps`` is not positive, or a beta outside [0, 1).
    """
    _expect_positive("learning_rate", learning_rate)
    _expect_positive("eps", eps)
    for beta in betas:
        _expect_decay("betas", beta)

    def update(params: P, gradients: P, state: AdamState) -> tuple[P, AdamState]:
        n = state.num_updates + 1
        new = ("gradients", gradients)
        mean = map_arrays(
            lambda m, g: betas[0] * m + (1 - betas[0]) * g, "state.mean", state.mean, new
        )
        square = map_arrays(
            lambda s, g: betas[1] * s + (1 - betas[1]) * (g * g), "state.square", state.square, new
        )
        # Both means start at zero and are too small at first; 1 − βⁿ is what is missing.
        rate, root = learning_rate / (1 - betas[0] ** n), math.sqrt(1 - betas[1] ** n)
        direction = map_arrays(
            lambda m, s: m / (np.sqrt(s) / root + eps), "mean", mean, ("square", square)
        )
        return _descend(params, direction, rate), AdamState(mean, square, n)

    return Optimizer(lambda params: AdamState(_zeros(params), _zeros(params), 0), update)


def _descend(params: P, direction: P, rate: float) -> P:
    def move(p: Array, d: Array) -> Array:
        return p - rate * d

    return map_arrays(move, "params", params, ("gradients", direction))


def _zeros(params: P) -> P:
    return map_arrays(np.zeros_like, "params", params)


def _expect_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"{name}: expected a positive number, got {value}")


def _expect_decay(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{name}: expected a number in [0, 1), got {value}")
