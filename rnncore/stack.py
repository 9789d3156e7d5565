"""Several layers of a cell, in one direction or in both, as torch arranges them.

The parameters say what the network is: ``params[layer]`` holds one tuple of parameters for a layer
that reads forward, two for a bidirectional one (forward, then backward).
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Generic, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnncore._shapes import Array, expect_shape
from rnncore._trees import map_arrays
from rnncore.cell import C, Cell, P, S
from rnncore.masking import masked
from rnncore.sequence import Tape, unroll, unroll_backward

Layers = Sequence[Sequence[P]]
"""Parameters by layer and direction."""

Mask = NDArray[np.bool_]
"""True at the steps that belong to a sequence, shape (T, B)."""


class Stacked(NamedTuple, Generic[S]):
    """Result of :func:`unroll_stack`, for L layers of K directions."""

    hs: Array
    """Output of the last layer at every step, shape (T, B, K·H): at step t what the forward
    direction made of steps 0 … t, beside what the backward one made of steps T − 1 … t."""
    state: S
    """Last states, each field (L·K, B, H), layer by layer, the forward direction first.
    The backward direction's last state is the one after step 0."""
    tapes: Sequence[Sequence[Tape[Any]]]
    """By layer and direction, for :func:`unroll_stack_backward`."""


class StackGradients(NamedTuple, Generic[P, S]):
    """Result of :func:`unroll_stack_backward`."""

    params: Sequence[Sequence[P]]
    """Gradient by every parameter, by layer and direction."""
    xs: Array
    """Gradient by the inputs, shape (T, B, D)."""
    state: S
    """Gradient by the initial states, each field (L·K, B, H)."""


def init_stack(
    cell: Cell[P, S, C],
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    dtype: DTypeLike = np.float64,
) -> tuple[tuple[P, ...], ...]:
    """Draw parameters of layers that read forward in time.

    Args:
        cell: The cell of every layer.
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: H of every layer.
        num_layers: L, at least 1.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        L layers of one direction.

    Raises:
        ValueError: ``num_layers`` is below 1.
    """
    return _init_layers(cell, rng, input_size, hidden_size, num_layers, 1, dtype)


def init_bidirectional(
    cell: Cell[P, S, C],
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    dtype: DTypeLike = np.float64,
) -> tuple[tuple[P, ...], ...]:
    """Draw parameters of layers that read in both directions.

    Args:
        cell: The cell of every layer and direction.
        rng: Source of randomness.
        input_size: D, features per step; the upper layers read 2H.
        hidden_size: H of every direction.
        num_layers: L, at least 1.
        dtype: ``float32`` or ``float64``; every later result keeps it.

    Returns:
        L layers of two directions, forward then backward.

    Raises:
        ValueError: ``num_layers`` is below 1.
    """
    return _init_layers(cell, rng, input_size, hidden_size, num_layers, 2, dtype)


def unroll_stack(
    cell: Cell[P, S, C],
    params: Layers[P],
    xs: Array,
    state: S | None = None,
    mask: Mask | None = None,
) -> Stacked[S]:
    """Run layers over a sequence; every layer reads all outputs of the one below.

    Bidirectional layers are those of Schuster & Paliwal (1997).

    Args:
        cell: The cell of every layer.
        params: Its parameters by layer and direction.
        xs: Inputs, shape (T, B, D).
        state: States before the first step, each field (L·K, B, H); all zeros when left out.
        mask: False at padding, shape (T, B); no padding when left out. Outputs at padding mean
            nothing, the last states are every sequence's own.

    Returns:
        Outputs and last states as ``torch.nn.RNN`` shapes them, and the tapes.

    Raises:
        ValueError: ``xs``, ``state`` or the form of ``params`` is wrong.
    """
    num_directions = _count_directions(params)
    expect_shape("xs", xs, "T", "B", "D")
    starts = _split(cell, params, xs.shape[1], "state", state)
    lasts: list[S] = []
    tapes: list[list[Tape[Any]]] = []
    for layer, layer_params in enumerate(params):
        outputs = []
        tapes.append([])
        for direction, p in enumerate(layer_params):
            start = starts[layer * num_directions + direction]
            run = unroll(_reading(cell, direction, mask), p, _in_direction(xs, direction), start)
            outputs.append(_in_direction(run.hs, direction))
            lasts.append(run.state)
            tapes[-1].append(run.tape)
        xs = np.concatenate(outputs, axis=2)
    return Stacked(xs, _join(lasts), tapes)


def unroll_stack_backward(
    cell: Cell[P, S, C],
    params: Layers[P],
    tapes: Sequence[Sequence[Tape[Any]]],
    dhs: Array,
    dstate: S | None = None,
    mask: Mask | None = None,
) -> StackGradients[P, S]:
    """Backward pass of :func:`unroll_stack`: from the last layer down, each through its own time.

    Args:
        cell: The cell of every layer.
        params: Its parameters by layer and direction.
        tapes: The tapes of the forward pass.
        dhs: Gradient of the loss by the last layer's outputs, shape (T, B, K·H).
        dstate: Gradient by the last states, each field (L·K, B, H); all zeros when left out.
        mask: The mask of the forward pass.

    Returns:
        Gradients by parameters, inputs and initial states.

    Raises:
        ValueError: ``dhs``, ``dstate`` or the form of ``params`` is wrong.
    """
    num_directions = _count_directions(params)
    dlasts = _split(cell, params, tapes[0][0].xs.shape[1], "dstate", dstate)
    dstarts = list(dlasts)
    dparams: list[tuple[P, ...]] = []
    for layer in reversed(range(len(params))):
        layer_dparams: list[P] = []
        dxs = []
        widths = [cell.zero_state(p, 1).h.shape[1] for p in params[layer]]
        expect_shape("dhs", dhs, *tapes[layer][0].xs.shape[:2], sum(widths))
        parts = np.split(dhs, np.cumsum(widths)[:-1], axis=2)
        for direction, p in enumerate(params[layer]):
            index = layer * num_directions + direction
            part = _in_direction(parts[direction], direction)
            found = unroll_backward(
                _reading(cell, direction, mask), p, tapes[layer][direction], part, dlasts[index]
            )
            layer_dparams.append(found.params)
            dxs.append(_in_direction(found.xs, direction))
            dstarts[index] = found.state
        dparams.insert(0, tuple(layer_dparams))
        dhs = np.sum(dxs, axis=0)  # both directions read the same inputs
    return StackGradients(tuple(dparams), dhs, _join(dstarts))


def _init_layers(
    cell: Cell[P, S, C],
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    num_directions: int,
    dtype: DTypeLike,
) -> tuple[tuple[P, ...], ...]:
    if num_layers < 1:
        raise ValueError(f"num_layers: expected at least 1, got {num_layers}")
    layers: list[tuple[P, ...]] = []
    for _ in range(num_layers):
        layers.append(
            tuple(cell.init(rng, input_size, hidden_size, dtype) for _ in range(num_directions))
        )
        input_size = sum(cell.zero_state(p, 1).h.shape[1] for p in layers[-1])
    return tuple(layers)


def _count_directions(params: Layers[P]) -> int:
    counts = {len(layer) for layer in params}
    if len(counts) != 1 or not counts <= {1, 2}:
        found = [len(layer) for layer in params]
        raise ValueError(f"params: expected layers of 1 or of 2 directions, got {found}")
    return counts.pop()


def _in_direction(xs: Array, direction: int) -> Array:
    """Turn time round for the backward direction; done twice it is undone."""
    return xs[::-1] if direction == 1 else xs


def _reading(cell: Cell[P, S, C], direction: int, mask: Mask | None) -> Cell[P, S, Any]:
    """Return the cell, standing still at the padding that it meets in its direction."""
    if mask is None:
        return cell
    return masked(cell, mask[::-1] if direction == 1 else mask)


def _split(
    cell: Cell[P, S, C], params: Layers[P], batch_size: int, name: str, state: S | None
) -> list[S]:
    """Return one state per layer and direction; zeros when there is none."""
    zeros = [cell.zero_state(p, batch_size) for layer in params for p in layer]
    if state is None:
        return zeros
    given = map_arrays(lambda _, field: field, "zeros", _join(zeros), (name, state))
    return [map_arrays(itemgetter(k), name, given) for k in range(len(zeros))]


def _join(states: Sequence[S]) -> S:
    """Stack the fields of states, layer by layer and direction by direction."""
    first, *others = states
    named: list[tuple[str, S]] = [("state", other) for other in others]
    return map_arrays(lambda *fields: np.stack(fields), "state", first, *named)
