"""The Linear Recurrent Unit: a complex diagonal recurrence, by loop and by scan.

x_t = Λ ⊙ x_{t-1} + γ ⊙ (u_t B) with Λ = exp(−exp(ν) + i exp(θ)), so that |Λ| < 1 whatever ν is
(Orvieto et al., 2023). The N complex numbers of x are kept as 2N real ones, h = [Re x, Im x], so
that the LRU is a cell like any other and every gradient is real.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array, expect_shape
from rnncore.cell import Cell
from rnncore.scan import Complex, linear_recurrence_backward, linear_recurrence_scan
from rnncore.sequence import Gradients


class LRUParams(NamedTuple):
    """Parameters of the recurrence, and equally their gradients."""

    nu_log: Array
    """ν: |Λ| = exp(−exp(ν)), shape (N,)."""
    theta_log: Array
    """θ: the phase of Λ is exp(θ), radians per step, shape (N,)."""
    gamma_log: Array
    """log γ, γ scales the input, shape (N,)."""
    B_re: Array
    """Real part of the input weights, shape (D, N)."""
    B_im: Array
    """Imaginary part, shape (D, N)."""


class LRUState(NamedTuple):
    """State of the recurrence, and equally its gradient."""

    h: Array
    """[Re x, Im x], shape (B, 2N)."""


class LRUCache(NamedTuple):
    """What one forward step leaves for the backward pass."""

    h_prev: Array
    """[Re x, Im x] before the step, shape (B, 2N)."""


class LRUScan(NamedTuple):
    """Result of :func:`lru_scan`."""

    hs: Array
    """[Re x, Im x] after every step, shape (T, B, 2N)."""
    state: LRUState
    """State after the last step."""
    xs: Array
    """Inputs, shape (T, B, D), for the backward pass."""
    h0: Array
    """[Re x, Im x] before the first step, shape (B, 2N), for the backward pass."""


def init(
    rng: np.random.Generator,
    input_size: int,
    hidden_size: int,
    dtype: DTypeLike = np.float64,
    r_min: float = 0.0,
    r_max: float = 1.0,
    max_phase: float = 2 * np.pi,
) -> LRUParams:
    """Draw Λ uniformly from a ring in the complex plane, and γ = √(1 − |Λ|²).

    Args:
        rng: Source of randomness.
        input_size: D, features per step.
        hidden_size: N, complex numbers in the state.
        dtype: ``float32`` or ``float64``; every later result keeps it.
        r_min: Inner radius of the ring.
        r_max: Outer radius, at most 1; the closer to 1, the longer the memory.
        max_phase: Largest phase, radians per step; a small one suits long sequences.

    Returns:
        ν, θ, log γ (N,), B_re and B_im (D, N).

    Raises:
        ValueError: not 0 ≤ r_min < r_max ≤ 1, or ``max_phase`` is not positive.
    """
    if not 0 <= r_min < r_max <= 1:
        raise ValueError(f"r_min, r_max: expected 0 ≤ r_min < r_max ≤ 1, got {r_min}, {r_max}")
    if not max_phase > 0:
        raise ValueError(f"max_phase: expected a positive angle, got {max_phase}")
    tiny = np.finfo(np.float32).eps  # keeps |Λ| off 0 and 1, where a logarithm is infinite
    area, turn = rng.uniform(tiny, 1 - tiny, (2, hidden_size))
    square = r_min**2 + area * (r_max**2 - r_min**2)
    B_re, B_im = rng.normal(size=(2, input_size, hidden_size)) / np.sqrt(2 * input_size)
    nu_log, theta_log = np.log(-0.5 * np.log(square)), np.log(max_phase * turn)
    drawn = LRUParams(nu_log, theta_log, 0.5 * np.log1p(-square), B_re, B_im)
    return LRUParams(*(array.astype(dtype) for array in drawn))


def zero_state(params: LRUParams, batch_size: int) -> LRUState:
    """Return the all-zero state, h (B, 2N), in the parameters' dtype."""
    return LRUState(np.zeros((batch_size, 2 * len(params.nu_log)), params.nu_log.dtype))


def project(params: LRUParams, xs: Array) -> Array:
    """Project all inputs at once.

    Args:
        params: Parameters of the cell.
        xs: Inputs u, shape (T, B, D).

    Returns:
        γ ⊙ (u B) as [Re, Im], shape (T, B, 2N).

    Raises:
        ValueError: ``xs`` is not (T, B, D) with the D of ``params.B_re``.
    """
    expect_shape("xs", xs, "T", "B", len(params.B_re))
    T, B, D = xs.shape
    return (xs.reshape(T * B, D) @ _input_weights(params)).reshape(T, B, -1)


def step(params: LRUParams, z: Array, state: LRUState) -> tuple[LRUState, LRUCache]:
    """Take one step forward in time, x = Λ ⊙ x_prev + z (Orvieto et al., 2023).

    Args:
        params: Parameters of the cell.
        z: Projected input of this step, shape (B, 2N).
        state: State before the step, h (B, 2N).

    Returns:
        The next state, h (B, 2N), and the cache.
    """
    return LRUState(_pairs(_eigenvalues(params) * _complex(state.h)) + z), LRUCache(state.h)


def step_backward(params: LRUParams, dstate: LRUState, _cache: LRUCache) -> tuple[Array, LRUState]:
    """Take one step back in time.

    Args:
        params: Parameters of the cell.
        dstate: Gradient of the loss by this step's h, along every path, shape (B, 2N).
        _cache: Not needed: a linear step has the same Jacobian everywhere.

    Returns:
        dz = dh, shape (B, 2N), and the gradient by the state before, conj(Λ) ⊙ dx.
    """
    back = np.conj(_eigenvalues(params)) * _complex(dstate.h)
    return dstate.h, LRUState(_pairs(back))


def project_backward(
    params: LRUParams, xs: Array, caches: Sequence[LRUCache], dzs: Array
) -> tuple[LRUParams, Array]:
    """Turn all dz into the gradients by parameters and inputs.

    Args:
        params: Parameters of the cell.
        xs: Inputs of the forward pass, shape (T, B, D).
        caches: Caches that together hold the T·B rows of h_prev, in order of time.
        dzs: Gradients by the projected inputs, shape (T, B, 2N).

    Returns:
        Gradients by the parameters, summed over time and batch, and dxs (T, B, D).
    """
    T, B, D = xs.shape
    dz_rows, x_rows = dzs.reshape(T * B, -1), xs.reshape(T * B, D)
    h_prev = np.concatenate([cache.h_prev for cache in caches])
    eigenvalues = _eigenvalues(params)
    # By d log Λ = conj(Λ) dΛ, whose real part is −exp(ν) and whose imaginary part is exp(θ).
    dlog = np.conj(eigenvalues) * np.sum(_complex(dz_rows) * np.conj(_complex(h_prev)), axis=0)
    gamma = np.exp(params.gamma_log)
    dB_re, dB_im = np.split(x_rows.T @ dz_rows, 2, axis=1)
    dparams = LRUParams(
        nu_log=-np.exp(params.nu_log) * dlog.real,
        theta_log=np.exp(params.theta_log) * dlog.imag,
        gamma_log=gamma * np.sum(params.B_re * dB_re + params.B_im * dB_im, axis=0),
        B_re=gamma * dB_re,
        B_im=gamma * dB_im,
    )
    return dparams, (dz_rows @ _input_weights(params).T).reshape(T, B, D)


LRU: Cell[LRUParams, LRUState, LRUCache] = Cell(
    init, zero_state, project, step, step_backward, project_backward
)
"""The recurrence of the LRU as a cell, to be run step by step by :func:`rnncore.unroll`."""


def lru_scan(params: LRUParams, xs: Array, state: LRUState | None = None) -> LRUScan:
    """Run the recurrence over a whole sequence without a loop over time.

    Equal to ``unroll(LRU, …)`` up to rounding.

    Args:
        params: Parameters of the cell.
        xs: Inputs, shape (T, B, D).
        state: State before the first step; all zeros when left out.

    Returns:
        All states (T, B, 2N), the last state and what the backward pass needs.

    Raises:
        ValueError: ``xs`` or ``state`` has a wrong shape.
    """
    zs = _complex(project(params, xs))
    zero = zero_state(params, xs.shape[1])
    h0 = zero.h if state is None else state.h
    expect_shape("state.h", h0, *zero.h.shape)
    factors = np.broadcast_to(_eigenvalues(params), zs.shape)
    hs = _pairs(linear_recurrence_scan(factors, zs, _complex(h0)))
    return LRUScan(hs, LRUState(hs[-1]), xs, h0)


def lru_scan_backward(
    params: LRUParams, scanned: LRUScan, dhs: Array, dstate: LRUState | None = None
) -> Gradients[LRUParams, LRUState]:
    """Backward pass of :func:`lru_scan`, itself by scan.

    Args:
        params: Parameters of the cell.
        scanned: Result of the forward pass.
        dhs: Gradient of the loss by every state, shape (T, B, 2N).
        dstate: Gradient by the last state from whatever follows; all zeros when left out.

    Returns:
        The gradients of ``unroll_backward(LRU, …)``, equal up to rounding.

    Raises:
        ValueError: ``dhs`` or ``dstate`` has a wrong shape.
    """
    hs, h0 = scanned.hs, scanned.h0
    expect_shape("dhs", dhs, *hs.shape)
    if dstate is not None:
        expect_shape("dstate.h", dstate.h, *h0.shape)
        dhs = np.concatenate([dhs[:-1], dhs[-1:] + dstate.h])
    states = _complex(hs)
    factors = np.broadcast_to(_eigenvalues(params), states.shape)
    through_time = linear_recurrence_backward(factors, states, _complex(h0), _complex(dhs))
    h_prev = np.concatenate([h0[np.newaxis], hs[:-1]])
    all_rows = [LRUCache(h_prev.reshape(-1, hs.shape[2]))]
    dparams, dxs = project_backward(params, scanned.xs, all_rows, _pairs(through_time.b))
    return Gradients(dparams, dxs, LRUState(_pairs(through_time.h0)))


def _eigenvalues(params: LRUParams) -> Complex:
    return np.exp(-np.exp(params.nu_log) + 1j * np.exp(params.theta_log))


def _input_weights(params: LRUParams) -> Array:
    """Weights γ B as [Re, Im], shape (D, 2N)."""
    gamma = np.exp(params.gamma_log)
    return np.concatenate([gamma * params.B_re, gamma * params.B_im], axis=1)


def _complex(pairs: Array) -> Complex:
    re, im = np.split(pairs, 2, axis=-1)
    return re + 1j * im


def _pairs(z: Complex) -> Array:
    return np.concatenate([z.real, z.imag], axis=-1)
