"""A list of gradients becomes arrays that can be compared, or is refused in words."""

import numpy as np
import pytest

from rnncore import RNNParams
from rnncore.feedback import MismatchError, stack_gradients

GRADIENT = RNNParams(np.ones((2, 3)), np.ones((3, 3)), np.ones(3))


def test_each_field_gets_an_axis_for_the_gradients() -> None:
    stacked = stack_gradients("f", "t", [GRADIENT, tuple(2 * p for p in GRADIENT)], 2)
    assert [array.shape for array in stacked] == [(2, 2, 3), (2, 3, 3), (2, 3)]
    assert [array[1].max() for array in stacked] == [2, 2, 2]


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "expected a list of 3 gradients, got None."),
        (GRADIENT, "expected a list of 3 gradients, got a value of type RNNParams."),
        ([GRADIENT], "expected a list of 3 gradients, got a list of 1."),
        ([GRADIENT, GRADIENT, GRADIENT[:2]], "expected tuples of arrays, with the same shapes"),
        ([GRADIENT, GRADIENT, GRADIENT[::-1]], "expected tuples of arrays, with the same shapes"),
        ([None] * 3, "expected tuples of arrays, with the same shapes"),
    ],
    ids=["none", "one", "too few", "short", "shapes", "empty"],
)
def test_what_cannot_be_stacked_is_refused_in_words(got: object, words: str) -> None:
    with pytest.raises(MismatchError, match=r"^f: ") as caught:
        stack_gradients("f", "t", got, 3)
    assert words in str(caught.value)
