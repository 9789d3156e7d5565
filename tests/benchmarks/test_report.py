"""The benchmark end to end at a tiny shape: that it measures and reports, not how fast."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks import report
from benchmarks.contenders import CELLS, Shape, ours, problem, products, torchs
from benchmarks.timing import interleaved, ratio

TINY = Shape(3, 2, 1, 4)


def test_every_cell_is_measured_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "SHAPES", (TINY,))
    monkeypatch.setattr(report, "MEMORY_SHAPES", (TINY, TINY._replace(T=400)))
    path = tmp_path / "deep" / "bench.json"
    report.main(path, threads=1)
    written = json.loads(path.read_text())
    assert [row["cell"] for row in written["speed"]] == list(CELLS)
    for row in written["speed"]:
        assert (row["T"], row["B"], row["D"], row["H"]) == TINY
        assert all(row[f"{who}_seconds"] > 0 for who in ("ours", "readable", "torch", "products"))
        assert row["torch_over_ours"] > 0
        assert row["products_over_ours"] > 0
    for short, long in zip(written["memory"][::2], written["memory"][1::2], strict=True):
        assert 0 < short["plain_bytes"] < long["plain_bytes"]
        assert long["checkpointed_bytes"] < long["plain_bytes"]


def test_the_tables_show_every_row() -> None:
    measured = report.measure([TINY], [TINY], repeats=2, seconds=0)
    shown = io.StringIO()
    Console(file=shown, width=120).print(*report.tables(measured))
    assert shown.getvalue().count("(3, 2, 1, 4)") == 2 * len(CELLS)


@pytest.mark.parametrize("name", CELLS)
def test_the_contenders_solve_the_same_problem(name: str) -> None:
    cell, module = CELLS[name]
    p = problem(cell, TINY, np.random.default_rng(0))
    (dparams, dxs, dstate), theirs = ours(cell, p)(), torchs(module, p)()
    shapes = [tuple(gradient.shape) for gradient in theirs]
    assert shapes[:2] == [dparams.W_x.T.shape, dparams.W_h.T.shape]
    assert shapes[4] == dxs.shape
    assert shapes[5:] == [(1, *field.shape) for field in dstate]
    zs, dW_xT, dW_hT, bare_dxs = products(p)()
    assert (dW_xT.T.shape, dW_hT.T.shape) == (dparams.W_x.shape, dparams.W_h.shape)
    assert (len(zs), bare_dxs.size) == (TINY.T * TINY.B, dxs.size)


def test_turns_alternate_and_ratios_are_taken_turn_by_turn() -> None:
    order: list[str] = []
    runs = {name: lambda name=name: order.append(name) for name in "ab"}
    times = interleaved(runs, repeats=2, seconds=0)
    assert order == ["a", "a", "b", "b"] * 2  # one to warm up, one timed
    assert {name: len(found) for name, found in times.items()} == {"a": 2, "b": 2}
    assert ratio([1.0, 10.0, 3.0], [1.0, 5.0, 1.0]) == 2.0


def test_a_run_is_timed_by_the_clock_that_was_given() -> None:
    ticks = iter(range(100))
    times = interleaved({"a": lambda: None}, repeats=3, seconds=0, clock=lambda: next(ticks))
    assert times == {"a": [1, 1, 1]}
