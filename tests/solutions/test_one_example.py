"""What the text of 01-one-example says about itself."""

import contextlib
import io

import numpy as np
import pytest

from grading.source import read_source
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "01-one-example" / "one_example.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK)
FUNCTIONS = ("stack-sequences", "elementwise-gradients", "sequence-gradient")


def test_worked_example_is_what_the_solution_computes() -> None:
    names = run(CELLS, "given", *FUNCTIONS)
    first, second = (np.array(row).reshape(3, 1) for row in ([1.0, 2.0, 3.0], [7.0, 8.0, 9.0]))
    xs = names["stack_sequences"]([first, second])
    assert xs.shape == (3, 2, 1)
    assert xs[0].ravel().tolist() == [1, 7]
    one = np.arctanh(0.6)
    params = names["RNNParams"](np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1))
    inputs = np.array([one, one - 0.5 * 0.6]).reshape(2, 1, 1)
    targets = np.full((2, 1, 1), 1.1)
    assert names["unroll"](names["RNN"], params, inputs).hs == pytest.approx(0.6)
    elements = names["elementwise_gradients"](params, inputs, targets)
    whole = names["sequence_gradient"](params, inputs, targets)
    text = TEXT.replace("−", "-")
    assert f"`db` = -1 · 0.64 = {elements[0].b.item():.2f}." in text
    assert elements[0].W_h.item() == 0
    assert f"`dW_h` = 0.6 · (-0.64) = {elements[1].W_h.item():.3f}." in text
    assert f"= {whole.b.item():.4f}." in text
    both = elements[0].b.item() + elements[1].b.item()
    assert f"together give {both:.2f}, the sequence gives {whole.b.item():.4f}." in text
    assert whole.W_h.item() == pytest.approx(elements[1].W_h.item())


def test_worked_example_is_checked_by_nudging() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run(CELLS, "given", "worked-example")
    assert [line.split() for line in shown.getvalue().splitlines()[1:]] == [
        ["element", "1", "db", "-0.6400", "dW_h", "0.0000"],
        ["element", "2", "db", "-0.6400", "dW_h", "-0.3840"],
        ["sequence", "db", "-1.4848", "dW_h", "-0.3840"],
    ]


def test_losses_of_elements_and_of_the_sequence_are_the_same_number() -> None:
    names = run(CELLS, "given")
    params, xs, ys = names["random_example"](1, T=4, B=3, D=2, H=2)
    copies = names["RNNParams"](*(np.stack([weights] * 4) for weights in params))
    states = names["unroll"](names["RNN"], params, xs).hs
    whole = names["loss_of_sequence"](params, xs, ys)
    assert names["loss_of_elements"](copies, xs, ys, states) == pytest.approx(whole)


def test_given_arrays_cannot_be_changed() -> None:
    names = run(CELLS, "given")
    sequences, stacked = names["random_sequences"](1, T=2, B=2, D=2)
    params, *others = names["random_example"](1, T=2, B=2, D=2, H=2)
    for array in (*sequences, stacked, *params, *others):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
