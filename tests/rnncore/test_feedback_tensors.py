"""What a failed test says when answers are PyTorch's tensors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnncore.feedback import (
    MismatchError,
    check,
    check_repeats,
    explain_second_backward,
    stack_gradients,
)

WANTED = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=torch.float64)


def message(got: object, wanted: Any, **options: Any) -> str:
    with pytest.raises(MismatchError) as caught:
        check("f", "t", got, wanted, **options)
    return " ".join(str(caught.value).split())


def test_right_tensors_pass() -> None:
    check("f", "t", WANTED.clone(), {"x": WANTED})
    check("f", "t", (WANTED.T.contiguous().T, WANTED[0]), {"x": WANTED, "y": WANTED[0]})
    check("f", "t", torch.nn.Parameter(WANTED), {"x": WANTED.clone().requires_grad_()})
    check("f", "t", WANTED.long(), {"x": WANTED.long()})


def test_wrong_entry_shape_and_type_are_named() -> None:
    off = WANTED.clone()
    off[1, 2] += 1
    assert "x[1, 2] is 7 and should be 6. 1 of 6 entries differ" in message(off, {"x": WANTED})
    assert "x: expected shape (2, 3), got (3, 2)." in message(WANTED.T, {"x": WANTED})
    assert "x: expected float64, got float32." in message(WANTED.float(), {"x": WANTED})


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (WANTED.numpy(), "got an array of float64."),
        (WANTED.tolist(), "got a value of type list."),
        (1.0, "got a value of type float64."),
        (None, "got None."),
        (WANTED.long(), "got a tensor of int64."),
        (WANTED.bfloat16(), "got a value of type Tensor."),
        (WANTED.to_sparse(), "got a value of type Tensor."),
    ],
)
def test_what_is_no_such_tensor_is_refused(got: object, words: str) -> None:
    assert f"x: expected a tensor of float64, {words}" in message(got, {"x": WANTED})


def test_a_tensor_is_no_array() -> None:
    words = "x: expected an array of float64, got a tensor of float64."
    assert words in message(WANTED, {"x": WANTED.numpy()})


def test_the_graph_counts_once_the_numbers_are_right() -> None:
    free, bound = WANTED, WANTED.clone().requires_grad_()
    assert "still requires grad" in message(bound, {"x": free})
    assert "no gradient finds its way back" in message(free, {"x": bound})
    assert "x is wrong" in message(2 * bound, {"x": free})
    check("f", "t", (free, bound), {"x": free, "y": free}, only=["x"])


def test_mistakes_are_named_by_fingerprint(tmp_path: Path) -> None:
    words = {"misconception": "it is doubled", "hint": "Halve it.", "section": "page#label"}
    for got in (2 * WANTED, WANTED.clone().requires_grad_()):
        with pytest.raises(MismatchError) as caught:
            check("f", "t", got, {"x": WANTED})
        content = {"answers": {"a": words}, "results": {"t": {"a": caught.value.prints}}}
        hints = tmp_path / "hints.json"
        hints.write_text(json.dumps(content), encoding="utf-8")
        assert "This is what comes out when it is doubled." in message(
            got, {"x": WANTED}, hints=hints
        )


def test_gradients_of_tensors_are_stacked_to_tensors() -> None:
    (stacked,) = stack_gradients("f", "t", [(WANTED,), (2 * WANTED,)], 2)
    assert torch.equal(torch.as_tensor(stacked), torch.stack([WANTED, 2 * WANTED]))
    with pytest.raises(MismatchError, match="same shapes"):
        stack_gradients("f", "t", [(WANTED,), (WANTED[0],)], 2)


@pytest.mark.parametrize("make", [torch.Tensor.clone, torch.Tensor.numpy])
def test_what_differs_from_call_to_call_is_refused(make: Any) -> None:
    first = (make(WANTED), [make(WANTED[0])])
    check_repeats("f", "t", first, (make(WANTED), [make(WANTED[0])]))
    check_repeats("f", "t", "no data", None)
    for again in ((make(WANTED), [make(WANTED[1])]), (make(WANTED),)):
        with pytest.raises(MismatchError, match="two different results"):
            check_repeats("f", "t", first, again)


def test_nan_twice_is_the_same_result() -> None:
    check_repeats("f", "t", np.array([np.nan]), np.array([np.nan]))


def test_second_backward_is_told_in_our_words_and_other_errors_are_not_touched() -> None:
    loss = (WANTED.clone().requires_grad_() ** 2).sum()
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    with pytest.raises(MismatchError, match="used up"), explain_second_backward("f", "t"):
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    with pytest.raises(RuntimeError, match="another"), explain_second_backward("f", "t"):
        raise RuntimeError("another")


def test_without_torch_nothing_is_a_tensor_and_torch_stays_out() -> None:
    code = (
        "import sys, numpy as np\n"
        "from rnncore.feedback import check, check_repeats\n"
        "check('f', 't', np.ones(2), {'x': np.ones(2)})\n"
        "check_repeats('f', 't', np.ones(2), np.ones(2))\n"
        "print('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
