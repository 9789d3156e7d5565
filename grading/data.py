"""Values as JSON and raw bytes: the only form in which anything passes between interpreters.

What is not plain data has no form here, so an object of a student's own making cannot reach the
referee.
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

DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c8|c16)")
TENSOR_DTYPES = re.compile(r"bool|uint8|int(8|16|32|64)|b?float16|float(32|64)|complex(64|128)")


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
            if isinstance(value, numpy.dtype) and DTYPE.fullmatch(value.str):
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
        if not DTYPE.fullmatch(array.dtype.str):
            raise NotDataError(f"an array of {array.dtype}")
        tree = {"array": array.dtype.str, "shape": list(array.shape)}
        if not array.flags.writeable:
            tree["frozen"] = True
        self._check_size(array.nbytes)
        return {**tree, **self._place(array.tobytes())}

    def _tensor(self, tensor: Any, torch: Any) -> dict[str, Any]:
        name = str(tensor.dtype).removeprefix("torch.")
        if not TENSOR_DTYPES.fullmatch(name) or tensor.layout is not torch.strided:
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
        if isinstance(home, str) and names_of(home).get(name) is value:
            return [home, name]
    return None


def names_of(module: str) -> Mapping[str, object]:
    """Names in a module that is loaded; never imports one."""
    return vars(sys.modules[module]) if module in sys.modules else {}
