"""The bridge to PyTorch: our parameters in torch's modules and back, and the same training."""

from rnncore.pytorch._gates import load_gru, load_lstm, read_gru, read_lstm
from rnncore.pytorch._models import (
    ForecasterModule,
    LanguageModule,
    forecaster_module_loss,
    language_module_loss,
    load_linear,
)
from rnncore.pytorch._training import TorchState, TorchWindowLoss, Trained, detach, train
from rnncore.pytorch._weights import load_rnn, read_rnn

__all__ = [
    "ForecasterModule",
    "LanguageModule",
    "TorchState",
    "TorchWindowLoss",
    "Trained",
    "detach",
    "forecaster_module_loss",
    "language_module_loss",
    "load_gru",
    "load_linear",
    "load_lstm",
    "load_rnn",
    "read_gru",
    "read_lstm",
    "read_rnn",
    "train",
]
