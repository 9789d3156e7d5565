"""Values as JSON and raw bytes: the only form in which anything passes between interpreters.

What is not plain data has no form here, so an object of a student's own making cannot reach the
referee. Decoding trusts nothing: every type, size and name is checked before it is used.
"""

import base64
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from grading.wire import Buffer

MAX_DEPTH = 40
"""Deepest nesting of lists, tuples and dicts."""
MAX_ITEMS = 250_000
"""Most values in one message."""

_DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c8|c16)")
_TENSOR_DTYPES = re.compile(r"bool|uint8|int(8|16|32|64)|b?float16|float(32|64)|complex(64|128)")


class NotDataError(Exception):
    """A value that has no plain form; the text says which, as in "a value of type set"."""


class Encoded(NamedTuple):
    """A value, ready for a frame."""

    tree: Any
    """What JSON can hold."""
    body: list[Buffer]
    """The arrays' bytes, in the order of their places in ``tree``."""


def encode(
    value: object, name_of: Callable[[object], str | list[str] | None], limit: int
) -> Encoded:
    """Give a value its plain form.

    Args:
        value: The value. Subclasses of the known types are not data.
        name_of: The name under which the other side knows a function, or None.
        limit: Most bytes that all arrays together may have.

    Raises:
        NotDataError: something in it is not data, or there is too much of it.
    """
    encoder = _Encoder(name_of, limit)
    tree = encoder.tree(value, 0)
    return Encoded(tree, encoder.body)


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


def is_named_tuple(kind: object) -> bool:
    """Whether a class is a named tuple itself, not a subclass of one with its own behaviour."""
    return (
        isinstance(kind, type)
        and kind.__bases__ == (tuple,)
        and isinstance(vars(kind).get("_fields"), tuple)
    )


class _Encoder:
    def __init__(self, name_of: Callable[[object], str | list[str] | None], limit: int) -> None:
        self.name_of = name_of
        self.limit = limit
        self.body: list[Buffer] = []
        self.used = 0
        self.items = 0

    def tree(self, value: object, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotDataError(f"a value nested deeper than {MAX_DEPTH}")
        if self.items > MAX_ITEMS:
            raise NotDataError(f"more than {MAX_ITEMS} values")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        write = _WRITERS.get(kind)
        if write is not None:
            return write(self, value, depth)
        if is_named_tuple(kind):
            fields = cast(tuple[object, ...], value)
            entries = [self.tree(entry, depth + 1) for entry in fields]
            return {"named": [kind.__module__, kind.__qualname__], "v": entries}
        return self._of_library(value, kind)

    def _of_library(self, value: Any, kind: type) -> Any:
        numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
        if numpy is not None:
            if kind is numpy.ndarray:
                return self._array(value)
            if issubclass(kind, numpy.generic) and kind.__module__ == "numpy":
                return {**self._array(numpy.asarray(value)), "scalar": True}
            if isinstance(value, numpy.dtype) and _DTYPE.fullmatch(value.str):
                return {"dtype": value.str}
            if value in numpy.sctypeDict.values() if isinstance(value, type) else False:
                return {"dtype": numpy.dtype(value).str, "class": True}
        if torch is not None:
            if kind is torch.Tensor or kind is torch.nn.Parameter:
                return self._tensor(value, torch)
            if kind is torch.dtype:
                return {"torch.dtype": str(value).removeprefix("torch.")}
        name = self.name_of(value) if callable(value) else None
        if name is None:
            raise NotDataError(f"a value of type {_type_name(kind)}")
        return {"function": name}

    def _array(self, array: Any) -> dict[str, Any]:
        if not _DTYPE.fullmatch(array.dtype.str):
            raise NotDataError(f"an array of {array.dtype}")
        tree = {"array": array.dtype.str, "shape": list(array.shape)}
        if not array.flags.writeable:
            tree["frozen"] = True
        self._check_size(array.nbytes)
        return {**tree, **self._place(array.tobytes())}

    def _tensor(self, tensor: Any, torch: Any) -> dict[str, Any]:
        name = str(tensor.dtype).removeprefix("torch.")
        if not _TENSOR_DTYPES.fullmatch(name) or tensor.layout is not torch.strided:
            raise NotDataError(f"a tensor of {tensor.dtype}, {tensor.layout}")
        self._check_size(tensor.numel() * tensor.element_size())
        plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        raw = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
        tree = {"tensor": name, "shape": list(tensor.shape), "grad": bool(tensor.requires_grad)}
        return {**tree, **self._place(raw)}

    def _check_size(self, size: int) -> None:
        if self.used + size > self.limit:
            raise NotDataError(f"{self.used + size} bytes of data, at most {self.limit} may be")

    def _place(self, raw: bytes) -> dict[str, Any]:
        place = {"at": self.used, "size": len(raw)}
        self.body.append(raw)
        self.used += len(raw)
        return place


def _type_name(kind: type) -> str:
    return str(type.__getattribute__(kind, "__name__"))[:80]


def _float(_: _Encoder, value: Any, __: int) -> Any:
    return value if value - value == 0 else {"float": repr(value)}


def _sequence(tag: str) -> Callable[[_Encoder, Any, int], Any]:
    def write(encoder: _Encoder, value: Any, depth: int) -> Any:
        return {tag: [encoder.tree(entry, depth + 1) for entry in value]}

    return write


def _dict(encoder: _Encoder, value: Any, depth: int) -> Any:
    pairs = value.items()
    return {"dict": [[encoder.tree(k, depth + 1), encoder.tree(v, depth + 1)] for k, v in pairs]}


_WRITERS: dict[type, Callable[[_Encoder, Any, int], Any]] = {
    int: lambda _, value, __: value if value.bit_length() < 64 else {"int": hex(value)},
    float: _float,
    complex: lambda _, value, __: {"complex": [repr(value.real), repr(value.imag)]},
    bytes: lambda _, value, __: {"bytes": base64.b64encode(value).decode()},
    range: lambda _, value, __: {"range": [value.start, value.stop, value.step]},
    list: _sequence("list"),
    tuple: _sequence("tuple"),
    set: _sequence("set"),
    frozenset: _sequence("frozenset"),
    dict: _dict,
}
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
        home = self.notebook if module == "__main__" else _names_of(module)
        kind: Any = home.get(name)
        if not is_named_tuple(kind) or (module, name) != (kind.__module__, kind.__qualname__):
            raise NotDataError(f"a named tuple {str(name)[:80]!r} that the notebook does not give")
        entries = self._entries(tree["v"], depth)
        if len(entries) != len(kind._fields):
            raise NotDataError(f"a {name} with {len(entries)} of {len(kind._fields)} fields")
        return tuple.__new__(kind, entries)

    def array(self, tree: Any, _: int) -> Any:
        numpy = sys.modules.get("numpy")
        if numpy is None or not _DTYPE.fullmatch(tree["array"]):
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
        if torch is None or not _TENSOR_DTYPES.fullmatch(tree["tensor"]):
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
        if numpy is None or not _DTYPE.fullmatch(tree["dtype"]):
            raise NotDataError("a dtype of an unknown kind")
        dtype = numpy.dtype(tree["dtype"])
        return dtype.type if tree.get("class") is True else dtype

    def torch_dtype(self, tree: Any, _: int) -> Any:
        if "torch" not in sys.modules or not _TENSOR_DTYPES.fullmatch(tree["torch.dtype"]):
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


def find_function(value: object, notebook: Mapping[str, object]) -> str | list[str] | None:
    """Name a function by its place: in the notebook, or else in a module.

    Returns:
        Its name in the notebook, or ``[module, name]``, or None.
    """
    for name, entry in notebook.items():
        if entry is value and not name.startswith("_"):
            return name
    module = getattr(value, "__module__", None)
    name = getattr(value, "__name__", "")
    for home in (module, "numpy"):  # a ufunc does not say where it lives
        if isinstance(home, str) and _names_of(home).get(name) is value:
            return [home, name]
    return None


def _names_of(module: str) -> Mapping[str, object]:
    """Names in a module that is loaded; never imports one."""
    return vars(sys.modules[module]) if module in sys.modules else {}
