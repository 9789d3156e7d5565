"""Arrays nested in tuples: the parameters of a model, its gradients, an optimizer's state."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from rnncore._shapes import Array, expect_shape

Tree = TypeVar("Tree")
"""An array, or a tuple, named or plain, of trees."""


def map_arrays(f: Callable[..., Array], name: str, tree: Tree, *others: tuple[str, Tree]) -> Tree:
    """Apply ``f`` to the arrays of one tree, and to those at the same place in others.

    Args:
        f: Function of as many arrays as there are trees.
        name: What to call the first tree in an error.
        tree: Its tuples are the tuples of the result.
        others: More trees of the same form, each with its name.

    Returns:
        The results in the form of ``tree``.

    Raises:
        ValueError: a tree differs from the first in form or in an array's shape.
        TypeError: a tree holds something that is neither an array nor a tuple.
    """
    mapped: Tree = _map(f, name, tree, others)
    return mapped


def _map(f: Callable[..., Array], name: str, tree: Any, others: tuple[tuple[str, Any], ...]) -> Any:
    if isinstance(tree, np.ndarray | np.generic):  # arithmetic makes scalars of 0-d arrays
        for other_name, other in others:
            expect_shape(other_name, other, *tree.shape)
        return f(tree, *(other for _, other in others))
    if not isinstance(tree, tuple):
        raise TypeError(f"{name}: expected an array or a tuple, got {type(tree).__name__}")
    for other_name, other in others:
        if type(other) is not type(tree) or len(other) != len(tree):
            raise ValueError(f"{other_name}: expected {_form(tree)}, got {_form(other)}")
    mapped = []
    for i, (field, part) in enumerate(_parts(tree)):
        inner = tuple((other_name + field, other[i]) for other_name, other in others)
        mapped.append(_map(f, name + field, part, inner))
    return tree._make(mapped) if hasattr(tree, "_make") else tuple(mapped)


def arrays(tree: Any) -> Iterator[Array]:
    """Yield every array of a tree, in the order of the fields."""
    if isinstance(tree, tuple):
        for part in tree:
            yield from arrays(part)
    else:
        yield tree


def _parts(tree: Any) -> list[tuple[str, Any]]:
    """Return the parts of a tuple, each with the text that follows the tuple's name."""
    if hasattr(tree, "_fields"):
        return [(f".{field}", part) for field, part in zip(tree._fields, tree, strict=True)]
    return [(f"[{i}]", part) for i, part in enumerate(tree)]


def _form(tree: Any) -> str:
    kind = type(tree).__name__
    return f"{kind} of {len(tree)}" if type(tree) is tuple else kind
