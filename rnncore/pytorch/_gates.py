"""LSTM and GRU in torch's modules, and theirs in our tuples.

The gates stand in the same order. The GRU has a use for a part of ``bias_hh``, our ``b_hn``
inside the reset gate: that part alone stays free.
"""

import numpy as np
import torch
from torch import nn

from rnncore.gru import GRUParams
from rnncore.lstm import LSTMParams
from rnncore.pytorch._weights import TorchWeights, load, one_bias, read
from rnncore.stack import Layers


def load_lstm(module: nn.LSTM, params: LSTMParams | Layers[LSTMParams]) -> nn.LSTM:
    """Put the parameters of LSTMs into ``torch.nn.LSTM``; all else as :func:`load_rnn`.

    Arguments, result and errors as :func:`load_rnn`. The gates stand in the same order.
    """
    return load(module, params, LSTMParams, one_bias)


def load_gru(module: nn.GRU, params: GRUParams | Layers[GRUParams]) -> nn.GRU:
    """Put the parameters of GRUs into ``torch.nn.GRU``.

    Arguments and errors as :func:`load_rnn`. Of ``bias_hh`` the columns of the new state are our
    ``b_hn``; those of the two gates are zero, and a hook keeps their gradient zero.
    """
    load(module, params, GRUParams, _gru_biases)
    for name, bias in module.named_parameters():
        if name.startswith("bias_hh"):
            bias.requires_grad_(True)
            bias.register_hook(_only_the_new_state)  # type: ignore[no-untyped-call]  # torch's
    return module


def read_lstm(module: nn.LSTM) -> tuple[tuple[LSTMParams, ...], ...]:
    """Copy the parameters of ``torch.nn.LSTM`` into our tuples.

    Arguments, result and errors as :func:`read_rnn`.
    """
    return read(module, lambda w: LSTMParams(w.weight_ih, w.weight_hh, w.bias_ih + w.bias_hh))


def read_gru(module: nn.GRU) -> tuple[tuple[GRUParams, ...], ...]:
    """Copy the parameters of ``torch.nn.GRU`` into our tuples.

    Arguments and errors as :func:`read_rnn`. ``b_hn`` is the new state's part of ``bias_hh``; the
    gates' part is added to ``b``.
    """

    def convert(weights: TorchWeights) -> GRUParams:
        gates = 2 * len(weights.weight_hh)
        b = weights.bias_ih.copy()
        b[:gates] += weights.bias_hh[:gates]
        return GRUParams(weights.weight_ih, weights.weight_hh, b, weights.bias_hh[gates:])

    return read(module, convert)


def _gru_biases(params: GRUParams) -> TorchWeights:
    no_gates = np.zeros(2 * len(params.b_hn), params.b.dtype)
    return TorchWeights(params.W_x, params.W_h, params.b, np.concatenate([no_gates, params.b_hn]))


def _only_the_new_state(gradient: torch.Tensor) -> torch.Tensor:
    kept = gradient.clone()
    kept[: 2 * len(gradient) // 3] = 0
    return kept
