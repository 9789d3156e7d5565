"""Text: made by rule, Python's own, and any file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.data import pronoun_agreement, python_manual, read_text
from rnncore.data.text import PRONOUNS
from tests.rnncore.strategies import lengths, rngs


@given(st.integers(2, 6), lengths, rngs)
def test_the_pronoun_fits_the_name(distance: int, B: int, rng: np.random.Generator) -> None:
    words, (inputs, targets, mask) = pronoun_agreement(rng, distance, B)
    assert inputs.shape == targets.shape == mask.shape == (distance, B)
    np.testing.assert_array_equal(inputs[1:], targets[:-1])
    assert mask.sum() == B
    for b in range(B):
        sentence = [words[token] for token in (*inputs[:, b], targets[-1, b])]
        assert len(sentence) == distance + 1
        assert sentence[-1] == PRONOUNS[sentence[0]]
        assert sentence[-2] == "says"
        assert not set(sentence[1:-1]) & (set(PRONOUNS) | set(PRONOUNS.values()))


def test_nothing_but_the_name_tells_the_pronoun() -> None:
    words, (inputs, targets, _) = pronoun_agreement(np.random.default_rng(0), 3, 20000)
    she = targets[-1] == words.index("she")
    assert abs(she.mean() - 0.5) < 0.02
    for adverb in np.unique(inputs[1]):
        assert abs(she[inputs[1] == adverb].mean() - 0.5) < 0.05


def test_wrong_sizes_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="distance: expected at least 2, got 1"):
        pronoun_agreement(rng, 1, 1)
    with pytest.raises(ValueError, match="batch_size: expected at least 1, got 0"):
        pronoun_agreement(rng, 2, 0)


def test_the_manual_is_long_enough_to_learn_from() -> None:
    text = python_manual()
    assert len(text) > 200_000
    assert "list comprehension" in text


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("née\r\nα\n".encode())
    assert read_text(path) == "née\nα\n"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no\.txt: expected a text file, got nothing"):
        read_text(tmp_path / "no.txt")
    with pytest.raises(ValueError, match="expected a text file, got a folder"):
        read_text(tmp_path)
    path = tmp_path / "text.txt"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"text\.txt: expected a text, got an empty file"):
        read_text(path)
    path.write_bytes(b"ab\xff")
    with pytest.raises(ValueError, match="expected UTF-8 text, got the byte 0xff at position 2"):
        read_text(path)
