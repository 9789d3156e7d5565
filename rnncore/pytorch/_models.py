"""The language model and the forecaster as torch modules, from our parameters."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from rnncore.examples import SeriesExamples, TokenExamples
from rnncore.forecaster import Forecaster
from rnncore.language_model import LanguageModel
from rnncore.linear import Linear
from rnncore.pytorch._training import TorchState, TorchWindowLoss


class LanguageModule(nn.Module):
    """Embedding, recurrent module and linear readout."""

    def __init__(self, cell: nn.RNNBase, params: LanguageModel[Any]) -> None:
        """Build the module around a recurrent module that is already loaded.

        Args:
            cell: Time-major and loaded with ``params.cell``.
            params: Of which embedding and readout are copied.

        Raises:
            ValueError: ``cell`` is batch-first.
        """
        super().__init__()
        _expect_time_major(cell)
        W = torch.tensor(params.embedding.W)
        self.embedding = nn.Embedding(W.shape[0], W.shape[1], dtype=W.dtype)
        with torch.no_grad():
            self.embedding.weight.copy_(W)
        self.cell = cell
        self.readout = load_linear(params.readout)

    def forward(
        self, inputs: torch.Tensor, state: TorchState | None = None
    ) -> tuple[torch.Tensor, TorchState]:
        """Return logits (T, B, V) for tokens (T, B), and the state after them."""
        hs, state = self.cell(self.embedding(inputs), state)
        return self.readout(hs), state


class ForecasterModule(nn.Module):
    """Recurrent module and linear readout."""

    def __init__(self, cell: nn.RNNBase, params: Forecaster[Any]) -> None:
        """Build the module around a recurrent module that is already loaded.

        Args:
            cell: Time-major and loaded with ``params.cell``.
            params: Of which the readout is copied.

        Raises:
            ValueError: ``cell`` is batch-first.
        """
        super().__init__()
        _expect_time_major(cell)
        self.cell = cell
        self.readout = load_linear(params.readout)

    def forward(
        self, inputs: torch.Tensor, state: TorchState | None = None
    ) -> tuple[torch.Tensor, TorchState]:
        """Return predictions (T, B, O) for inputs (T, B, D), and the state after them."""
        hs, state = self.cell(inputs, state)
        return self.readout(hs), state


def load_linear(params: Linear) -> nn.Linear:
    """Make a ``torch.nn.Linear`` of our linear layer.

    Args:
        params: W (I, O) and b (O,); they are copied.

    Returns:
        The module; its ``weight`` is Wᵀ (O, I).
    """
    W, b = torch.tensor(params.W.T), torch.tensor(params.b)
    module = nn.Linear(W.shape[1], W.shape[0], dtype=W.dtype)
    with torch.no_grad():
        module.weight.copy_(W)
        module.bias.copy_(b)
    return module


def language_module_loss(
    module: LanguageModule, examples: TokenExamples, state: TorchState | None = None
) -> TorchWindowLoss:
    """Mean cross-entropy of a window, as :func:`rnncore.language_model_loss`.

    Args:
        module: The language model.
        examples: Inputs, targets and mask, shape (T, B).
        state: State before the window; zeros when left out.

    Returns:
        The loss in nats per valid position, and the state after the window, not yet detached.
    """
    inputs, targets, mask = map(torch.as_tensor, examples)
    logits, state = module(inputs, state)
    loss = functional.cross_entropy(logits[mask], targets[mask])
    return TorchWindowLoss(loss, state, int(mask.sum()))


def forecaster_module_loss(
    module: ForecasterModule, examples: SeriesExamples, state: TorchState | None = None
) -> TorchWindowLoss:
    """Mean squared error of separate windows, as :func:`rnncore.forecaster_loss`.

    Args:
        module: The forecaster.
        examples: Inputs (T, B, D), targets (T, B, O) and mask (T, B).
        state: State before the window; zeros when left out.

    Returns:
        The loss; no state, since the examples begin anew.
    """
    inputs, targets, mask = map(torch.as_tensor, examples)
    predictions, _ = module(inputs, state)
    loss = functional.mse_loss(predictions[mask], targets[mask])
    return TorchWindowLoss(loss, None, int(mask.sum()))


def _expect_time_major(cell: nn.RNNBase) -> None:
    if cell.batch_first:
        raise ValueError("cell: expected batch_first = False, got True")
