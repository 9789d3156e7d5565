"""PyTorch's tensors among the answers of an exercise.

This module does not import torch: where there is a tensor, somebody else has.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DTYPES = frozenset(
    f"torch.{name}" for name in ("float64", "float32", "float16", "int64", "int32", "bool")
)


def is_tensor(value: object) -> bool:
    """Whether a value is a tensor of PyTorch's own, dense and of a type that NumPy has too."""
    torch = sys.modules.get("torch")
    if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
        return False
    tensor: Any = value
    return tensor.layout is torch.strided and str(tensor.dtype) in _DTYPES


def as_array(value: Any) -> NDArray[Any]:
    """Return the numbers of a tensor; what is no tensor comes back as it is."""
    return value.detach().cpu().numpy() if is_tensor(value) else value  # type: ignore[no-any-return]  # torch has no types here


def stack(parts: Sequence[Any]) -> Any:
    """Lay arrays one behind the other to an array, tensors to a tensor.

    Args:
        parts: Arrays or tensors of one shape.

    Returns:
        What holds them all, with one axis more in front; a tensor if all are tensors.

    Raises:
        TypeError, ValueError or RuntimeError: they do not fit together.
    """
    if all(map(is_tensor, parts)):
        return sys.modules["torch"].stack(list(parts))
    return np.stack(parts)


def graph_problem(pairs: Mapping[str, tuple[Any, Any]]) -> str:
    """Say which value is in a graph and the wanted one is not, or the other way round; or nothing.

    Args:
        pairs: Name → value and wanted value.

    Returns:
        The words for the first such tensor; empty if there is none.
    """
    for name, (value, want) in pairs.items():
        if not is_tensor(want) or value.requires_grad == want.requires_grad:
            continue
        if value.requires_grad:
            return (
                f"the numbers of {name} are right. But it still requires grad: it belongs to a "
                "graph, and finished numbers are wanted."
            )
        return (
            f"the numbers of {name} are right. But it is cut off from the graph of what came in, "
            "so no gradient finds its way back."
        )
    return ""
