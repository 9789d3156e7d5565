"""What a graded test says about a call itself: that it is not repeatable, or that torch refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rnncore._mismatch import mismatch
from rnncore._tensors import as_array, is_tensor


def check_repeats(
    function: str, test: str, first: object, second: object, *, hints: Path = Path("hints.json")
) -> None:
    """Compare what a function returned for the same arguments, called twice.

    Args:
        function: Name of the student's function.
        test: Name of the test.
        first: What it returned: data, of which nothing is trusted.
        second: What it returned when called again.
        hints: File with the fingerprints of known mistakes.

    Raises:
        MismatchError: the numbers differ, so something is random or left over from the first call.
    """
    if _same(first, second):
        return
    line = f"{function}: called twice with the same arguments, it gave two different results."
    raise mismatch([line], test, "repeated", {"repeated": [1.0]}, hints)


def _same(a: Any, b: Any) -> bool:
    """Whether two results hold the same numbers; what is not data is no concern of this test."""
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(_same, a, b))
    if all(is_tensor(value) or type(value) is np.ndarray for value in (a, b)):
        a, b = as_array(a), as_array(b)
        return np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f")
    return True


@contextmanager
def explain_second_backward(
    function: str, test: str, *, hints: Path = Path("hints.json")
) -> Iterator[None]:
    """Say in our words what torch says of a graph that is used twice; its own advice misleads.

    Args:
        function: Name of the student's function, which is called inside.
        test: Name of the test.
        hints: File with the fingerprints of known mistakes.

    Yields:
        Nothing. The call stands in the block.

    Raises:
        MismatchError: in the place of torch's "backward through the graph a second time".
    """
    try:
        yield
    except RuntimeError as error:
        if "backward through the graph a second time" not in str(error):
            raise
        line = f"{function}: a backward pass went on into a graph that an earlier one has used up."
        raise mismatch([line], test, "second backward", {"second backward": [1.0]}, hints) from None
