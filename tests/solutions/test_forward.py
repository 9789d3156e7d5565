"""What the text of 02-forward says about itself."""

import contextlib
import io

import numpy as np
import pytest

from grading.source import read_source
from rnncore import Linear, RNNParams
from rnncore.feedback import MismatchError
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "02-forward" / "forward.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK)


def test_worked_example_is_what_the_solution_computes() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        names = run(CELLS, "given", "worked-example", "rnn-step", "rnn-forward", "predict")
    W_h = np.array([[0.0, 1.0], [0.5, 0.0]])
    params = RNNParams(W_x=np.array([[1.0, 0.5]]), W_h=W_h, b=np.array([0.0, 0.1]))
    head = Linear(W=np.array([[1.0], [1.0], [1.0], [0.0]]), b=np.array([0.5]))
    xs, h0 = np.array([0.3, -0.2]).reshape(2, 1, 1), np.array([[0.2, -0.4]])
    hs = names["rnn_forward"](params, xs, h0)
    numbers = [f"{number:.4f}" for number in hs.ravel()]
    assert f"(tanh 0.1, tanh 0.45) = ({', '.join(numbers[:2])})" in TEXT
    assert f"It gives the state ({', '.join(numbers[2:])})." in TEXT
    assert f"the first step first: ({', '.join(numbers)})." in TEXT
    prediction = f"{names['predict'](params, head, xs, h0).item():.4f}"
    assert f"says {' + '.join(numbers[:3])} + 0.5 = {prediction}." in TEXT
    assert shown.getvalue().splitlines() == [
        f"step 1      {' '.join(numbers[:2])}",
        f"step 2      {' '.join(numbers[2:])}",
        f"prediction  {prediction}",
    ]


@pytest.mark.parametrize(
    ("stand_in", "model", "test"),
    [
        ("stand-in-step", "rnn-step", "step-values"),
        ("stand-in-forward", "rnn-forward", "sequence-values"),
    ],
)
def test_stand_in_agrees_with_the_solution_and_is_not_tested_in_its_place(
    stand_in: str, model: str, test: str
) -> None:
    function = model.replace("-", "_")
    theirs = run(CELLS, "given", "rnn-step", "rnn-forward", stand_in)
    ours = run(CELLS, "given", "rnn-step", "rnn-forward")
    params, _, xs, h0 = ours["random_network"](1, T=3, B=2, D=3, H=2)
    x = xs[0] if model == "rnn-step" else xs
    assert np.allclose(ours[function](params, x, h0), theirs[function](params, x, h0), atol=1e-15)
    with pytest.raises(MismatchError, match="stand-in"):
        exec(CELLS[test], theirs)  # noqa: S102 - our own notebook
    exec(CELLS[model], theirs)  # noqa: S102 - our own notebook
    exec(CELLS[test], theirs)  # noqa: S102 - our own notebook


def test_inputs_have_the_size_that_was_asked_for_and_cannot_be_changed() -> None:
    names = run(CELLS, "given")
    params, head, xs, first = names["random_network"](1, T=9, B=9, D=9, H=2, size=10_000)
    assert 9_000 < np.abs(xs).max() <= 10_000
    for array in (*params, *head, xs, first):
        assert array is xs or np.abs(array).max() <= 0.9
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
