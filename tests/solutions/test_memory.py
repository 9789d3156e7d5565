"""What the text of 08-memory says about itself."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest

from grading.source import read_source
from rnncore.feedback import MismatchError
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "08-memory" / "memory.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK)
TASK_1 = ("given", "shelf", "checkpointed-backward")


def shelf_over_time(T: int, every: int) -> list[list[int]]:
    """Run the model solution; list what is on the shelf whenever that changes."""
    names = run(CELLS, *TASK_1)
    Shelf: Any = names["Shelf"]
    seen: list[list[int]] = []

    class Watched(Shelf):  # type: ignore[misc]  # a class that a notebook's cell makes
        def __setitem__(self, t: int, h: Any) -> None:
            super().__setitem__(t, h)
            seen.append(sorted(self))

        def __delitem__(self, t: int) -> None:
            super().__delitem__(t)
            seen.append(sorted(self))

    names["Shelf"] = Watched
    names["checkpointed_backward"](*names["random_sequence"](1, T, 1, 1, 2), every)
    return seen


def test_worked_example_is_what_the_solution_keeps() -> None:
    rows = [row.split(" | ") for row in TEXT.split("|:---:|:---:| ")[1].split(" | | ")][:7]
    table = [[int(t) for t in row[1].split()] for row in rows]
    seen = shelf_over_time(7, 3)
    place = 0
    for shelf in table:
        place = seen.index(shelf, place) + 1  # each row comes after the one above it
    assert place == len(seen)
    most = max(map(len, seen))
    assert most == max(map(len, table))
    assert f"The most is {most}." in TEXT
    assert "All states would have been 8." in TEXT


def test_worked_example_of_influence_is_what_its_cell_and_the_solutions_compute() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        names = run(CELLS, "given", "worked-example", "rtrl-step", "rtrl-gradient")
    printed = [line.split()[-1] for line in shown.getvalue().splitlines()]
    assert printed == ["0.3200", "0.4864", "0.6464"]
    assert "0.64 · (0.6 + 0.5 · 0.32) = 0.4864." in TEXT
    assert "0.5 · 0.32 + 1 · 0.4864 = 0.6464." in TEXT
    one = np.ones((1, 1))
    params = names["RNNParams"](one, 0.5 * one, np.zeros(1))
    xs = np.array([names["first"], names["second"]]).reshape(2, 1, 1)
    dhs = np.array([0.5, 1.0]).reshape(2, 1, 1)
    gradient = names["rtrl_gradient"](params, xs, 0.5 * one, dhs).W_h
    assert gradient.item() == pytest.approx(0.6464)


@pytest.mark.parametrize("T", [1, 2, 5, 12])
@pytest.mark.parametrize("every", [1, 2, 3, 5, 12, 40])
def test_solution_keeps_the_promise_and_has_the_gradient(T: int, every: int) -> None:
    names = run(CELLS, *TASK_1)
    sequence = names["random_sequence"](T, T, 2, 3, 2)
    wanted = names["rnn_backward"](*sequence)
    dparams, dxs, dh0, most = names["checkpointed_backward"](*sequence, every)
    assert most <= -(-T // every) + every
    for ours, theirs in zip(dparams, wanted["dparams"].values(), strict=True):
        assert np.allclose(ours, theirs, atol=1e-13)
    assert np.allclose(dxs, wanted["dxs"], atol=1e-13)
    assert np.allclose(dh0, wanted["dh0"], atol=1e-13)


def test_solution_runs_no_step_forward_more_than_twice() -> None:
    names = run(CELLS, *TASK_1)
    step, calls = names["rnn_step"], []

    def counted(params: Any, x: Any, h: Any) -> Any:
        calls.append(x.tobytes())
        return step(params, x, h)

    names["rnn_step"] = counted
    names["checkpointed_backward"](*names["random_sequence"](1, 11, 1, 3, 2), 3)
    assert max(calls.count(x) for x in calls) == 2


def test_shelf_counts_whatever_way_a_state_gets_on_it() -> None:
    Shelf, h = run(CELLS, "given", "shelf")["Shelf"], np.zeros((2, 3))
    assert Shelf({0: h, 1: h}).most == 2
    shelf = Shelf()
    shelf[0] = shelf[0] = h
    shelf.update({1: h})
    shelf.setdefault(2, h)
    del shelf[0]
    assert shelf.pop(1) is h
    assert (len(shelf), shelf.most, Shelf().most) == (1, 3, 0)
    with pytest.raises(KeyError, match=r"State 7 is not on the shelf\. There are: \[2\]"):
        shelf[7]
    for several in (np.zeros((4, 2, 3)), [h, h]):
        with pytest.raises(TypeError, match="one state"):
            shelf[8] = several


def test_stand_in_agrees_with_the_solution_and_is_not_tested_in_its_place() -> None:
    ours = run(CELLS, "given", "given-influence", "rtrl-step")
    theirs = run(CELLS, "given", "given-influence", "rtrl-step", "stand-in")
    params, xs, h0, _ = ours["random_sequence"](1, T=3, B=2, D=3, H=2)
    influence = ours["influence_by_nudging"](params, xs, h0)
    for function in (ours, theirs):
        function["got"] = function["rtrl_step"](params, xs[0], h0, influence)
    assert np.allclose(ours["got"][0], theirs["got"][0], atol=1e-15)
    for a, b in zip(ours["got"][1], theirs["got"][1], strict=True):
        assert np.allclose(a, b, atol=1e-14)
    with pytest.raises(MismatchError, match="stand-in"):
        exec(CELLS["influence-values"], theirs)  # noqa: S102 - our own notebook


def test_own_functions_together_give_the_gradient() -> None:
    names = run(CELLS, "given", "rtrl-step", "rtrl-gradient")
    sequence = names["random_sequence"](1, T=6, B=3, D=2, H=4)
    wanted = names["rnn_backward"](*sequence)["dparams"].values()
    for ours, theirs in zip(names["rtrl_gradient"](*sequence), wanted, strict=True):
        assert np.allclose(ours, theirs, atol=1e-13)


def test_given_step_back_is_that_of_plain_backpropagation() -> None:
    names = run(CELLS, "given")
    params, xs, h0, dhs = names["random_sequence"](1, T=1, B=2, D=3, H=4)
    wanted = names["rnn_backward"](params, xs, h0, dhs)
    h = names["rnn_step"](params, xs[0], h0)
    dparams, dx, dh0 = names["rnn_step_backward"](params, xs[0], h0, h, dhs[0])
    for ours, theirs in zip(dparams, wanted["dparams"].values(), strict=True):
        assert np.allclose(ours, theirs, atol=1e-15)
    assert np.allclose(dx, wanted["dxs"][0], atol=1e-15)
    assert np.allclose(dh0, wanted["dh0"], atol=1e-15)


def test_given_arrays_cannot_be_changed() -> None:
    names = run(CELLS, "given", "given-influence")
    params, *others = names["random_sequence"](1, T=2, B=2, D=2, H=2)
    influence = names["influence_by_nudging"](params, others[0], others[1])
    for array in (*params, *others, *influence):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
