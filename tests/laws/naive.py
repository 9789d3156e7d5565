"""The gradient as a sum of single terms, from the definition and without any backward pass.

A term is ∂L_t/∂h_t · J_t ⋯ J_{s+1} · ∂⁺s_s/∂θ: the loss at step t, the Jacobians between, and what
θ does at step s alone. All derivatives are central differences of one step forward.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnncore import unroll
from rnncore._shapes import Array
from rnncore._trees import arrays
from tests.laws.cells import AnyCell, Problem

EPS = 1e-5


class Terms(NamedTuple):
    """Derivatives of every state, all its fields side by side, with N numbers a row."""

    by_state: Array
    """J, by the state before, shape (T, B, N, N)."""
    by_input: Array
    """By the input of the same step, shape (T, B, N, D)."""
    by_params: Array
    """By the parameters at the same step, in a row of P, shape (T, B, N, P)."""


def side_by_side(state: Any) -> Array:
    return np.concatenate(list(arrays(state)), axis=1)


def terms(cell: AnyCell, p: Problem) -> Terms:
    state, found = p.state, []
    for x in p.xs:
        found.append(one_step(cell, p, x, state))
        state = unroll(cell, p.params, x[np.newaxis], state).state
    return Terms(*(np.stack(part) for part in zip(*found, strict=True)))


def one_step(cell: AnyCell, p: Problem, x: Array, state: Any) -> tuple[Array, Array, Array]:
    def after(s: Array, x: Array, theta: Array) -> Array:
        run = unroll(cell, refill(p.params, theta), x[np.newaxis], refill_rows(state, s))
        return side_by_side(run.state)

    s = side_by_side(state)
    theta = np.concatenate([field.ravel() for field in p.params])
    return (
        slopes(lambda s: after(s, x, theta), s),
        slopes(lambda x: after(s, x, theta), x),
        slopes(lambda theta: after(s, x, theta), theta),
    )


def slopes(f: Callable[[Array], Array], at: Array) -> Array:
    """Derivative by every column of ``at``; in a batch a column is one number per row."""
    found = []
    for column in range(at.shape[-1]):
        d = np.zeros_like(at)
        d[..., column] = EPS
        found.append((f(at + d) - f(at - d)) / (2 * EPS))
    return np.stack(found, axis=-1)


def refill(tree: Any, flat: Array) -> Any:
    """A tuple like ``tree`` with the numbers of ``flat``."""
    sizes = np.cumsum([field.size for field in tree])[:-1]
    parts = np.split(flat, sizes)
    return type(tree)(*(a.reshape(f.shape) for a, f in zip(parts, tree, strict=True)))


def refill_rows(state: Any, side: Array) -> Any:
    widths = np.cumsum([field.shape[1] for field in state])[:-1]
    return type(state)(*np.split(side, widths, axis=1))


class NaiveGradients(NamedTuple):
    """The sum of the kept terms."""

    params: Array
    """By all parameters, in a row."""
    xs: Array
    """Shape (T, B, D)."""
    state: Array
    """Shape (B, N)."""
    reach: Array
    """|∂L_t/∂x_s|, shape (T, T)."""


def sum_of_terms(
    cell: AnyCell, p: Problem, kept: Callable[[int, int], bool] = lambda t, s: s <= t
) -> NaiveGradients:
    """Add up the terms (t, s) that ``kept`` names; the initial state counts with s = 0."""
    J, by_input, by_params = terms(cell, p)
    T, B, N, _ = J.shape
    at_h = refill_rows(p.state, np.tile(np.arange(N), (B, 1))).h  # where h stands in the state
    dxs, dstate, dparams = np.zeros_like(p.xs), np.zeros((B, N)), np.zeros(by_params.shape[-1])
    reach = np.zeros((T, T))
    for t in range(T):
        for s in range(T):
            if s > t or not kept(t, s):
                continue
            row = np.zeros((B, N))
            np.put_along_axis(row, at_h, p.dhs[t], axis=1)
            for k in range(t, s, -1):
                row = np.einsum("bi,bij->bj", row, J[k])
            dparams += np.einsum("bi,bip->p", row, by_params[s])
            dx = np.einsum("bi,bid->bd", row, by_input[s])
            dxs[s] += dx
            reach[t, s] = np.linalg.norm(dx)
            if s == 0:
                dstate += np.einsum("bi,bij->bj", row, J[0])
    return NaiveGradients(dparams, dxs, dstate, reach)
