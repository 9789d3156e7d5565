"""Text: sentences made by rule, Python's own manual, any file."""

from pathlib import Path
from pydoc_data.topics import topics
from typing import NamedTuple

import numpy as np

from rnncore.examples import TokenExamples

PRONOUNS = {"Anna": "she", "Maria": "she", "Peter": "he", "Thomas": "he"}
"""Names and the pronoun that takes up each."""
_ADVERBS = ("often", "still", "now", "really", "quietly", "gladly")
_VERB = "says"


class Sentences(NamedTuple):
    """Result of :func:`pronoun_agreement`."""

    words: tuple[str, ...]
    """The vocabulary: token i stands for the i-th word."""
    examples: TokenExamples
    """Words and the words that follow; only the pronoun counts."""


def pronoun_agreement(rng: np.random.Generator, distance: int, batch_size: int) -> Sentences:
    """Make sentences in which a pronoun must fit a name ``distance`` words before it.

    With a distance of 4: "Anna often still says she". Name and adverbs are drawn; nothing but
    the name tells the pronoun, so a model without memory loses at least ln 2 nats in the mean.

    Args:
        rng: Source of randomness.
        distance: Steps from name to pronoun, at least 2. The pronoun is predicted at the
            verb, so the gradient must reach ``distance`` steps.
        batch_size: B, sentences side by side, at least 1.

    Returns:
        The vocabulary, and inputs, targets and mask of shape (distance, B). The mask is true at
        the last step only.

    Raises:
        ValueError: a size is out of range.
    """
    if distance < 2:
        raise ValueError(f"distance: expected at least 2, got {distance}")
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, got {batch_size}")
    words = (*PRONOUNS, *sorted(set(PRONOUNS.values())), _VERB, *_ADVERBS)
    token_of = {word: token for token, word in enumerate(words)}
    names = rng.integers(len(PRONOUNS), size=batch_size)
    sentences = np.empty((distance + 1, batch_size), np.int64)
    sentences[0] = names
    first_adverb = token_of[_ADVERBS[0]]
    sentences[1:-2] = rng.integers(first_adverb, len(words), size=(distance - 2, batch_size))
    sentences[-2] = token_of[_VERB]
    sentences[-1] = np.array([token_of[pronoun] for pronoun in PRONOUNS.values()])[names]
    mask = np.zeros((distance, batch_size), bool)
    mask[-1] = True
    return Sentences(words, TokenExamples(sentences[:-1], sentences[1:], mask))


def python_manual() -> str:
    """Return the reference manual that every CPython carries in itself.

    It is the text behind ``help("for")``. It differs from version to version of Python, and is
    under Python's licence.

    Returns:
        The topics of ``pydoc_data.topics`` in alphabetical order, a blank line between two.
    """
    return "\n\n".join(topics[name].strip("\n") for name in sorted(topics)) + "\n"


def read_text(path: Path) -> str:
    """Read a text of your own.

    Args:
        path: A text file in UTF-8.

    Returns:
        Its text, with the line ends of Unix.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is a folder, is empty, or is not UTF-8.
    """
    if path.is_dir():
        raise ValueError(f"{path}: expected a text file, got a folder")
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a text file, got nothing there")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ValueError(
            f"{path}: expected UTF-8 text, got the byte {byte:#04x} at position {error.start}"
        ) from error
    if not text:
        raise ValueError(f"{path}: expected a text, got an empty file")
    return text
