"""Recurrent networks in NumPy, readable as a text: every backward pass written out.

Arrays are time-major, (T, B, D): time steps, batch, features. Parameters, states and caches are
named tuples of arrays; functions change nothing they are given.
"""

from rnncore.cell import Cell
from rnncore.checking import GradientReport, check_gradient, numeric_gradient, relative_error
from rnncore.clipping import Clipped, clip_by_global_norm, clip_by_value, global_norm
from rnncore.embedding import Embedding, embedding, embedding_backward, init_embedding, one_hot
from rnncore.linear import Linear, init_linear, linear, linear_backward
from rnncore.losses import (
    masked_cross_entropy_mean,
    masked_cross_entropy_sum,
    masked_squared_error_mean,
    masked_squared_error_sum,
    nats_to_bits,
    softmax_cross_entropy_mean,
    softmax_cross_entropy_sum,
    squared_error_mean,
    squared_error_sum,
)
from rnncore.optimizers import AdamState, Optimizer, adam, momentum, sgd
from rnncore.rnn import RNN, RNNCache, RNNParams, RNNState
from rnncore.sequence import Gradients, Tape, Unrolled, unroll, unroll_backward
from rnncore.windows import Windows, sliding_windows

__all__ = [
    "RNN",
    "AdamState",
    "Cell",
    "Clipped",
    "Embedding",
    "GradientReport",
    "Gradients",
    "Linear",
    "Optimizer",
    "RNNCache",
    "RNNParams",
    "RNNState",
    "Tape",
    "Unrolled",
    "Windows",
    "adam",
    "check_gradient",
    "clip_by_global_norm",
    "clip_by_value",
    "embedding",
    "embedding_backward",
    "global_norm",
    "init_embedding",
    "init_linear",
    "linear",
    "linear_backward",
    "masked_cross_entropy_mean",
    "masked_cross_entropy_sum",
    "masked_squared_error_mean",
    "masked_squared_error_sum",
    "momentum",
    "nats_to_bits",
    "numeric_gradient",
    "one_hot",
    "relative_error",
    "sgd",
    "sliding_windows",
    "softmax_cross_entropy_mean",
    "softmax_cross_entropy_sum",
    "squared_error_mean",
    "squared_error_sum",
    "unroll",
    "unroll_backward",
]
