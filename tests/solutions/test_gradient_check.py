"""What the text of 04-gradient-check says about itself."""

import contextlib
import io
import re
from typing import Any

import numpy as np
import pytest

import rnncore
from grading.answers import model_answer
from grading.source import read_source
from rnncore.feedback import MismatchError, complex_step
from tests.solutions.exercises import ROOT

NOTEBOOK = read_source(ROOT / "solutions" / "04-gradient-check" / "gradient_check.md")
CELLS = {cell.id: cell.source for cell in NOTEBOOK.cells}
TEXT = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")


def run(*cells: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for cell in cells:
        exec(CELLS[cell], names)  # noqa: S102 - our own notebook
    return names


def test_worked_example_is_what_its_cell_and_the_solutions_compute() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        names = run("given", "worked-example", "numeric-gradient", "relative-error")
    lines = [line.split() for line in shown.getvalue().splitlines()]
    assert lines == [
        ["both", "sides", "12.2500"],
        ["one", "side", "15.2500"],
        ["relative", "error", "0.0103"],
        ["second_state", "4.0000", "slope", "4.0000"],
        ["second_step", "4.0000", "slope", "2.0000"],
    ]
    for number in ("12.25.", "15.25.", "0.0103,"):
        assert f" {number} " in TEXT
    two = np.array(2.0)
    measured = names["numeric_gradient"](names["third_power"], two, 0.5)
    assert measured == 12.25
    assert f"{names['relative_error'](measured, np.array(12.0)):.4f}" == lines[2][-1]


@pytest.mark.parametrize("shape", [(), (1,), (3, 4), (2, 3, 2)], ids=str)
def test_given_functions_have_the_central_differences_that_the_text_claims(
    shape: tuple[int, ...],
) -> None:
    names = run("given", "numeric-gradient")
    x = names["random_array"](1, shape)
    for eps in (0.125, 2.0):
        bowl, cubic = (names["numeric_gradient"](names[f], x, eps) for f in ("bowl", "cubic"))
        assert np.allclose(bowl, complex_step(names["bowl"], x), rtol=1e-12)
        trace = names["weights_for"](x) * eps**2
        assert np.allclose(cubic, complex_step(names["cubic"], x) + trace, rtol=1e-12)


@pytest.mark.parametrize("shape", [(2,), (3, 4), (2, 3, 2)], ids=str)
def test_given_pairs_are_two_sides_of_the_triangle_that_is_given(shape: tuple[int, ...]) -> None:
    names = run("given")
    for sizes in ((3.0, 2.0, 0.5), (1e-9, 2e-9, 2.0)):
        a, b = names["random_pair"](1, shape, *sizes)
        lengths = [np.linalg.norm(side) for side in (a, b, a - b)]
        assert np.allclose(lengths, [*sizes[:2], names["third_side"](*sizes)], rtol=1e-9, atol=0)


def test_given_arrays_cannot_be_changed() -> None:
    random_array = run("given")["random_array"]
    for shape in ((), (2, 2)):
        with pytest.raises(ValueError, match="read-only"):
            random_array(1, shape)[...] = 0


def test_stand_ins_are_no_answers_and_are_not_tested_as_such() -> None:
    names = run("given", "numeric-gradient", "relative-error", "stand-ins")
    for cell in ("gradient-shapes", "error-values"):
        with pytest.raises(MismatchError, match="stand-in"):
            exec(CELLS[cell], names)  # noqa: S102 - our own notebook
    for function, tests in {
        "numeric_gradient": ("gradient-step",),
        "relative_error": ("error-values",),
    }.items():
        del names[function].is_stand_in
        for cell in tests:
            with pytest.raises(MismatchError, match="should be"):
                exec(CELLS[cell], names)  # noqa: S102 - our own notebook


def test_functions_of_the_package_are_no_full_answer_either() -> None:
    names = run("given", "relative-error")
    names["numeric_gradient"] = rnncore.numeric_gradient
    with pytest.raises(MismatchError, match="expected an array of float64"):
        exec(CELLS["gradient-types"], names)  # noqa: S102 - our own notebook


def test_oracles_are_wrong_where_and_only_where_the_text_says() -> None:
    names = run("given", "stand-ins", "oracles", "wrong-oracles")
    sizes = {"T": 5, "B": 4, "D": 2, "H": 3}
    for seed in range(5):
        for change, wrong in {
            (): "bcef",
            (("T", 3),): "bcf",
            (("T", 1),): "cf",
            (("B", 1),): "bef",
            (("start", 0.0),): "bce",
            (("signal", 1e-5),): "bcef",
        }.items():
            network = names["random_network"](seed, **{**sizes, **dict(change)})
            assert "".join(names["wrong_oracles"](network)) == wrong


def test_solution_finds_the_same_with_the_students_own_functions() -> None:
    own = run("given", "numeric-gradient", "relative-error", "oracles", "wrong-oracles")
    for seed in range(5):
        network = own["random_network"](seed, T=5, B=3, D=2, H=3, signal=10.0**-seed)
        assert own["wrong_oracles"](network) == ("b", "c", "e", "f")


def test_the_frozen_and_the_windowed_oracle_have_the_value_of_the_loss() -> None:
    names = run("given", "oracles")
    network = names["random_network"](1, T=5, B=3, D=2, H=3)
    values = {name: oracle(network.W_h, network) for name, oracle in names["ORACLES"].items()}
    loss = names["loss"](network.W_h, network)
    assert "".join(name for name in values if np.isclose(values[name], loss)) == "abeg"


def test_model_solution_is_what_the_release_leaves_out() -> None:
    path = ROOT / "exercises" / "04-gradient-check" / "gradient_check.ipynb"
    released = path.read_text(encoding="utf-8")
    for function in ("numeric_gradient", "relative_error", "wrong_oracles"):
        source = model_answer(NOTEBOOK, function).source
        assert f"def {function}(" in released
        assert source.splitlines()[-2].strip() not in released
    assert re.search(r"relative_error\(gradient, exact\)", released) is None
