"""Text as numbers: one token per character."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def vocabulary(text: str) -> str:
    """List the characters of a text, each once.

    Args:
        text: Any text that is not empty.

    Returns:
        The characters in the order of their code points; token i stands for the i-th.

    Raises:
        ValueError: the text is empty.
    """
    if not text:
        raise ValueError("text: expected at least one character, got none")
    return "".join(sorted(set(text)))


def encode(characters: str, text: str) -> NDArray[np.int64]:
    """Turn a text into tokens.

    Args:
        characters: The vocabulary, as :func:`vocabulary` lists it.
        text: A text of these characters.

    Returns:
        One token per character, shape (N,).

    Raises:
        ValueError: a character is not in the vocabulary.
    """
    token_of = {character: token for token, character in enumerate(characters)}
    for place, character in enumerate(text):
        if character not in token_of:
            raise ValueError(
                f"text: expected the {len(token_of)} characters of the vocabulary, "
                f"got {character!r} at position {place}"
            )
    return np.array([token_of[character] for character in text], np.int64)


def decode(characters: str, tokens: NDArray[np.integer[Any]]) -> str:
    """Turn tokens back into text.

    Args:
        characters: The vocabulary, as :func:`vocabulary` lists it.
        tokens: Tokens, shape (N,).

    Returns:
        N characters.

    Raises:
        IndexError: a token is beyond the vocabulary.
    """
    return "".join(characters[token] for token in tokens)
