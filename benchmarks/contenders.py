"""Who runs: ours, ours without kernel, torch, and the bare matrix products."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from rnncore import GRU, LSTM, RNN, Cell, unroll, unroll_backward
from rnncore._shapes import Array
from rnncore._trees import arrays, map_arrays

Run = Callable[[], object]


class Shape(NamedTuple):
    """Size of a problem."""

    T: int
    B: int
    D: int
    H: int


class Contender(NamedTuple):
    """A cell and the torch module that computes the same."""

    cell: Cell[Any, Any, Any]
    module: Callable[[int, int], torch.nn.RNNBase]


CELLS = {
    "RNN": Contender(RNN, torch.nn.RNN),
    "LSTM": Contender(LSTM, torch.nn.LSTM),
    "GRU": Contender(GRU, torch.nn.GRU),
}


class Problem(NamedTuple):
    """What a forward and a backward pass take, in float32."""

    params: Any
    xs: Array
    state: Any
    dhs: Array


def problem(cell: Cell[Any, Any, Any], shape: Shape, rng: np.random.Generator) -> Problem:
    """Draw a problem: parameters, inputs, an initial state, an upstream gradient at every step.

    Args:
        cell: The cell whose parameters and state are wanted.
        shape: T, B, D and H.
        rng: Source of randomness.

    Returns:
        The problem, all of it float32.
    """
    T, B, D, H = shape

    def draw(*size: int) -> Array:
        return rng.normal(size=size).astype(np.float32)

    params = cell.init(rng, D, H, np.float32)
    state = map_arrays(lambda a: draw(*a.shape), "state", cell.zero_state(params, B))
    return Problem(params, draw(T, B, D), state, draw(T, B, H))


def ours(cell: Cell[Any, Any, Any], p: Problem) -> Run:
    """Return a run forward and backward, with the gradients of all that was given."""

    def run() -> object:
        tape = unroll(cell, p.params, p.xs, p.state).tape
        return unroll_backward(cell, p.params, tape, p.dhs)

    return run


def torchs(module: Callable[[int, int], torch.nn.RNNBase], p: Problem) -> Run:
    """Return the same run by torch, in training mode: autograd gives the same gradients."""
    layer = module(p.xs.shape[-1], p.dhs.shape[-1]).train()
    xs = torch.tensor(p.xs, requires_grad=True)
    state = tuple(torch.tensor(a[np.newaxis], requires_grad=True) for a in arrays(p.state))
    start = state if len(state) > 1 else state[0]
    leaves = [*layer.parameters(), xs, *state]
    dhs = torch.tensor(p.dhs)

    def run() -> object:
        output, _ = layer(xs, start)
        return torch.autograd.grad(output, leaves, dhs)

    return run


def products(p: Problem) -> Run:
    """Return the matrix products of the run alone, in the forms that BLAS runs fastest.

    One product over all T·B rows for the inputs, one of B rows at every step forward and backward,
    and one over all rows for each gradient by weights and inputs.
    """
    T, B, D = p.xs.shape
    W_x, W_h = p.params.W_x, p.params.W_h
    H, width = W_h.shape
    W_xT, W_hT = np.ascontiguousarray(W_x.T), np.ascontiguousarray(W_h.T)
    dzs = np.random.default_rng(0).normal(size=(T, B, width)).astype(np.float32)
    hs, x_rows, dz_rows = p.dhs, p.xs.reshape(-1, D), dzs.reshape(-1, width)
    a, dh = np.empty((B, width), np.float32), np.empty((B, H), np.float32)

    def run() -> object:
        zs = x_rows @ W_x
        for h in hs:
            np.matmul(h, W_h, out=a)
        for dz in dzs:
            np.matmul(dz, W_hT, out=dh)
        return zs, dz_rows.T @ x_rows, dz_rows.T @ hs.reshape(-1, H), dz_rows @ W_xT

    return run
