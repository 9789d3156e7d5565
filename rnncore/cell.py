"""The contract every recurrent cell fulfils.

One idea gives both clarity and speed: separate what depends on the previous
state from what does not. The input projection, the weight gradients and the
input gradients need no loop, so each is one matrix product over all T·B rows.
Only ``step`` and ``step_backward`` run inside the loop over time.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from rnncore._shapes import Array


class HasHidden(Protocol):
    """A state or its gradient: a named tuple whose field ``h`` (B, H) is the cell's output."""

    @property
    def h(self) -> Array:
        """The hidden state, shape (B, H)."""

    def _replace(self, *, h: Array) -> Any: ...


P = TypeVar("P")
S = TypeVar("S", bound=HasHidden)
C = TypeVar("C")


class Cell(NamedTuple, Generic[P, S, C]):
    """A recurrent cell as a value: six pure functions.

    ``P`` is the cell's parameters, ``S`` its state and ``C`` what one step
    remembers for the backward pass; each is a named tuple of arrays. The
    gradient of a parameter or state tuple is a tuple of the same type.
    To run a step of your own, replace it: ``RNN._replace(step=my_step)``.
    """

    init: Callable[..., P]
    """``init(rng, input_size, hidden_size, dtype)`` → parameters."""

    zero_state: Callable[[P, int], S]
    """``zero_state(params, batch_size)`` → the state of a sequence not yet begun."""

    project: Callable[[P, Array], Array]
    """``project(params, xs)`` → zs (T, B, G): all that ``step`` needs of the inputs."""

    step: Callable[[P, Array, S], tuple[S, C]]
    """``step(params, z, state)`` → (next state, cache): one time step, z (B, G)."""

    step_backward: Callable[[P, S, C], tuple[Array, S]]
    """``step_backward(params, dstate, cache)`` → (dz, dstate_prev): one step back through time."""

    project_backward: Callable[[P, Array, Sequence[C], Array], tuple[P, Array]]
    """``project_backward(params, xs, caches, dzs)`` → (dparams, dxs), for all steps at once."""
