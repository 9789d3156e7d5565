"""What the text of 05-batching says about itself."""

import contextlib
import io
import re

import numpy as np
import pytest

from grading.answers import model_answer
from grading.source import read_source
from rnncore import batching
from tests.solutions.exercises import ROOT, prose, run, sources

NOTEBOOK = read_source(ROOT / "solutions" / "05-batching" / "batching.md")
CELLS, TEXT = sources(NOTEBOOK), prose(NOTEBOOK).replace("−", "-")


def test_worked_streams_are_what_the_solution_cuts() -> None:
    names = run(CELLS, "given", "stream-batches")
    inputs, targets = names["stream_batches"](names["make_text"](14), 2, 3)
    rows = re.findall(r"\| window (\d), stream (\d) \| ([\d ]+) \| ([\d ]+) \|", TEXT)
    assert len(rows) == inputs.shape[0] * inputs.shape[2] == 4
    for w, b, *told in rows:
        for text, array in zip(told, (inputs, targets), strict=True):
            assert [int(token) for token in text.split()] == array[int(w), :, int(b)].tolist()
    assert f"arrays (W, T, B) = {inputs.shape}" in TEXT
    assert f"rows are the steps, {', '.join(str(tuple(row)) for row in inputs[0].tolist())}" in TEXT


def test_worked_loss_is_what_the_solution_computes() -> None:
    names = run(CELLS, "given", "masked-cross-entropy")
    counts = np.array([[[1, 3], [1, 3]], [[1, 1], [5, 7]]])  # (T, B, V), padding last
    targets, mask = np.array([[1, 0], [0, -100]]), np.array([[True, True], [True, False]])
    loss, dlogits = names["masked_cross_entropy"](np.log(counts), targets, mask)
    single = [float(number) for number in re.findall(r"-ln \d/\d = (\d\.\d+)", TEXT)]
    assert np.mean(single) == pytest.approx(loss, abs=1e-4)
    assert f"({' + '.join(f'{number:.4f}' for number in single)}) / 3 = {loss:.4f} nats" in TEXT
    assert f"all four places would give {loss * 3 / 4:.4f}." in TEXT
    for place in (0, 0), (0, 1):
        assert f"/ 3 = ({', '.join(f'{entry:.4f}' for entry in dlogits[place])})" in TEXT
    assert not dlogits[1, 1].any()


def test_worked_example_is_checked_by_nudging() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        run(CELLS, "given", "worked-example")
    assert shown.getvalue().splitlines() == [
        "loss 0.7890, over all four places 0.5918",
        "gradient by the first logit: 0.0833 and -0.2500",
    ]


def test_given_batches_are_what_their_description_says() -> None:
    names = run(CELLS, "given")
    logits, targets, mask = names["make_batch"](1, (2, 9, 5), V=3, offset=50.0, padding=-100)
    assert logits.shape == (9, 3, 3)
    assert mask.sum(axis=0).tolist() == [2, 9, 5]
    assert 48 <= logits.min() < logits.max() <= 52
    assert set(targets[mask].tolist()) == {0, 1, 2}
    assert set(targets[~mask].tolist()) == {-100}
    text = names["make_text"](9, seed=1)
    assert names["make_text"](5, dtype=np.int32).tolist() == [0, 1, 2, 3, 4]
    for array in (logits, targets, mask, text):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_stretch_task_has_the_answer_that_makes_it_worth_asking() -> None:
    """Each way reads as many windows, but the one never reads tokens inside the text."""
    text = run(CELLS, "given")["make_text"](1000)
    for batch_size, num_steps in [(4, 10), (7, 13), (32, 8)]:
        ours = batching.stream_batches(text, batch_size, num_steps).inputs
        assert len(ours) == (len(text) - 1) // batch_size // num_steps
        assert set(ours.ravel().tolist()) == set(range(ours.size))


def test_model_solution_is_what_the_release_leaves_out() -> None:
    released = (ROOT / "exercises" / "05-batching" / "batching.ipynb").read_text(encoding="utf-8")
    for function in ("stream_batches", "masked_cross_entropy"):
        source = model_answer(NOTEBOOK, function).source
        assert f"def {function}(" in released
        assert source.splitlines()[-3].strip() not in released
