"""What the text of 07-gates says about itself."""

import contextlib
import io
import re
from typing import Any

import numpy as np
import pytest

import rnncore
from grading.source import read_source
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "07-gates" / "gates.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK)


def one(value: float) -> Any:
    return np.full((1, 1), value)


def test_worked_example_is_what_the_solutions_compute() -> None:
    names = run(CELLS, "given", "lstm-step", "lstm-step-backward", "clip-by-global-norm")
    b = np.array([0, np.log(4), np.log(2), 0])
    params = names["LSTMParams"](np.zeros((1, 4)), np.zeros((1, 4)), b)
    at = params, one(0), one(0), one(0.5)
    h, c = names["lstm_step"](*at)
    assert f"`c_prev` + i · g = 0.8 · 0.5 + 0.5 · 0.6 = {c.item():.1f}." in TEXT
    assert f"o · tanh(`c`) = 0.5 · {np.tanh(c).item():.4f} = {h.item():.4f}." in TEXT
    _, _, cache = names["package_step"](*at)
    dparams, _, _, dc_prev = names["lstm_step_backward"](params, one(0), cache, one(1), one(0.5))
    da_i, da_f, da_g, da_o = (f"= {number:.4f}" for number in dparams.b)
    assert all(text in TEXT for text in (da_i + ", f", da_f + ", g", da_g + ".", da_o + "."))
    dc = dc_prev.item() / 0.8
    assert f"0.5 + 1 · 0.5 · {1 - np.tanh(c).item() ** 2:.4f} = {dc:.4f}." in TEXT
    assert TEXT.count(f"{dc:.4f} ·") == 4
    assert f"{dc:.4f} · f = {dc_prev.item():.4f}." in TEXT
    clipped, norm = names["clip_by_global_norm"]((np.array([3.0]), np.array([4.0])), 1)
    assert f"= {norm:.0f}. If it may be 1 long" in TEXT
    assert f"({clipped[0].item():.1f}) and ({clipped[1].item():.1f})" in TEXT


def test_worked_example_is_checked_by_nudging() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run(CELLS, "given", "worked-example")
    lines = dict(line.split() for line in shown.getvalue().splitlines())
    assert list(lines) == ["da_i", "da_f", "da_g", "da_o", "dc_prev"]
    for number in lines.values():
        assert re.search(rf"= {number}[,.]", TEXT)


def test_the_table_gives_the_packages_order_of_the_gates() -> None:
    names = run(CELLS, "given")
    for place, gate in enumerate("ifgo"):
        b = np.zeros(8)
        b[2 * place : 2 * place + 2] = 50.0
        params = names["LSTMParams"](np.zeros((1, 8)), np.zeros((2, 8)), b)
        _, _, cache = names["package_step"](params, np.ones((1, 1)), np.ones((1, 2)), one(1))
        opened = {name for name in "ifgo" if np.allclose(getattr(cache, name), 1)}
        assert opened == {gate}
    order = re.findall(r"\| input gate (i) \| forget gate (f) \| candidate (g) \| .* (o) \|", TEXT)
    assert order == [tuple("ifgo")]


def test_solutions_chained_over_time_give_the_packages_gradient() -> None:
    names = run(CELLS, "given", "lstm-step", "lstm-step-backward")
    params, _, h, c = names["random_step"](1, B=2, D=3, H=4)
    rng = np.random.default_rng(2)
    xs, dhs = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2, 4))
    start = names["LSTMState"](h, c)
    tape = rnncore.unroll(names["LSTM"], params, xs, start).tape
    wanted = rnncore.unroll_backward(names["LSTM"], params, tape, dhs)
    caches = []
    for x in xs:
        caches.append(names["package_step"](params, x, h, c)[2])
        h, c = names["lstm_step"](params, x, h, c)
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    total = [np.zeros_like(p) for p in params]
    for t in reversed(range(5)):
        step, _, dh, dc = names["lstm_step_backward"](params, xs[t], caches[t], dhs[t] + dh, dc)
        total = [a + b for a, b in zip(total, step, strict=True)]
    for ours, theirs in zip([*total, dh, dc], [*wanted.params, *wanted.state], strict=True):
        assert np.allclose(ours, theirs, atol=1e-12)


def test_given_gradients_have_the_norm_that_was_asked_for() -> None:
    names = run(CELLS, "given", "given-clip")
    for norm in (0.0, 3.0, 300.0):
        grads = names["random_gradients"](1, [(2, 3), (4,), (1,)], norm)
        assert [g.shape for g in grads] == [(2, 3), (4,), (1,)]
        assert rnncore.global_norm(grads) == pytest.approx(norm)


def test_given_arrays_cannot_be_changed() -> None:
    names = run(CELLS, "given", "given-backward", "given-clip")
    params, *others = names["random_step"](1, B=2, D=2, H=2)
    back, x, cache, dh, dc = names["random_step_back"](1, B=2, D=2, H=2)
    grads = names["random_gradients"](1, [(2,), (3, 2)], 1.0)
    for array in (*params, *others, *back, x, *cache, dh, dc, *grads):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
