"""Plausible answers to 03-backward, wrong and right ones.

Each wrong answer is a mistake that people make. Its results, not its code, travel with the
release, so that a test can name the mistake. Functions use only what the notebook defines.
"""

import numpy as np

from grading.answers import right, wrong
from rnncore import RNNParams


@wrong(
    "rnn_step_backward",
    misconception="tanh has no part in the backward pass: dh is used where dz is meant",
    hint="h is tanh of z. Before anything else, dh has to go back through that tanh.",
    section="03-backward-pass#tanh-derivative",
)
def no_tanh_derivative(params, x, h_prev, h, dh):
    dparams = RNNParams(W_x=x.T @ dh, W_h=h_prev.T @ dh, b=dh.sum(axis=0))
    return dparams, dh @ params.W_x.T, dh @ params.W_h.T


@right("rnn_step_backward")
def einsum_step(params, x, h_prev, h, dh):
    dz = dh - dh * h * h
    dparams = RNNParams(
        W_x=np.einsum("bd,bh->dh", x, dz),
        W_h=np.einsum("bi,bj->ij", h_prev, dz),
        b=np.einsum("bh->h", dz),
    )
    dx = np.einsum("bh,dh->bd", dz, params.W_x)
    return dparams, dx, np.einsum("bj,ij->bi", dz, params.W_h)
