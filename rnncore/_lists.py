"""What a graded test says about a list: of gradients, or of pairs of numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnncore._hints import fingerprint
from rnncore._mismatch import MismatchError, kind, mismatch
from rnncore._shapes import Array
from rnncore._tensors import stack

_SHOWN = 12  # pairs of a list that a message shows


def stack_gradients(function: str, test: str, got: object, count: int) -> tuple[Array, ...]:
    """Lay a list of gradients one behind the other, for :func:`rnncore.feedback.check`.

    Args:
        function: Name of the student's function.
        test: Name of the test.
        got: What the function returned; right is a list of tuples of arrays, or of tensors.
        count: How many gradients there should be.

    Returns:
        One array (or tensor) for each field of the gradients, shape (count, …).

    Raises:
        MismatchError: it is no list, has another length, or its entries do not fit together.
    """
    if not isinstance(got, list | tuple) or hasattr(got, "_fields"):
        raise MismatchError(
            f"{function}: expected a list of {count} gradients, got {kind(got)}.", test
        )
    if len(got) != count:
        raise MismatchError(
            f"{function}: expected a list of {count} gradients, got a list of {len(got)}.", test
        )
    try:
        return tuple(map(stack, zip(*got, strict=True)))
    except (TypeError, ValueError, RuntimeError):
        raise MismatchError(
            f"{function}: expected tuples of arrays, with the same shapes in every gradient.", test
        ) from None


def check_pairs(
    function: str,
    test: str,
    got: object,
    wanted: Sequence[tuple[int, int]],
    *,
    at: Mapping[str, int],
    hints: Path = Path("hints.json"),
) -> None:
    """Compare a list of pairs of integers with the one that is wanted.

    Args:
        function: Name of the student's function.
        test: Name of the test.
        got: What the function returned; right is a list or tuple of pairs, in this order.
        wanted: The pairs.
        at: Arguments of the call, for the message.
        hints: File with the fingerprints of known mistakes.

    Raises:
        MismatchError: it is no list of pairs of integers, or another one. The message shows both.
    """
    pairs = _integers(function, test, got)
    right = [(a, b) for a, b in wanted]
    came = [(a, b) for a, b in pairs.tolist()]
    if came == right:
        return
    call = f"{function}({', '.join(f'{name}={value}' for name, value in at.items())})"
    lines = [f"{call} should be {_shown(right)}, but it is {_shown(came)}."]
    prints = {"pairs": fingerprint(pairs.astype(np.float64))}
    raise mismatch(lines, test, "pairs", prints, hints)


def _integers(function: str, test: str, got: object) -> NDArray[np.int64]:
    """Lay the pairs one below the other, shape (N, 2)."""
    if type(got) is not list and type(got) is not tuple:
        raise MismatchError(f"{function}: expected a list of pairs, got {kind(got)}.", test)
    for pair in got:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            came = f"{len(pair)} values" if isinstance(pair, tuple | list) else kind(pair)
            raise MismatchError(f"{function}: expected pairs in the list, got {came}.", test)
        for number in pair:
            if type(number) is not int and type(number) not in (np.int64, np.int32):
                words = f"{function}: expected pairs of integers, got {kind(number)} in a pair."
                raise MismatchError(words, test)
            if abs(int(number)) >= 2**53:
                raise MismatchError(f"{function}: a number in a pair is far too large.", test)
    return np.array(got, np.int64).reshape(-1, 2)


def _shown(pairs: Sequence[tuple[int, int]]) -> str:
    dots = ["…"] if len(pairs) > _SHOWN else []
    return f"[{', '.join([*map(str, pairs[:_SHOWN]), *dots])}]"
