"""Values from their plain form; every type, size and name is checked before it is used."""

import base64
import sys
from collections.abc import Callable, Mapping
from typing import Any

from grading.data import (
    DTYPE,
    MAX_DEPTH,
    MAX_ITEMS,
    TENSOR_DTYPES,
    NotDataError,
    is_named_tuple,
    names_of,
)


def decode(
    tree: object,
    body: memoryview,
    notebook: Mapping[str, object],
    function: Callable[[object], object],
) -> object:
    """Build a value from its plain form, every array with memory of its own.

    Args:
        tree: From :class:`Encoded`, as it came.
        body: The raw bytes, as they came.
        notebook: Names of the notebook, for named tuples that one of its cells defined.
        function: Name of a function, as it came → the function; raises NotDataError.

    Raises:
        NotDataError: it is not a plain form.
    """
    decoder = _Decoder(body, notebook, function)
    try:
        value = decoder.value(tree, 0)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        AttributeError,
        RuntimeError,
    ) as error:
        # whatever a malformed tree runs into; the checks below name the common cases
        raise NotDataError(f"a malformed value ({error})") from None
    if decoder.used != len(body):
        raise NotDataError("a malformed value (bytes left over)")
    return value


_CONTAINERS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class _Decoder:
    def __init__(
        self,
        body: memoryview,
        notebook: Mapping[str, object],
        function: Callable[[object], object],
    ) -> None:
        self.body = body
        self.notebook = notebook
        self.function = function
        self.used = 0
        self.items = 0

    def value(self, tree: Any, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotDataError(f"a value nested deeper than {MAX_DEPTH}")
        if self.items > MAX_ITEMS:
            raise NotDataError(f"more than {MAX_ITEMS} values")
        if tree is None or type(tree) in (bool, int, float, str):
            return tree
        if type(tree) is not dict or not tree:
            raise NotDataError("a malformed value")
        tag = next(iter(tree))
        if tag in _CONTAINERS:
            return _CONTAINERS[tag](self._entries(tree[tag], depth))
        read = _READERS.get(tag)
        if read is None:
            raise NotDataError("a value of an unknown kind")
        return read(self, tree, depth)

    def _entries(self, trees: Any, depth: int) -> list[Any]:
        if type(trees) is not list:
            raise NotDataError("a malformed value")
        return [self.value(entry, depth + 1) for entry in trees]

    def dict(self, tree: Any, depth: int) -> Any:
        pairs = [self._entries(pair, depth) for pair in tree["dict"]]
        return {key: value for key, value in pairs}  # noqa: C416 - checks that they are pairs

    def named(self, tree: Any, depth: int) -> Any:
        module, name = tree["named"]
        home = self.notebook if module == "__main__" else names_of(module)
        kind: Any = home.get(name)
        if not is_named_tuple(kind) or (module, name) != (kind.__module__, kind.__qualname__):
            raise NotDataError(f"a named tuple {str(name)[:80]!r} that the notebook does not give")
        entries = self._entries(tree["v"], depth)
        if len(entries) != len(kind._fields):
            raise NotDataError(f"a {name} with {len(entries)} of {len(kind._fields)} fields")
        return tuple.__new__(kind, entries)

    def array(self, tree: Any, _: int) -> Any:
        numpy = sys.modules.get("numpy")
        if numpy is None or not DTYPE.fullmatch(tree["array"]):
            raise NotDataError("an array of an unknown kind")
        dtype = numpy.dtype(tree["array"])
        raw = self._raw(tree, dtype.itemsize)
        if dtype.kind == "b":
            raw = numpy.frombuffer(raw, "u1") != 0  # a byte of 2 would be true, yet not equal True
        array = numpy.frombuffer(raw, dtype).reshape(tree["shape"])
        if tree.get("scalar") is True:
            return array[()] if array.shape == () else self._malformed()
        copy = array.copy()
        copy.flags.writeable = tree.get("frozen") is not True
        return copy

    def tensor(self, tree: Any, _: int) -> Any:
        torch = sys.modules.get("torch")
        if torch is None or not TENSOR_DTYPES.fullmatch(tree["tensor"]):
            raise NotDataError("a tensor where the tests know none")
        dtype = getattr(torch, tree["tensor"])
        raw = bytearray(self._raw(tree, dtype.itemsize))
        held = torch.uint8 if dtype is torch.bool else dtype
        flat = torch.frombuffer(raw, dtype=held) if raw else torch.empty(0, dtype=held)
        if dtype is torch.bool:
            flat = flat != 0  # as for arrays
        tensor = flat.clone().reshape(tree["shape"])
        differentiable = dtype.is_floating_point or dtype.is_complex
        return tensor.requires_grad_(differentiable and tree["grad"] is True)

    def _raw(self, tree: Any, item_size: int) -> memoryview:
        """Cut an array's bytes out of the body, after checking that sizes agree."""
        shape, at, size = tree["shape"], tree["at"], tree["size"]
        if type(shape) is not list or len(shape) > 32:
            self._malformed()
        wanted = item_size
        for length in shape:
            if type(length) is not int or length < 0:
                self._malformed()
            wanted *= length
        if type(at) is not int or at != self.used or size != wanted or size > len(self.body) - at:
            self._malformed()
        self.used += wanted
        return self.body[at : at + wanted]

    def integer(self, tree: Any, _: int) -> int:
        text = tree["int"]
        if type(text) is not str or len(text) > 2000:
            self._malformed()
        return int(text, 16)

    def range(self, tree: Any, _: int) -> range:
        start, stop, step = (int(part) for part in tree["range"])
        return range(start, stop, step)

    def dtype(self, tree: Any, _: int) -> Any:
        numpy = sys.modules.get("numpy")
        if numpy is None or not DTYPE.fullmatch(tree["dtype"]):
            raise NotDataError("a dtype of an unknown kind")
        dtype = numpy.dtype(tree["dtype"])
        return dtype.type if tree.get("class") is True else dtype

    def torch_dtype(self, tree: Any, _: int) -> Any:
        if "torch" not in sys.modules or not TENSOR_DTYPES.fullmatch(tree["torch.dtype"]):
            raise NotDataError("a dtype of an unknown kind")
        return getattr(sys.modules["torch"], tree["torch.dtype"])

    def _malformed(self) -> Any:
        raise NotDataError("a malformed value")


_READERS: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "int": _Decoder.integer,
    "float": lambda _, tree, __: float(tree["float"]),
    "complex": lambda _, tree, __: complex(*map(float, tree["complex"])),
    "bytes": lambda _, tree, __: base64.b64decode(tree["bytes"], validate=True),
    "range": _Decoder.range,
    "dict": _Decoder.dict,
    "named": _Decoder.named,
    "array": _Decoder.array,
    "tensor": _Decoder.tensor,
    "dtype": _Decoder.dtype,
    "torch.dtype": _Decoder.torch_dtype,
    "function": lambda decoder, tree, _: decoder.function(tree["function"]),
}
