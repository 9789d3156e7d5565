"""What the text of 09-pytorch says about itself."""

import contextlib
import io
import re

import numpy as np
import pytest
import torch
from torch import nn

from grading.answers import model_answer
from grading.source import read_source
from rnncore import RNN, linear_backward, relative_error, squared_error_mean, tbptt_gradient, unroll
from rnncore import linear as readout_of
from rnncore.rnn import RNNState
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "09-pytorch" / "pytorch.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK).replace("−", "-")
TASK_2 = ("given", "loaded", "window-gradients")


def test_worked_tables_of_a_transpose_are_those_of_numpy() -> None:
    rows = re.findall(r"\|([\d ]*)\| (\d \d) \| (\d \d) \|", TEXT)
    columns = zip(*rows, strict=True)
    told = [[[int(n) for n in entry.split()] for entry in column] for column in columns]
    W_x = np.array(told[0][:2])
    assert W_x.shape == (2, 3)
    assert told[1] == W_x.T.tolist()
    assert told[2] == W_x.reshape(3, 2).tolist()


def test_worked_gradients_are_those_of_the_solution_and_of_the_cell() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run(CELLS, "given", "worked-example")
    names = run(CELLS, *TASK_2)
    one = np.ones((1, 1))
    params = names["RNNParams"](one, one / 2, np.zeros(1))
    head = names["Linear"](one, np.zeros(1))
    windows = np.full((2, 2, 1, 1), np.arctanh(0.6) - 0.5 * 0.6)
    targets = np.full((2, 2, 1, 1), 1.1)
    found = [
        gradient.b.item()
        for gradient in names["window_gradients"](params, head, windows, targets, 0.6 * one)
    ]
    # Not cut: the mean over all four steps counts each loss half as much.
    (whole,) = names["window_gradients"](
        params, head, windows.reshape(1, 4, 1, 1), targets.reshape(1, 4, 1, 1), 0.6 * one
    )
    wanted = [found[1], 2 * whole.b.item() - found[0], found[0] + found[1]]
    table = re.findall(r"\| (-\d\.\d{4}) \|", TEXT)
    assert table == [f"{number:.4f}" for number in wanted]
    assert table == [line.split()[-1] for line in shown.getvalue().splitlines()]
    for back in range(4):
        assert f"{-0.32 * 0.32**back:.4f}".rstrip("0") in TEXT
    assert f"{found[0]:.4f}" == table[0]


def test_worked_lengths_end_where_the_solution_looks() -> None:
    names = run(CELLS, "given", "last-valid")
    lengths = [int(n) for n in re.findall(r"lengths (\d), (\d) and (\d)", TEXT)[0]]
    (steps,) = re.findall(r"padded to T = (\d)", TEXT)
    told = [int(n) for n in re.findall(r"the steps (\d), (\d) and (\d)", TEXT)[0]]
    output = torch.arange(int(steps)).reshape(-1, 1, 1).expand(-1, 3, 1)
    assert names["last_valid"](output, torch.tensor(lengths)).flatten().tolist() == told


@pytest.mark.parametrize("T", [1, 3, 4])
def test_solution_adds_up_to_truncated_bptt(T: int) -> None:
    names = run(CELLS, *TASK_2)
    params, head, windows, targets, h0 = names["random_windows"](3, 5, T, 2, 3, 4, 2)
    xs, ys = windows.reshape(5 * T, 2, 3), targets.reshape(5 * T, 2, 2)
    whole = unroll(RNN, params, xs, RNNState(h0))
    _, dpredictions = squared_error_mean(readout_of(head, whole.hs), ys)
    _, dhs = linear_backward(head, whole.hs, dpredictions)
    wanted = tbptt_gradient(RNN, params, whole.tape, 5 * dhs, T, T).params
    found = names["window_gradients"](params, head, windows, targets, h0)
    assert len(found) == 5
    for ours, theirs in zip(zip(*found, strict=True), wanted, strict=True):
        assert relative_error(torch.stack(ours).sum(0).numpy(), theirs) < 1e-12


def test_solutions_change_nothing_that_they_are_given() -> None:
    names = run(CELLS, *TASK_2, "rnn-in-torch")
    for function, make in [
        ("rnn_in_torch", lambda: names["random_example"](1, 3, 2, 2, 3)),
        ("window_gradients", lambda: names["random_windows"](1, 3, 2, 2, 2, 3, 1)),
    ]:
        given, fresh = make(), make()
        names[function](*given)
        for ours, theirs in zip(given, fresh, strict=True):
            assert all(map(np.array_equal, ours, theirs))


def test_loaded_gives_real_modules_that_compute_what_ours_do() -> None:
    names = run(CELLS, *TASK_2)
    params, head, windows, _, h0 = names["random_windows"](1, 1, 3, 2, 2, 3, 1)
    module, readout = names["loaded"](params, head)
    assert type(module) is nn.RNN
    assert type(readout) is nn.Linear
    output, _ = module(torch.tensor(windows[0]), torch.tensor(h0)[None])
    hs = unroll(RNN, params, windows[0], RNNState(h0)).hs
    assert relative_error(readout(output).detach().numpy(), readout_of(head, hs)) < 1e-12
    assert not module.bias_hh_l0.requires_grad


def test_last_valid_of_the_solution_lets_a_gradient_through() -> None:
    names = run(CELLS, "given", "last-valid")
    output, lengths = names["random_output"](1, 4, [2, 4, 1], 2)
    names["last_valid"](output, lengths).sum().backward()
    steps, rows, _ = output.grad.nonzero(as_tuple=True)
    assert set(zip(steps.tolist(), rows.tolist(), strict=True)) == {(1, 0), (3, 1), (0, 2)}


def test_model_solution_is_what_the_release_leaves_out() -> None:
    path = ROOT / "exercises" / "09-pytorch" / "pytorch.ipynb"
    released = path.read_text(encoding="utf-8")
    lines = {
        "rnn_in_torch": "weight_ih_l0.copy_",
        "window_gradients": "h.detach()",
        "last_valid": "lengths - 1",
    }
    for function, line in lines.items():
        assert f"def {function}(" in released
        assert line in model_answer(NOTEBOOK, function).source
        assert line not in released
