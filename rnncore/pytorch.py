"""The bridge to PyTorch: our parameters in torch's modules."""

import torch
from torch import nn

from rnncore.rnn import RNNParams


def load_rnn(module: nn.RNN, params: RNNParams) -> nn.RNN:
    """Put the parameters of a vanilla RNN into ``torch.nn.RNN``.

    Torch multiplies by transposed weights, so ``weight_ih_l0`` is W_xᵀ (H, D) and
    ``weight_hh_l0`` is W_hᵀ (H, H). It also adds two biases where one would do. Ours goes into
    ``bias_ih_l0``; ``bias_hh_l0`` becomes zero and is frozen. Left free, both would get the
    same gradient, and a step of SGD would move their sum twice as far as it moves our ``b``.

    Args:
        module: One layer, one direction, tanh; its sizes and dtype fit ``params``. It is changed.
        params: W_x (D, H), W_h (H, H), b (H,); they are copied.

    Returns:
        The same module.

    Raises:
        ValueError: the module has other sizes or another form.
    """
    input_size, hidden_size = params.W_x.shape
    wanted = (input_size, hidden_size, 1, False, "tanh", True)
    got = (
        module.input_size,
        module.hidden_size,
        module.num_layers,
        module.bidirectional,
        module.nonlinearity,
        module.bias,
    )
    if got != wanted:
        raise ValueError(
            "module: expected (input_size, hidden_size, num_layers, bidirectional, nonlinearity, "
            f"bias) = {wanted}, got {got}"
        )
    with torch.no_grad():
        module.get_parameter("weight_ih_l0").copy_(torch.tensor(params.W_x.T))
        module.get_parameter("weight_hh_l0").copy_(torch.tensor(params.W_h.T))
        module.get_parameter("bias_ih_l0").copy_(torch.tensor(params.b))
        module.get_parameter("bias_hh_l0").zero_().requires_grad_(False)
    return module
