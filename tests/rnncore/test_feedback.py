"""What a failed test says, and that it says nothing when all is right."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnncore import numeric_gradient
from rnncore._hints import find_hint, fingerprint
from rnncore._shapes import Array
from rnncore.feedback import (
    MismatchError,
    Wanted,
    check,
    check_gradients,
    check_oracles,
    check_pairs,
    complex_step,
    refuse_stand_in,
)

numbers = st.floats(-1e6, 1e6)
some_arrays = arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=numbers)


class Pair(NamedTuple):
    W: Array
    b: Array


class Liar:
    """Claims to be everything."""

    dtype = np.dtype(np.float64)
    shape = (2,)

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # what compares equal to all has no hash

    def __array__(self, *_: object, **__: object) -> Array:
        return np.ones(2)


class Sub(np.ndarray[Any, np.dtype[np.float64]]):
    """An array that could redefine every operation."""


def message(got: object, wanted: Any, **options: Any) -> str:
    with pytest.raises(MismatchError) as caught:
        check("f", "t", got, wanted, **options)
    return str(caught.value)


@given(some_arrays)
def test_right_result_passes(array: Array) -> None:
    check("f", "t", array.copy(), {"x": array})


@given(some_arrays, st.data())
def test_first_wrong_entry_is_named(array: Array, data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    got = array.copy()
    got[index] += 1 + np.abs(array).max()
    place = ", ".join(map(str, index))
    words = " ".join(message(got, {"x": array}).split())
    assert f"x[{place}] is" in words
    assert f" 1 of {array.size} entries differ" in words


@given(some_arrays, st.sampled_from([np.nan, np.inf]))
def test_nan_and_infinity_are_wrong_and_raise_no_warning(array: Array, bad: float) -> None:
    assert "is wrong" in message(np.full_like(array, bad), {"x": array})


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "x: expected an array of float64, got None."),
        ([1.0, 1.0], "x: expected an array of float64, got a value of type list."),
        (np.ones(2, int), "x: expected an array of float64, got an array of int64."),
        (np.ones(2, complex), "x: expected an array of float64, got an array of complex128."),
        (np.ones(2, object), "x: expected an array of float64, got an array of object."),
        (Liar(), "x: expected an array of float64, got a value of type Liar."),
        (np.ones(2).view(Sub), "x: expected an array of float64, got a value of type Sub."),
        (np.ones((2, 1)), "x: expected shape (2,), got (2, 1)."),
        (np.float64(1), "x: expected shape (2,), got ()."),
        (np.ones(2, np.float32), "x: expected float64, got float32."),
    ],
    ids=[
        "none",
        "list",
        "integers",
        "complex",
        "objects",
        "liar",
        "subclass",
        "shape",
        "scalar",
        "type",
    ],
)
def test_wrong_kind_is_told_before_any_value(got: object, words: str) -> None:
    assert message(got, {"x": np.ones(2)}) == f"f: {words}"


def test_values_too_close_for_six_digits_are_shown_with_more() -> None:
    text = message(np.array([1 + 1e-9]), {"x": np.ones(1)}, tolerance=1e-12)
    assert "x[0] is 1.000000001 and should be 1." in text


def test_tuple_and_named_tuple_are_walked_through_in_order() -> None:
    wanted: Wanted = {"dparams": {"dW": np.ones((2, 2)), "db": np.ones(2)}, "dx": np.ones(3)}
    check("f", "t", (Pair(np.ones((2, 2)), np.ones(2)), np.ones(3)), wanted)
    check("f", "t", ((np.ones((2, 2)), np.ones(2)), np.ones(3)), wanted)
    text = message((Pair(np.ones((2, 2)), np.zeros(2)), np.zeros(3)), wanted)
    assert text.startswith("f: db is wrong. Its shape (2,) is right, but db[0] is 0 and")
    assert "Also wrong: dx." in text
    assert message(np.ones(3), wanted) == "f: expected (dparams, dx), got an array of float64."
    assert message((1, 2, 3), wanted) == "f: expected (dparams, dx), got 3 values."
    assert message((None, 2), wanted) == "f: dparams: expected (dW, db), got None."


def test_only_the_quantities_asked_for_count() -> None:
    wanted = {"dx": np.ones(2), "dh": np.ones(2)}
    check("f", "t", (np.ones(2), np.zeros(2)), wanted, only=["dx"])
    assert "dh is wrong" in message((np.ones(2), np.zeros(2)), wanted, only=["dh"])


def test_infinite_tolerance_compares_kinds_only() -> None:
    check("f", "t", np.full(2, 9.0), {"x": np.zeros(2)}, tolerance=np.inf)
    assert "float32" in message(np.ones(2, np.float32), {"x": np.ones(2)}, tolerance=np.inf)


def test_failure_is_shown_without_a_traceback() -> None:
    with pytest.raises(MismatchError) as caught:
        check("f", "t", None, {"x": np.ones(2)})
    (line,) = caught.value._render_traceback_()
    assert "f: x: expected an array of float64, got None." in line


@pytest.fixture
def hints(tmp_path: Path) -> Path:
    def answer(name: str) -> dict[str, str]:
        return {"misconception": f"{name} happens", "hint": "Think.", "section": "page#label"}

    zero, two = np.zeros(2), np.full(2, 2.0)
    results = {
        "first": {"x": fingerprint(zero)},
        "second": {"x": fingerprint(zero), "y": fingerprint(two)},
    }
    path = tmp_path / "hints.json"
    content = {"answers": {n: answer(n) for n in results}, "results": {"t": results}}
    path.write_text(json.dumps(content))
    return path


def test_known_mistake_is_named_with_its_section(hints: Path) -> None:
    wanted = {"x": np.ones(2), "y": np.ones(2)}
    first = message((np.zeros(2), np.ones(2)), wanted, hints=hints)
    assert first.endswith(
        "This is what comes out when first happens.\nThink.\n"
        "Read again in the book: page.html#label"
    )
    both = message((np.zeros(2), np.full(2, 2.0)), wanted, hints=hints)
    assert "when second happens." in both
    assert "happens" not in message((np.full(2, 3.0), np.ones(2)), wanted, hints=hints)


def test_mistakes_of_another_test_are_not_named(hints: Path) -> None:
    assert find_hint(hints, "t", "x", {"x": fingerprint(np.zeros(2))}) is not None
    assert find_hint(hints, "other", "x", {"x": fingerprint(np.zeros(2))}) is None


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"results": 3}', '{"results": {"t": {"first": {"x": "no"}}}}'],
)
def test_damaged_hints_leave_the_plain_message(hints: Path, damage: str) -> None:
    plain = message(np.zeros(2), {"x": np.ones(2)}, hints=hints.with_name("missing.json"))
    hints.write_text(damage)
    assert message(np.zeros(2), {"x": np.ones(2)}, hints=hints) == plain


@given(some_arrays)
def test_fingerprint_tells_arrays_and_shapes_apart(array: Array) -> None:
    array = array + 1e6  # away from zero, where all arrays are alike
    assert fingerprint(array) == fingerprint(array.copy())
    assert fingerprint(array) != fingerprint(1.01 * array)
    assert fingerprint(array) != fingerprint(array[np.newaxis])


def test_only_exact_results_are_fingerprinted() -> None:
    for dtype in (np.float64, np.float32):
        with pytest.raises(MismatchError) as caught:
            check("f", "t", np.zeros(2, dtype), {"x": np.ones(2, dtype)})
        assert set(caught.value.prints) == ({"x"} if dtype == np.float64 else set())


def loss(pair: Pair, x: Array) -> Any:
    return np.sum(np.tanh(x @ pair.W + pair.b) ** 2)


def gradients_of_loss(pair: Pair, x: Array) -> tuple[Pair, Array]:
    def by(f: Callable[[Array], Any], array: Array) -> Array:
        return numeric_gradient(f, array)

    W = by(lambda W: loss(pair._replace(W=W), x), pair.W)
    b = by(lambda b: loss(pair._replace(b=b), x), pair.b)
    return Pair(W, b), by(lambda v: loss(pair, v), x)


@given(st.integers(0, 2**32 - 1))
def test_derivative_agrees_with_finite_differences_but_is_far_more_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pair, x = Pair(rng.normal(size=(3, 2)), rng.normal(size=2)), rng.normal(size=(4, 3))
    at = {"pair": pair, "x": x}
    check_gradients("f", "t", gradients_of_loss(pair, x), loss=loss, at=at, tolerance=1e-6)
    with pytest.raises(MismatchError):
        check_gradients("f", "t", gradients_of_loss(pair, x), loss=loss, at=at, tolerance=1e-14)


def test_derivative_has_the_type_of_the_inputs() -> None:
    x = np.ones(2, np.float32)
    check_gradients("f", "t", 2 * x, loss=lambda x: np.sum(x * x), at={"x": x})


def test_stand_in_is_not_tested() -> None:
    def mine() -> None: ...

    def given_one() -> None: ...

    vars(given_one)["is_stand_in"] = True
    refuse_stand_in(mine)
    with pytest.raises(MismatchError, match="stand-in"):
        refuse_stand_in(given_one)


def test_pythons_own_numbers_are_compared_like_numpys() -> None:
    wanted = {"loss": np.array(2.0)}
    for right in (2, 2.0, np.float64(2), np.array(2.0)):
        check("f", "t", right, wanted)
    assert message(1, wanted) == "f: loss is 1 and should be 2."
    assert "got a value of type bool" in message(True, wanted)
    assert "expected shape (2,), got ()" in message(1.0, {"x": np.ones(2)})


def test_what_is_not_finite_is_known_by_its_kind_and_place() -> None:
    results = [
        np.array([1, bad] if last else [bad, 1])
        for bad in (np.nan, np.inf, -np.inf)
        for last in (False, True)
    ]
    prints = [tuple(fingerprint(result)) for result in results]
    assert len(set(prints)) == len(prints)
    assert np.isfinite(prints).all()


def test_integers_are_wanted_as_integers_and_compared_exactly() -> None:
    wanted = {"tokens": np.array([[10**6, 2], [3, 4]])}
    check("f", "t", np.array([[10**6, 2], [3, 4]]), wanted)
    text = " ".join(message(np.array([[10**6 + 1, 2], [3, 4]]), wanted).split())
    assert text.endswith("tokens[0, 0] is 1000001 and should be 1000000. 1 of 4 entries differ.")
    words = "f: tokens: expected an array of int64, got "
    assert message(np.ones((2, 2)), wanted) == words + "an array of float64."
    assert message([[1, 2], [3, 4]], wanted) == words + "a value of type list."
    assert message(3, {"tokens": np.array(3)}) == words + "a value of type int."
    narrow = np.ones((2, 2), np.int32)
    assert message(narrow, wanted) == "f: tokens: expected int64, got int32."


def test_known_mistake_in_integers_is_named(hints: Path) -> None:
    wanted = {"x": np.ones(2, np.int64)}
    assert "when first happens." in message(np.zeros(2, np.int64), wanted, hints=hints)


@given(st.integers(0, 2**32 - 1))
def test_complex_step_is_exact_on_a_known_derivative(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, 3))
    gradient = complex_step(lambda x: np.sum(np.sin(x) ** 3), x)
    assert np.allclose(gradient, 3 * np.sin(x) ** 2 * np.cos(x), rtol=1e-14, atol=1e-14)


def half(x: Array, k: float) -> Any:
    return np.sum(x * x) * k / 2


def whole(x: Array, k: float) -> Any:
    return np.sum(x * x) * k


def shifted(x: Array, k: float) -> Any:
    return whole(x, k) + 1


def judged(got: object, **options: Any) -> None:
    oracles = {"half": half, "whole": whole, "shifted": shifted}
    at = (np.arange(1.0, 4.0), 3.0)
    check_oracles("f", "t", got, loss=whole, oracles=oracles, at=at, **options)


def test_wrong_oracles_are_those_with_another_gradient() -> None:
    judged(("half",))
    judged(["half"])
    with pytest.raises(MismatchError) as caught:
        judged(("shifted",))
    assert str(caught.value).splitlines() == [
        "f: 'half' is missing. Here its gradient is 50.0% off.",
        "'shifted' is one too many. Here it has the gradient of the loss.",
    ]


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "f: expected a tuple of names, got None."),
        ("half", "f: expected a tuple of names, got a value of type str."),
        (("third",), "f: expected names out of half, whole, shifted; got 'third'."),
        ((1,), "f: expected names out of half, whole, shifted; got a value of type int."),
    ],
    ids=["none", "text", "unknown", "number"],
)
def test_what_is_no_tuple_of_known_names_is_told(got: object, words: str) -> None:
    with pytest.raises(MismatchError) as caught:
        judged(got)
    assert str(caught.value) == words


def test_known_mistake_about_oracles_is_named(tmp_path: Path) -> None:
    path = tmp_path / "hints.json"
    entry = {"misconception": "nobody looks", "hint": "Look.", "section": "page#label"}
    prints = {"names": fingerprint(np.array([0.0, 0.0, 0.0]))}
    path.write_text(json.dumps({"answers": {"a": entry}, "results": {"t": {"a": prints}}}))
    with pytest.raises(MismatchError, match="when nobody looks"):
        judged((), hints=path)
    with pytest.raises(MismatchError) as caught:
        judged(("whole",), hints=path)
    assert "nobody" not in str(caught.value)


def pairs_message(got: object, **options: Any) -> str:
    with pytest.raises(MismatchError) as caught:
        check_pairs("f", "t", got, [(2, 0), (4, 1)], at={"T": 4, "k": 2}, **options)
    return str(caught.value)


def test_pairs_may_be_lists_tuples_and_numpys_integers() -> None:
    for right in ([(2, 0), (4, 1)], ((2, 0), [4, 1]), [(np.int64(2), 0), (4, np.int32(1))]):
        check_pairs("f", "t", right, [(2, 0), (4, 1)], at={})


def test_another_list_of_pairs_is_shown_beside_the_wanted_one() -> None:
    want = "f(T=4, k=2) should be [(2, 0), (4, 1)], but it is "
    assert pairs_message([(2, 0), (4, 2)]) == want + "[(2, 0), (4, 2)]."
    assert pairs_message([]) == want + "[]."
    many = [(n, 0) for n in range(1000)]
    assert pairs_message(many).endswith("(10, 0), (11, 0), …].")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "expected a list of pairs, got None."),
        (np.ones((2, 2)), "expected a list of pairs, got an array of float64."),
        (Pair(np.ones(2), np.ones(2)), "expected a list of pairs, got a value of type Pair."),
        ([(2, 0), 4], "expected pairs in the list, got a value of type int."),
        ([(2, 0, 1)], "expected pairs in the list, got 3 values."),
        ([(2, 0.0)], "expected pairs of integers, got a value of type float in a pair."),
        ([(True, 0)], "expected pairs of integers, got a value of type bool in a pair."),
        ([(2**70, 0)], "a number in a pair is far too large."),
    ],
    ids=["none", "array", "named tuple", "number", "three", "float", "bool", "huge"],
)
def test_what_is_no_list_of_pairs_is_told(got: object, words: str) -> None:
    assert pairs_message(got) == f"f: {words}"


def test_known_mistake_about_pairs_is_named(tmp_path: Path) -> None:
    path = tmp_path / "hints.json"
    entry = {"misconception": "nobody counts", "hint": "Count.", "section": "page#label"}
    prints = {"pairs": fingerprint(np.array([[2.0, 0.0]]))}
    path.write_text(json.dumps({"answers": {"a": entry}, "results": {"t": {"a": prints}}}))
    assert "when nobody counts" in pairs_message([(2, 0)], hints=path)
    assert "nobody" not in pairs_message([(2, 1)], hints=path)
