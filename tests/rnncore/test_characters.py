"""Characters and tokens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore import decode, encode, vocabulary


@given(st.text(min_size=1))
def test_decoding_undoes_encoding(text: str) -> None:
    characters = vocabulary(text)
    tokens = encode(characters, text)
    assert tokens.dtype == np.int64
    assert decode(characters, tokens) == text
    assert list(characters) == sorted(set(text))


def test_wrong_text_is_named() -> None:
    with pytest.raises(ValueError, match="text: expected at least one character, got none"):
        vocabulary("")
    with pytest.raises(ValueError, match=r"expected the 2 characters .* got 'c' at position 2"):
        encode("ab", "abc")
    with pytest.raises(IndexError):
        decode("ab", np.array([2]))
