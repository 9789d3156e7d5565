"""Our parameters in torch's recurrent modules, and theirs in our tuples.

Torch multiplies by transposed weights, so ``weight_ih_l0`` is W_xᵀ and ``weight_hh_l0`` is W_hᵀ. It
also adds two biases where one would do: ours goes into ``bias_ih``; ``bias_hh`` becomes zero
and is frozen. Left free, both would get the same gradient, and a step of SGD would move their
sum twice as far as it moves our ``b``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import nn

from rnncore._shapes import Array, expect_shape
from rnncore.rnn import RNNParams
from rnncore.stack import Layers

P = TypeVar("P")
M = TypeVar("M", bound=nn.RNNBase)


class TorchWeights(NamedTuple):
    """Weights of one layer and direction, by torch's names, transposed as ours are."""

    weight_ih: Array
    """Input weights, shape (D, G), G the width of all gates."""
    weight_hh: Array
    """Recurrent weights, shape (H, G)."""
    bias_ih: Array
    """Bias beside the inputs, shape (G,)."""
    bias_hh: Array
    """Bias beside the recurrent product, shape (G,)."""


def load_rnn(module: nn.RNN, params: RNNParams | Layers[RNNParams]) -> nn.RNN:
    """Put the parameters of vanilla RNNs into ``torch.nn.RNN``.

    Args:
        module: Its sizes, layers, directions and dtype fit ``params``; tanh or relu, whichever
            cell the parameters are for; ``batch_first`` as you like. It is changed.
        params: Of one layer and direction, or by layer and direction, as
            :func:`rnncore.init_stack` draws them; they are copied.

    Returns:
        The same module. ``bias_hh`` is zero and frozen; optimizers pass over it.

    Raises:
        ValueError: the module has other sizes, another form or another dtype.
    """
    return load(module, params, RNNParams, one_bias)


def read_rnn(module: nn.RNN) -> tuple[tuple[RNNParams, ...], ...]:
    """Copy the parameters of ``torch.nn.RNN`` into our tuples.

    Args:
        module: Any number of layers, one direction or two, with biases or without.

    Returns:
        Parameters by layer and direction, for :func:`rnncore.unroll_stack`; ``b`` is the sum of
        torch's two biases.

    Raises:
        ValueError: the module has projections (``proj_size``), which our cells have not.
    """
    return read(module, lambda w: RNNParams(w.weight_ih, w.weight_hh, w.bias_ih + w.bias_hh))


def one_bias(params: Any) -> TorchWeights:
    """Name the weights of a cell with W_x, W_h and b as torch does; ``bias_hh`` is zero."""
    return TorchWeights(params.W_x, params.W_h, params.b, np.zeros_like(params.b))


def load(
    module: M, params: P | Layers[P], kind: type[P], convert: Callable[[P], TorchWeights]
) -> M:
    """Copy parameters into a module and freeze ``bias_hh``.

    Args:
        module: The module to change.
        params: One tuple of parameters, or many by layer and direction.
        kind: The tuple's type, which tells the two apart.
        convert: Names one tuple's weights as torch does.

    Returns:
        The same module.

    Raises:
        ValueError: the module has other sizes, another form or another dtype.
    """
    layers: Layers[P] = ((params,),) if isinstance(params, kind) else params  # type: ignore[assignment]  # told apart by kind
    _expect_form(module, layers)
    with torch.no_grad():
        for suffix, layer, direction in _places(len(layers), len(layers[0])):
            weights = convert(layers[layer][direction])
            for name, array in zip(TorchWeights._fields, weights, strict=True):
                theirs = module.get_parameter(name + suffix)
                expect_shape(name + suffix, array.T, *theirs.shape)
                theirs.copy_(torch.tensor(array.T))
            module.get_parameter("bias_hh" + suffix).requires_grad_(False)
    return module


def read(module: nn.RNNBase, convert: Callable[[TorchWeights], P]) -> tuple[tuple[P, ...], ...]:
    """Copy a module's parameters.

    Args:
        module: The module to read.
        convert: Makes one tuple of parameters of one layer's and direction's weights.

    Returns:
        Parameters by layer and direction.

    Raises:
        ValueError: the module has projections.
    """
    if module.proj_size:
        raise ValueError(f"module: expected proj_size = 0, got {module.proj_size}")
    num_directions = 2 if module.bidirectional else 1
    named = {name: p.detach().cpu().numpy().T.copy() for name, p in module.named_parameters()}
    found: list[list[P]] = [[] for _ in range(module.num_layers)]
    for suffix, layer, _ in _places(module.num_layers, num_directions):
        width = named["weight_ih" + suffix].shape[1]
        no_bias = np.zeros(width, named["weight_ih" + suffix].dtype)
        arrays = (named.get(name + suffix, no_bias) for name in TorchWeights._fields)
        found[layer].append(convert(TorchWeights(*arrays)))
    return tuple(map(tuple, found))


def _places(num_layers: int, num_directions: int) -> Iterator[tuple[str, int, int]]:
    """Yield torch's ending of a parameter's name, layer and direction."""
    for layer in range(num_layers):
        for direction in range(num_directions):
            yield f"_l{layer}" + "_reverse" * direction, layer, direction


def _expect_form(module: nn.RNNBase, layers: Sequence[Sequence[Any]]) -> None:
    first = layers[0][0]
    wanted = {
        "input_size": first.W_x.shape[0],
        "hidden_size": first.W_h.shape[0],
        "num_layers": len(layers),
        "bidirectional": len(layers[0]) == 2,
        "bias": True,
        "proj_size": 0,
        "dtype": str(first.W_x.dtype),
    }
    got = {name: getattr(module, name) for name in wanted if name != "dtype"}
    got["dtype"] = str(module.weight_ih_l0.dtype).removeprefix("torch.")
    off = [name for name in wanted if wanted[name] != got[name]]
    if off:
        raise ValueError(
            f"module: expected {', '.join(f'{n} = {wanted[n]}' for n in off)}, "
            f"got {', '.join(f'{n} = {got[n]}' for n in off)}"
        )
