"""The LSTM's loops over time, written for speed; the numbers are those of its ``step``.

What costs time here is walking over memory and calling NumPy, not arithmetic. So

- memory is taken once, before the loop, and every result is written in place;
- one tanh serves all four gates: σ(a) = ½ tanh(a/2) + ½, with the halves put into the weights;
- the gates of a step are copied apart, each (B, H) in one piece, because NumPy works through
  one long piece several times as fast as through B short ones, and copying costs little;
- they stand in the order o, i, f, g: the three sigmoids are one array, and i, f are one array
  that meets another one, g, c_prev, so both products of c = i g + f c_prev are one call;
- all in the backward step that does not depend on the future is done for a block of steps.
"""

import numpy as np

from rnncore._blocks import blocks, rows
from rnncore._shapes import Array


def forward(
    W_x: Array, W_h: Array, b: Array, xs: Array, h0: Array, c0: Array
) -> tuple[Array, Array]:
    """Run all steps.

    Args:
        W_x: Input weights, shape (D, 4H): i, f, g, o.
        W_h: Recurrent weights, shape (H, 4H).
        b: Bias, shape (4H,).
        xs: Inputs, shape (T, B, D).
        h0: Hidden state before the first step, shape (B, H).
        c0: Cell state before the first step, shape (B, H).

    Returns:
        hs (T + 1, B, H), the initial state first, and the record of all steps (T + 1, 6, B, H):
        o, i, f, g, c_prev and tanh(c). Of the last step only c_prev, the final c, is set.
    """
    (T, B, _), H, dtype = xs.shape, len(W_h), xs.dtype
    half = np.array(0.5, dtype)
    scale = np.repeat(np.array([0.5, 0.5, 0.5, 1], dtype), H)
    W_x, W_h, b = (_o_first(array) * scale for array in (W_x, W_h, b))
    hs, record = np.empty((T + 1, B, H), dtype), np.empty((T + 1, 6, B, H), dtype)
    hs[0], record[0, 4] = h0, c0
    a, written_and_kept = np.empty((B, 4 * H), dtype), np.empty((2, B, H), dtype)
    a_apart = a.reshape(B, 4, H).swapaxes(0, 1)
    for block in blocks(T, B):
        zs = (rows(xs[block]) @ W_x).reshape(-1, B, 4 * H)
        zs += b
        after = slice(block.start + 1, block.stop + 1)
        for z, h_prev, h, step, c in zip(
            zs, hs[block], hs[after], record[block], record[after, 4], strict=True
        ):
            sigmoids, o, tanh_c = step[:3], step[0], step[5]
            np.matmul(h_prev, W_h, out=a)
            np.add(a, z, out=a)
            np.tanh(a, out=a)
            np.copyto(step[:4], a_apart)
            np.multiply(sigmoids, half, out=sigmoids)
            np.add(sigmoids, half, out=sigmoids)
            np.multiply(step[1:3], step[3:5], out=written_and_kept)
            np.add(written_and_kept[0], written_and_kept[1], out=c)
            np.tanh(c, out=tanh_c)
            np.multiply(o, tanh_c, out=h)
    return hs, record


def backward(
    W_x: Array,
    W_h: Array,
    xs: Array,
    h_prevs: Array,
    record: tuple[Array, ...],
    dhs: Array,
    dh: Array,
    dc: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Run all steps back through time.

    Args:
        W_x: Input weights, shape (D, 4H): i, f, g, o.
        W_h: Recurrent weights, shape (H, 4H).
        xs: Inputs, shape (T, B, D).
        h_prevs: Hidden states before every step, shape (T, B, H).
        record: o, i, f, g, c_prev and tanh(c) of every step, each (T, B, H).
        dhs: Gradient by every hidden state from above, shape (T, B, H).
        dh: Gradient by the last hidden state, shape (B, H).
        dc: Gradient by the last cell state, shape (B, H).

    Returns:
        Gradients by W_x, W_h, b, xs, h0 and c0.
    """
    (T, B, D), H, dtype = xs.shape, len(W_h), xs.dtype
    W_x = _o_first(W_x)
    # BLAS multiplies few rows by a transposed view up to twice as slowly as by a copy.
    W_hT = np.ascontiguousarray(_o_first(W_h).T)
    dW_xT, dW_hT, db = (np.zeros(shape, dtype) for shape in (W_x.T.shape, W_hT.shape, 4 * H))
    dxs, dh, dc, through_h = np.empty((T, B, D), dtype), dh.copy(), dc.copy(), np.empty_like(dc)
    for block in reversed(blocks(T, B)):
        factors = _factors(*(field[block] for field in record))
        dzs = np.empty((len(factors), B, 4 * H), dtype)
        dzs_apart = dzs.reshape(-1, B, 4, H).swapaxes(1, 2)
        fs = record[2][block]
        for dh_above, factor, f, dz, dz_apart in zip(
            *(steps[::-1] for steps in (dhs[block], factors, fs, dzs, dzs_apart)), strict=True
        ):
            by_dh, by_dc = factor[0], factor[1:4]
            np.add(dh, dh_above, out=dh)
            np.multiply(dh, factor[4], out=through_h)
            np.add(dc, through_h, out=dc)
            np.multiply(by_dh, dh, out=by_dh)
            np.multiply(by_dc, dc, out=by_dc)
            np.copyto(dz_apart, factor[:4])
            np.multiply(dc, f, out=dc)
            np.matmul(dz, W_hT, out=dh)
        dz_rows = rows(dzs)
        dW_xT += dz_rows.T @ rows(xs[block])
        dW_hT += dz_rows.T @ rows(h_prevs[block])
        db += dz_rows.sum(axis=0)
        dxs[block] = (dz_rows @ W_x.T).reshape(-1, B, D)
    dW_x, dW_h, db = (_o_last(array) for array in (dW_xT.T, dW_hT.T, db))
    return dW_x, dW_h, db, dxs, dh, dc


def _factors(o: Array, i: Array, f: Array, g: Array, c_prev: Array, tanh_c: Array) -> Array:
    """Return what dh (for o) or dc (for i, f, g) is multiplied by to give dz.

    Returns:
        Shape (K, 5, B, H): o, i, f, g, and at last o (1 − tanh² c), by which dh reaches dc.
    """
    factors = np.empty((len(o), 5, *o.shape[1:]), o.dtype)
    by_o, by_i, by_f, by_g, through_h = factors.swapaxes(0, 1)
    for by_gate, gate, other in ((by_o, o, tanh_c), (by_i, i, g), (by_f, f, c_prev)):
        np.subtract(1, gate, out=by_gate)
        by_gate *= gate  # σ' = σ (1 − σ)
        by_gate *= other
    for by_gate, tanh, other in ((by_g, g, i), (through_h, tanh_c, o)):
        np.square(tanh, out=by_gate)
        np.subtract(1, by_gate, out=by_gate)  # tanh' = 1 − tanh²
        by_gate *= other
    return factors


def _o_first(columns: Array) -> Array:
    """Put the columns i, f, g, o into the order o, i, f, g."""
    H = columns.shape[-1] // 4
    return np.concatenate([columns[..., 3 * H :], columns[..., : 3 * H]], axis=-1)


def _o_last(columns: Array) -> Array:
    """Put the columns o, i, f, g into the order i, f, g, o."""
    H = columns.shape[-1] // 4
    return np.concatenate([columns[..., H:], columns[..., :H]], axis=-1)
