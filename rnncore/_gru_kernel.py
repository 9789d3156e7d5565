"""The GRU's loops over time, written for speed; the numbers are those of its ``step``.

As in the LSTM's: memory is taken once, one tanh serves both sigmoids, the gates of a step are put
apart, and what does not depend on the future is done for a block of steps. In the backward step
that is nearly all: every gate's gradient is dh times a factor that is known beforehand.
"""

import numpy as np

from rnncore._blocks import blocks, rows
from rnncore._shapes import Array


def forward(
    W_x: Array, W_h: Array, b: Array, b_hn: Array, xs: Array, h0: Array
) -> tuple[Array, Array]:
    """Run all steps.

    Args:
        W_x: Input weights, shape (D, 3H): r, z, n.
        W_h: Recurrent weights, shape (H, 3H).
        b: Bias beside the inputs, shape (3H,).
        b_hn: Bias inside the reset gate, shape (H,).
        xs: Inputs, shape (T, B, D).
        h0: State before the first step, shape (B, H).

    Returns:
        hs (T + 1, B, H), the initial state first, and the record of all steps (T, 4, B, H):
        r, z, hn and n.
    """
    (T, B, _), H, dtype = xs.shape, len(W_h), xs.dtype
    half = np.array(0.5, dtype)
    scale = np.repeat(np.array([0.5, 0.5, 1], dtype), H)
    W_x, W_h, b = (array * scale for array in (W_x, W_h, b))
    hs, record = np.empty((T + 1, B, H), dtype), np.empty((T, 4, B, H), dtype)
    hs[0] = h0
    a, old = np.empty((B, 3 * H), dtype), np.empty((B, H), dtype)
    a_apart = a.reshape(B, 3, H).swapaxes(0, 1)
    for block in blocks(T, B):
        zs = (rows(xs[block]) @ W_x).reshape(-1, B, 3 * H)
        zs += b
        zs_apart = np.ascontiguousarray(zs.reshape(-1, B, 3, H).swapaxes(1, 2))
        after = slice(block.start + 1, block.stop + 1)
        for z_apart, h_prev, h, step in zip(
            zs_apart, hs[block], hs[after], record[block], strict=True
        ):
            gates, (r, z, hn, n) = step[:2], step
            np.matmul(h_prev, W_h, out=a)
            np.copyto(step[:3], a_apart)
            np.add(gates, z_apart[:2], out=gates)
            np.tanh(gates, out=gates)
            np.multiply(gates, half, out=gates)
            np.add(gates, half, out=gates)
            np.add(hn, b_hn, out=hn)
            np.multiply(r, hn, out=n)
            np.add(n, z_apart[2], out=n)
            np.tanh(n, out=n)
            np.subtract(h_prev, n, out=old)
            np.multiply(z, old, out=old)
            np.add(n, old, out=h)  # n + z (h_prev − n)
    return hs, record


def backward(
    W_x: Array,
    W_h: Array,
    xs: Array,
    h_prevs: Array,
    record: tuple[Array, ...],
    dhs: Array,
    dh: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Run all steps back through time.

    A step's gradients stand side by side: dr, dz and dhn, which go back through h_prev W_h. At the
    end of a block dn takes the place of dhn, and they are those that go back through x W_x.

    Args:
        W_x: Input weights, shape (D, 3H): r, z, n.
        W_h: Recurrent weights, shape (H, 3H).
        xs: Inputs, shape (T, B, D).
        h_prevs: States before every step, shape (T, B, H).
        record: r, z, hn and n of every step, each (T, B, H).
        dhs: Gradient by every state from above, shape (T, B, H).
        dh: Gradient by the last state, shape (B, H).

    Returns:
        Gradients by W_x, W_h, b, b_hn, xs and h0.
    """
    (T, B, D), H, dtype = xs.shape, len(W_h), xs.dtype
    # BLAS multiplies few rows by a transposed view up to twice as slowly as by a copy.
    W_hT = np.ascontiguousarray(W_h.T)
    dW_xT, dW_hT = np.zeros(W_x.T.shape, dtype), np.zeros(W_hT.shape, dtype)
    db, db_hn = np.zeros(3 * H, dtype), np.zeros(H, dtype)
    dxs, dh, through_gates = np.empty((T, B, D), dtype), dh.copy(), np.empty_like(dh)
    for block in reversed(blocks(T, B)):
        factors = _factors(h_prevs[block], *(field[block] for field in record))
        dzs = np.empty((len(factors), B, 3 * H), dtype)
        dzs_apart = dzs.reshape(-1, B, 3, H).swapaxes(1, 2)
        zs = record[1][block]
        for dh_above, factor, z, dz, dz_apart in zip(
            *(steps[::-1] for steps in (dhs[block], factors, zs, dzs, dzs_apart)), strict=True
        ):
            np.add(dh, dh_above, out=dh)
            np.multiply(factor, dh, out=factor)
            np.copyto(dz_apart, factor[:3])
            np.matmul(dz, W_hT, out=through_gates)
            np.multiply(dh, z, out=dh)
            np.add(dh, through_gates, out=dh)
        dz_rows = rows(dzs)
        dW_hT += dz_rows.T @ rows(h_prevs[block])
        db_hn += dz_rows[:, 2 * H :].sum(axis=0)
        dzs_apart[:, 2] = factors[:, 3]
        dW_xT += dz_rows.T @ rows(xs[block])
        db += dz_rows.sum(axis=0)
        dxs[block] = (dz_rows @ W_x.T).reshape(-1, B, D)
    return dW_xT.T, dW_hT.T, db, db_hn, dxs, dh


def _factors(h_prev: Array, r: Array, z: Array, hn: Array, n: Array) -> Array:
    """Return what dh is multiplied by to give dr, dz, dhn and dn, shape (K, 4, B, H)."""
    factors = np.empty((len(r), 4, *r.shape[1:]), r.dtype)
    by_r, by_z, by_hn, by_n = factors.swapaxes(0, 1)
    not_z = 1 - z
    np.square(n, out=by_n)
    np.subtract(1, by_n, out=by_n)
    by_n *= not_z
    np.subtract(h_prev, n, out=by_z)
    by_z *= z
    by_z *= not_z
    np.multiply(by_n, r, out=by_hn)
    np.subtract(1, r, out=by_r)
    by_r *= by_hn
    by_r *= hn
    return factors
