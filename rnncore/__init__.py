"""Recurrent networks in NumPy, readable as a text: every backward pass written out.

Arrays are time-major, (T, B, D): time steps, batch, features. Parameters, states and caches are
named tuples of arrays; functions change nothing they are given.
"""

from rnncore.cell import Cell
from rnncore.checking import GradientReport, check_gradient, numeric_gradient, relative_error
from rnncore.linear import Linear, init_linear, linear, linear_backward
from rnncore.losses import (
    softmax_cross_entropy_mean,
    softmax_cross_entropy_sum,
    squared_error_mean,
    squared_error_sum,
)
from rnncore.rnn import RNN, RNNCache, RNNParams, RNNState
from rnncore.sequence import Gradients, Tape, Unrolled, unroll, unroll_backward
from rnncore.windows import Windows, sliding_windows

__all__ = [
    "RNN",
    "Cell",
    "GradientReport",
    "Gradients",
    "Linear",
    "RNNCache",
    "RNNParams",
    "RNNState",
    "Tape",
    "Unrolled",
    "Windows",
    "check_gradient",
    "init_linear",
    "linear",
    "linear_backward",
    "numeric_gradient",
    "relative_error",
    "sliding_windows",
    "softmax_cross_entropy_mean",
    "softmax_cross_entropy_sum",
    "squared_error_mean",
    "squared_error_sum",
    "unroll",
    "unroll_backward",
]
