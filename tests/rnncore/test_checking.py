"""Finite differences and the report on a gradient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore import check_gradient, numeric_gradient, relative_error
from rnncore._shapes import Array
from tests.rnncore.strategies import lengths, rngs


@given(st.lists(lengths, max_size=3).map(tuple), rngs)
def test_numeric_gradient_of_a_known_function(
    shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    x = rng.normal(size=shape)
    x.setflags(write=False)
    gradient = numeric_gradient(lambda a: float(np.sin(a).sum()), x)
    np.testing.assert_allclose(gradient, np.cos(x), rtol=0, atol=1e-9)


def test_report_names_the_worst_entry() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    wrong = 2 * x
    wrong[1, 0] += 0.5
    report = check_gradient(lambda a: float((a * a).sum()), x, wrong)
    assert report.worst == (1, 0)
    assert report.analytic == 6.5
    assert report.numeric == pytest.approx(6.0)
    assert report.error == pytest.approx(0.5 / (np.linalg.norm(wrong) + np.linalg.norm(2 * x)))


@given(rngs)
def test_relative_error_runs_from_zero_to_one(rng: np.random.Generator) -> None:
    a: Array = rng.normal(size=4)
    assert relative_error(a, a) == 0
    assert relative_error(a, -a) == pytest.approx(1)
    assert relative_error(0 * a, 0 * a) == 0
    assert relative_error(a, 2 * a) == pytest.approx(relative_error(1e9 * a, 2e9 * a))


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match=r"eps: expected a positive step, got 0"):
        numeric_gradient(lambda a: float(a.sum()), np.ones(2), eps=0)
    with pytest.raises(ValueError, match=r"b: expected \(2,\), got \(2, 1\)"):
        relative_error(np.ones(2), np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"gradient: expected \(2,\), got \(3,\)"):
        check_gradient(lambda a: float(a.sum()), np.ones(2), np.ones(3))
