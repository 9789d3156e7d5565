"""The linear layer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore import Linear, check_gradient, init_linear, linear, linear_backward
from rnncore._shapes import Array
from tests.rnncore.strategies import lengths, rngs


@given(st.lists(lengths, max_size=3).map(tuple), lengths, lengths, rngs)
def test_gradients_agree_with_finite_differences(
    rows: tuple[int, ...], size_in: int, size_out: int, rng: np.random.Generator
) -> None:
    params = Linear(rng.normal(size=(size_in, size_out)), rng.normal(size=size_out))
    x, dy = rng.normal(size=(*rows, size_in)), rng.normal(size=(*rows, size_out))

    def loss(params: Linear, x: Array) -> float:
        return float((linear(params, x) * dy).sum())

    dparams, dx = linear_backward(params, x, dy)
    checks = [
        check_gradient(lambda W: loss(params._replace(W=W), x), params.W, dparams.W),
        check_gradient(lambda b: loss(params._replace(b=b), x), params.b, dparams.b),
        check_gradient(lambda x: loss(params, x), x, dx),
    ]
    assert all(c.error < 1e-7 or abs(c.analytic - c.numeric) < 1e-8 for c in checks), checks


def test_init_keeps_the_dtype_and_the_bound() -> None:
    params = init_linear(np.random.default_rng(0), 4, 3, np.float32)
    assert (params.W.shape, params.b.shape) == ((4, 3), (3,))
    assert {p.dtype for p in params} == {np.dtype(np.float32)}
    assert linear(params, np.ones((2, 4), np.float32)).dtype == np.float32
    assert all(np.abs(p).max() <= 1 / 2 for p in params)


def test_wrong_shapes_are_named() -> None:
    params = Linear(np.zeros((4, 3)), np.zeros(3))
    with pytest.raises(ValueError, match=r"x: expected \(…, 4\), got \(2, 3\)"):
        linear(params, np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"dy: expected \(2, 3\), got \(2, 1\)"):
        linear_backward(params, np.zeros((2, 4)), np.zeros((2, 1)))
