"""The contract every recurrent cell fulfils.

One idea gives both clarity and speed: separate what depends on the previous
state from what does not. The input projection, the weight gradients and the
input gradients need no loop, so each is one matrix product over all T·B rows.
Only ``step`` and ``step_backward`` run inside the loop over time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast, overload

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


class StackedCaches(Sequence[C]):
    """The caches of T steps, kept as one cache whose arrays have a leading time axis.

    Taking one step or a slice of steps copies nothing.
    """

    def __init__(self, arrays: C) -> None:
        self.arrays = arrays
        self._fields: tuple[Array, ...] = tuple(cast(Iterable[Array], arrays))

    def __len__(self) -> int:
        return len(self._fields[0])

    @overload
    def __getitem__(self, t: int) -> C: ...
    @overload
    def __getitem__(self, t: slice) -> "StackedCaches[C]": ...
    def __getitem__(self, t: int | slice) -> "C | StackedCaches[C]":
        cache: C = type(self.arrays)(*(field[t] for field in self._fields))
        return StackedCaches(cache) if isinstance(t, slice) else cache


class Kernel(NamedTuple, Generic[P, S, C]):
    """A cell's two loops over time, written for speed instead of for reading.

    They give the numbers that the cell's own functions give, and run only while the cell has
    those functions: see :func:`kernel_of`.
    """

    cell: "Cell[P, S, C]"
    """The cell that the loops stand for, without kernel."""

    forward: Callable[[P, Array, S], tuple[Array, S, C]]
    """``forward(params, xs, state)`` → (hs, last state, caches with a leading time axis)."""

    backward: Callable[[P, Array, C, Array, S], tuple[P, Array, S]]
    """``backward(params, xs, caches, dhs, dstate)`` → (dparams, dxs, dstate of the beginning)."""


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

    kernel: Kernel[P, S, C] | None = None
    """The same loops written for speed, if somebody wrote them."""


def kernel_of(cell: Cell[P, S, C], xs: Array, *others: Array) -> Kernel[P, S, C] | None:
    """Return a cell's kernel if it may run in place of the cell's own functions.

    It may unless one of those it stands for has been replaced. And since kernels write in place,
    all arrays must be of one float type; anything else is left to the functions.

    Args:
        cell: Any cell.
        xs: Inputs, shape (T, B, D).
        others: All other arrays of the problem.

    Returns:
        The kernel, or None when the functions are to be run.
    """
    kernel = cell.kernel
    if kernel is None or cell[1:6] != kernel.cell[1:6]:  # how parameters are drawn is no matter
        return None
    if xs.ndim != 3 or xs.dtype.kind != "f" or any(a.dtype != xs.dtype for a in others):
        return None
    return kernel
