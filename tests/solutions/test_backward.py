"""What the text of 03-backward says about itself."""

import contextlib
import io
import re
from typing import Any

import numpy as np
import pytest

from grading.answers import model_answer
from grading.source import read_source
from rnncore import relative_error
from rnncore.feedback import MismatchError
from tests.solutions.exercises import ROOT

NOTEBOOK = read_source(ROOT / "solutions" / "03-backward" / "backward.md")
CELLS = {cell.id: cell.source for cell in NOTEBOOK.cells}
TEXT = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")


def run(*cells: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for cell in cells:
        exec(CELLS[cell], names)  # noqa: S102 - our own notebook
    return names


def test_worked_example_is_what_the_solution_computes() -> None:
    names = run("given", "rnn-step-backward", "rnn-backward")

    def one(value: float) -> Any:
        return np.full((1, 1), value)

    params = names["RNNParams"](one(0.25), one(0.5), np.arctanh([0.6]) - 2 * 0.25 + 0.5 * 0.5)
    h = names["rnn_step"](params, one(2), one(-0.5))
    assert h == pytest.approx(0.6)
    dparams, dx, dh_prev = names["rnn_step_backward"](params, one(2), one(-0.5), h, one(0.5))
    said = dict(re.findall(r"`(\w+)` = [^,.;]*?(?:= )?(−?\d+\.\d+)[,.]", TEXT))
    single = {"dW_x": dparams.W_x, "dW_h": dparams.W_h, "dx": dx, "dh_prev": dh_prev}
    for name, value in single.items():
        assert float(said[name].replace("−", "-")) == pytest.approx(value.item())
    first = names["rnn_step_backward"](params, one(2), one(-0.5), h, one(0.5 + dh_prev.item()))
    assert f"= {dparams.b.item():.2f} + {first[0].b.item():.4f} = " in TEXT
    assert f"= {(dparams.b + first[0].b).item():.4f}." in TEXT


def test_worked_example_is_checked_by_nudging() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run("given", "worked-example")
    assert [line.split() for line in shown.getvalue().splitlines()] == [
        ["dx", "0.080"],
        ["dW_x", "0.640"],
        ["dh_prev", "0.160"],
        ["dW_h", "-0.160"],
        ["db", "0.320"],
    ]


def test_stand_in_agrees_with_the_solution_far_below_the_tolerance() -> None:
    model, stand_in = run("given", "rnn-step-backward"), run("given", "stand-in")
    for seed in range(20):
        case = model["random_step"](seed, B=3, D=2, H=4)
        (ours, *inputs), (theirs, *their_inputs) = (
            names["rnn_step_backward"](*case) for names in (model, stand_in)
        )
        for a, b in zip([*ours, *inputs], [*theirs, *their_inputs], strict=True):
            assert a.dtype == b.dtype
            assert relative_error(a, b) < 1e-8


def test_stand_in_is_not_tested_in_place_of_the_students_function() -> None:
    names = run("given", "rnn-step-backward", "step-inputs", "stand-in")
    with pytest.raises(MismatchError, match="stand-in"):
        exec(CELLS["step-inputs"], names)  # noqa: S102 - our own notebook
    exec(CELLS["rnn-step-backward"], names)  # noqa: S102 - our own notebook
    exec(CELLS["step-inputs"], names)  # noqa: S102 - our own notebook


def test_given_arrays_cannot_be_changed() -> None:
    names = run("given")
    params, *others = names["random_sequence"](1, T=2, B=2, D=2, H=2)
    for array in (*params, *others, *names["random_step"](1, B=2, D=2, H=2)[1:]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_model_solution_is_what_the_release_leaves_out() -> None:
    released = (ROOT / "exercises" / "03-backward" / "backward.ipynb").read_text(encoding="utf-8")
    for function in ("rnn_step_backward", "rnn_backward"):
        source = model_answer(NOTEBOOK, function).source
        assert f"def {function}(" in released
        assert source.splitlines()[-2].strip() not in released
