"""What the text of 06-truncation says about itself."""

import contextlib
import io
import re

import numpy as np
import pytest

from grading.answers import model_answer
from grading.source import read_source
from rnncore import reachable, relative_error
from rnncore.feedback import MismatchError
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "06-truncation" / "truncation.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK).replace("−", "-")


def test_worked_passes_are_those_of_the_solution() -> None:
    names = run(CELLS, "given", "windows")
    rows = re.findall(r"\| (\d) \| (\d) \| (\d) \| ([\d, ]+) \| ([\d, ]+) \|", TEXT)
    told = [(int(stop), int(start)) for _, stop, start, _, _ in rows]
    assert told == names["windows"](7, 2, 4)
    counted = 0
    for number, (stop, start) in enumerate(told):
        _, _, _, reached, new = rows[number]
        assert [int(n) for n in reached.split(",")] == list(range(start, stop))[::-1]
        assert [int(n) for n in new.split(",")] == list(range(counted, stop))[::-1]
        counted = stop


def test_worked_gradients_are_those_of_the_solution() -> None:
    names = run(CELLS, "given", "windows", "tbptt-gradient")
    state, one = np.full((1, 1), 0.6), np.ones((1, 1))
    params = names["RNNParams"](one, one / 2, np.zeros(1))
    xs = np.full((4, 1, 1), np.arctanh(0.6) - 0.5 * 0.6)
    ys = np.full((4, 1, 1), 1.1)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run(CELLS, "given", "worked-example")
    rows = re.findall(r"\| TBPTT\((\d), (\d)\) \|([ \d|]+)\| (-\d\.\d+) \|", TEXT)
    assert len(rows) == 4
    for k1, k2, terms, told in rows:
        ks = int(k1), int(k2)
        kept = reachable(4, *ks)
        told_terms = [int(n) for n in terms.split("|")]
        assert told_terms == [int(np.diagonal(kept, -back).sum()) for back in range(4)]
        found = names["tbptt_gradient"](params, xs, ys, state, *ks).b.item()
        assert f"{found:.4f}" == told
        assert f"TBPTT({k1}, {k2})  db {told}\n" in shown.getvalue()
    single = [-0.64 * 0.32**back for back in range(4)]
    for number in single[1:]:
        assert f"{number:.4f}" in TEXT


def test_stand_in_agrees_with_the_solution_and_is_not_tested_in_its_place() -> None:
    ours, theirs = run(CELLS, "given", "windows"), run(CELLS, "given", "stand-in")
    for case in [(7, 2, 4), (1, 1, 1), (3, 5, 9)]:
        assert ours["windows"](*case) == theirs["windows"](*case)
    with pytest.raises(MismatchError, match="stand-in"):
        exec(CELLS["windows-even"], theirs)  # noqa: S102 - our own notebook
    exec(CELLS["windows"], theirs)  # noqa: S102 - our own notebook
    exec(CELLS["windows-even"], theirs)  # noqa: S102 - our own notebook


def test_gradient_with_a_reach_as_long_as_the_sequence_is_that_of_the_whole() -> None:
    names = run(CELLS, "given", "windows", "tbptt-gradient")
    params, xs, ys, h0 = names["random_example"](3, T=7, B=2, D=2, H=3)
    run_ = names["unroll"](names["RNN"], params, xs, names["RNNState"](h0))
    _, dhs = names["squared_error_sum"](run_.hs, ys)
    whole = names["unroll_backward"](names["RNN"], params, run_.tape, dhs).params
    for k1 in (1, 2, 7):
        found = names["tbptt_gradient"](params, xs, ys, h0, k1, 7)
        assert max(map(relative_error, found, whole)) < 1e-12


def test_given_arrays_cannot_be_changed() -> None:
    params, *others = run(CELLS, "given")["random_example"](1, T=2, B=2, D=2, H=2)
    for array in (*params, *others):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_model_solution_is_what_the_release_leaves_out() -> None:
    path = ROOT / "exercises" / "06-truncation" / "truncation.ipynb"
    released = path.read_text(encoding="utf-8")
    for function, line in {"windows": "stops = [", "tbptt_gradient": "dhs[: counted"}.items():
        assert f"def {function}(" in released
        assert line in model_answer(NOTEBOOK, function).source
        assert line not in released
