import json
from collections import namedtuple
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from grading.data import NotDataError, encode, find_function
from grading.decode import decode

Array = np.ndarray[Any, Any]


class Pair(NamedTuple):
    low: object
    high: object


def unknown(name: object) -> NoReturn:
    raise NotDataError(f"function {name}")


def through(value: object) -> Any:
    """Encode, pass as text and bytes, decode."""
    encoded = encode(value, lambda _: None, 1 << 20)
    body = memoryview(b"".join(map(bytes, encoded.body)))
    return decode(json.loads(json.dumps(encoded.tree, allow_nan=False)), body, {}, unknown)


def same(a: object, b: object) -> bool:
    """Whether two values are the same in every type and bit, except for what NaN is made of."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        assert isinstance(b, list | tuple)
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        assert isinstance(b, dict)
        return same(list(a.items()), list(b.items()))
    if isinstance(a, np.ndarray | np.generic):
        assert isinstance(b, np.ndarray | np.generic)
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return repr(a) == repr(b)


numbers = st.integers() | st.floats() | st.complex_numbers() | st.booleans()
dtypes = stn.boolean_dtypes() | stn.integer_dtypes() | stn.floating_dtypes(sizes=(16, 32, 64))
arrays = stn.arrays(
    dtypes | stn.complex_number_dtypes(sizes=(64, 128)), stn.array_shapes(min_dims=0, min_side=0)
)
plain = st.none() | st.text() | st.binary() | numbers | arrays | stn.from_dtype(np.dtype("f4"))
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.builds(Pair, inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(value=values)
def test_every_plain_value_comes_out_as_it_went_in(value: object) -> None:
    assert same(through(value), value)


@given(value=arrays)
def test_arrays_are_copies_and_keep_whether_they_may_be_written(
    value: np.ndarray[Any, Any],
) -> None:
    result = through(value)
    assert result.flags.writeable
    assert not np.shares_memory(result, value)
    value.flags.writeable = False
    assert not through(value).flags.writeable


def test_tensors_keep_dtype_shape_and_gradient() -> None:
    for dtype in (torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.complex64):
        tensor = torch.arange(6).reshape(2, 3).to(dtype).T
        result = through(tensor)
        assert result.dtype == dtype
        assert torch.equal(result, tensor)
        assert not result.requires_grad
    weights = torch.nn.Parameter(torch.ones(0, 2))
    assert type(through(weights)) is torch.Tensor
    assert through(weights).requires_grad
    assert through(torch.ones(2, requires_grad=True) * 2).grad_fn is None
    assert through(torch.float16) is torch.float16


@pytest.mark.parametrize(
    "value",
    [
        object(),
        [lambda: 0],
        np.array([None]),
        np.array(["a"]),
        np.zeros(2, "f4,f4"),
        np.ma.array([1]),
        np.zeros(3).view(np.recarray),
        type("Text", (str,), {})("a"),
        type("Both", (Pair,), {})(1, 2),
        torch.eye(2).to_sparse(),
        iter([]),
        ValueError("a"),
        np,
    ],
)  # fmt: skip
def test_nothing_else_has_a_form(value: object) -> None:
    with pytest.raises(NotDataError):
        encode([value], lambda _: None, 1 << 20)


def test_depth_number_and_size_are_limited() -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    for value, words in ((deep, "deeper"), ([0] * 300_000, "more than"), (np.zeros(200), "bytes")):
        with pytest.raises(NotDataError, match=words):
            encode(value, lambda _: None, 1000)
    with pytest.raises(NotDataError, match="deeper"):
        decode(json.loads('{"list":[' * 60 + "1" + "]}" * 60), memoryview(b""), {}, unknown)
    with pytest.raises(NotDataError, match="more than"):
        decode({"list": [1] * 300_000}, memoryview(b""), {}, unknown)


KEYS = (
    *("list", "tuple", "set", "dict", "named", "v", "array", "shape", "at", "size", "scalar"),
    *("frozen", "tensor", "grad", "int", "float", "complex", "bytes", "range", "dtype", "class"),
    *("torch.dtype", "function"),
)
LEAVES = ("<f8", "|b1", "float32", "bool", "__main__", "os", "Pair", [2], [1 << 62])
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner | st.sampled_from(LEAVES), max_size=5)
    ),
    max_leaves=20,
)


@given(tree=trees, body=st.binary(max_size=32))
def test_whatever_comes_is_decoded_or_refused(tree: object, body: bytes) -> None:
    try:
        decode(tree, memoryview(body), {"Pair": Pair}, unknown)
    except NotDataError:
        return


@pytest.mark.parametrize(
    "tree",
    [
        {"array": "|O8", "shape": [1], "at": 0, "size": 8},
        {"array": "<f8", "shape": [2], "at": 0, "size": 8},
        {"array": "<f8", "shape": [-1], "at": 0, "size": 8},
        {"array": "<f8", "shape": [True], "at": 0, "size": 8},
        {"array": "<f8", "shape": [1 << 62, 8], "at": 0, "size": 1 << 68},
        {"array": "<f8", "shape": [1], "at": 1, "size": 8},
        {"array": "<f8", "shape": [], "at": 0, "size": 0},
        {"named": ["os", "stat_result"], "v": []},
        {"named": ["subprocess", "Popen"], "v": []},
        {"named": ["__main__", "Pair"], "v": [1, 2]},
        {"named": [Pair.__module__, "Pair"], "v": [1]},
        {"named": [[], {}], "v": [1]},
        {"function": "exit"},
        {"function": ["os", "system"]},
        {"set": [{"list": []}]},
        {"dict": [[1, 2, 3]]},
        {"bytes": "not base64!"},
        {"int": "0x" + "f" * 3000},
        {},
    ],
)
def test_forged_trees_are_refused(tree: object) -> None:
    with pytest.raises(NotDataError):
        decode(tree, memoryview(bytes(8)), {"exit": exit}, unknown)


def test_a_boolean_is_true_or_false_and_nothing_else() -> None:
    tree = {"array": "|b1", "shape": [3], "at": 0, "size": 3}
    array: Any = decode(tree, memoryview(b"\x00\x01\x02"), {}, unknown)
    assert array.tobytes() == b"\x00\x01\x01"


def test_a_named_tuple_is_built_without_its_own_code() -> None:
    class Loud(namedtuple("Loud", "a")):
        __slots__ = ()

        def __new__(cls, a: object) -> "Loud":
            raise AssertionError(a)

    Loud.__module__, Loud.__qualname__ = "__main__", "Loud"
    with pytest.raises(NotDataError):
        decode({"named": ["__main__", "Loud"], "v": [1]}, memoryview(b""), {"Loud": Loud}, unknown)


def test_functions_are_named_by_where_they_are() -> None:
    assert find_function(encode, {"enc": encode}) == "enc"
    assert find_function(encode, {}) == ["grading.data", "encode"]
    assert find_function(np.tanh, {}) == ["numpy", "tanh"]
    assert find_function(lambda: 0, {}) is None
