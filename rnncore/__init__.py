"""Recurrent networks in NumPy, readable as a text: every backward pass written out.

Arrays are time-major, (T, B, D): time steps, batch, features. Parameters, states and caches are
named tuples of arrays; functions change nothing they are given.
"""

from rnncore.batching import (
    Batches,
    Padded,
    last_valid,
    pad_sequences,
    shuffled_batches,
    stream_batches,
)
from rnncore.cell import Cell
from rnncore.characters import decode, encode, vocabulary
from rnncore.checking import GradientReport, check_gradient, numeric_gradient, relative_error
from rnncore.checkpoint import checkpointed_backward
from rnncore.clipping import Clipped, clip_by_global_norm, clip_by_value, global_norm
from rnncore.embedding import Embedding, embedding, embedding_backward, init_embedding, one_hot
from rnncore.examples import SeriesExamples, TokenExamples, token_examples
from rnncore.forecaster import (
    Forecaster,
    Scale,
    denormalise,
    fit_scale,
    forecast,
    forecast_examples,
    forecaster_loss,
    init_forecaster,
    normalise,
    seasonal_naive_forecast,
)
from rnncore.language_model import (
    LanguageModel,
    bits_per_token,
    init_language_model,
    language_model_loss,
    sample,
)
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
from rnncore.lru import (
    LRU,
    LRUCache,
    LRUParams,
    LRUScan,
    LRUState,
    lru_scan,
    lru_scan_backward,
)
from rnncore.lru_readout import LRUReadout, init_lru_readout, lru_readout, lru_readout_backward
from rnncore.masking import MaskedCache, masked
from rnncore.mingru import (
    MinGRU,
    MinGRUCache,
    MinGRUParams,
    MinGRUScan,
    MinGRUState,
    mingru_scan,
    mingru_scan_backward,
)
from rnncore.optimizers import AdamState, Optimizer, adam, momentum, sgd
from rnncore.random_truncation import random_cuts, randomly_truncated_gradient
from rnncore.reach import gradient_reach, state_jacobians
from rnncore.rnn import RNN, RNNCache, RNNParams, RNNState
from rnncore.rtrl import Influence, RTRLGradients, no_influence, rtrl_gradient, rtrl_step
from rnncore.scan import (
    RecurrenceGradients,
    linear_recurrence_backward,
    linear_recurrence_loop,
    linear_recurrence_scan,
)
from rnncore.sequence import Gradients, Tape, Unrolled, unroll, unroll_backward
from rnncore.stack import (
    Stacked,
    StackGradients,
    init_bidirectional,
    init_stack,
    unroll_stack,
    unroll_stack_backward,
)
from rnncore.training import Fitted, Log, WindowLoss, backward_within, fit, join_logs
from rnncore.truncation import (
    BackwardPass,
    PassGradients,
    reachable,
    tape_window,
    tbptt_gradient,
    tbptt_passes,
)
from rnncore.windows import Forecasts, Windows, forecast_windows, sliding_windows

__all__ = [
    "LRU",
    "RNN",
    "AdamState",
    "BackwardPass",
    "Batches",
    "Cell",
    "Clipped",
    "Embedding",
    "Fitted",
    "Forecaster",
    "Forecasts",
    "GradientReport",
    "Gradients",
    "Influence",
    "LRUCache",
    "LRUParams",
    "LRUReadout",
    "LRUScan",
    "LRUState",
    "LanguageModel",
    "Linear",
    "Log",
    "MaskedCache",
    "MinGRU",
    "MinGRUCache",
    "MinGRUParams",
    "MinGRUScan",
    "MinGRUState",
    "Optimizer",
    "Padded",
    "PassGradients",
    "RNNCache",
    "RNNParams",
    "RNNState",
    "RTRLGradients",
    "RecurrenceGradients",
    "Scale",
    "SeriesExamples",
    "StackGradients",
    "Stacked",
    "Tape",
    "TokenExamples",
    "Unrolled",
    "WindowLoss",
    "Windows",
    "adam",
    "backward_within",
    "bits_per_token",
    "check_gradient",
    "checkpointed_backward",
    "clip_by_global_norm",
    "clip_by_value",
    "decode",
    "denormalise",
    "embedding",
    "embedding_backward",
    "encode",
    "fit",
    "fit_scale",
    "forecast",
    "forecast_examples",
    "forecast_windows",
    "forecaster_loss",
    "global_norm",
    "gradient_reach",
    "init_bidirectional",
    "init_embedding",
    "init_forecaster",
    "init_language_model",
    "init_linear",
    "init_lru_readout",
    "init_stack",
    "join_logs",
    "language_model_loss",
    "last_valid",
    "linear",
    "linear_backward",
    "linear_recurrence_backward",
    "linear_recurrence_loop",
    "linear_recurrence_scan",
    "lru_readout",
    "lru_readout_backward",
    "lru_scan",
    "lru_scan_backward",
    "masked",
    "masked_cross_entropy_mean",
    "masked_cross_entropy_sum",
    "masked_squared_error_mean",
    "masked_squared_error_sum",
    "mingru_scan",
    "mingru_scan_backward",
    "momentum",
    "nats_to_bits",
    "no_influence",
    "normalise",
    "numeric_gradient",
    "one_hot",
    "pad_sequences",
    "random_cuts",
    "randomly_truncated_gradient",
    "reachable",
    "relative_error",
    "rtrl_gradient",
    "rtrl_step",
    "sample",
    "seasonal_naive_forecast",
    "sgd",
    "shuffled_batches",
    "sliding_windows",
    "softmax_cross_entropy_mean",
    "softmax_cross_entropy_sum",
    "squared_error_mean",
    "squared_error_sum",
    "state_jacobians",
    "stream_batches",
    "tape_window",
    "tbptt_gradient",
    "tbptt_passes",
    "token_examples",
    "unroll",
    "unroll_backward",
    "unroll_stack",
    "unroll_stack_backward",
    "vocabulary",
]
