"""What a graded test says: which quantity is wrong, how, and which mistake it looks like.

A test calls the student's function, computes what should have come out, and hands both to
:func:`check`. Results of known wrong answers lie beside the notebook in ``hints.json``, as a few
projections each, so that a mistake can be named without any code of an answer travelling.
"""

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnncore._calls import check_repeats, explain_second_backward
from rnncore._hints import fingerprint
from rnncore._lists import check_pairs, stack_gradients
from rnncore._mismatch import MismatchError, kind, mismatch
from rnncore._shapes import Array
from rnncore._tensors import as_array, graph_problem, is_tensor
from rnncore.checking import relative_error

__all__ = [
    "MismatchError",
    "Wanted",
    "check",
    "check_gradients",
    "check_oracles",
    "check_pairs",
    "check_repeats",
    "complex_step",
    "explain_second_backward",
    "refuse_stand_in",
    "stack_gradients",
]

Wanted: TypeAlias = Mapping[str, "NDArray[Any] | Mapping[str, NDArray[Any]]"]
"""What a function returns, by name; a named tuple is a mapping inside the mapping."""

_ROUNDING = 1e-9  # far above that of the complex step, far below any mistake


def check(
    function: str,
    test: str,
    got: object,
    wanted: Wanted,
    *,
    only: Sequence[str] = (),
    tolerance: float = 1e-6,
    hints: Path = Path("hints.json"),
) -> None:
    """Compare what a function returned with what is wanted.

    Arrays may be PyTorch's tensors: where ``wanted`` holds a tensor, a tensor is expected, in
    a graph (``requires_grad``) where the wanted one is.

    Args:
        function: Name of the student's function, for the message.
        test: Name of the test, the key of its fingerprints in ``hints``.
        got: What the function returned: data, of which nothing is trusted.
        wanted: Name → array or tensor for each returned value, in order; a returned named tuple is
            a mapping of its fields. With one entry the function returns it bare, not in a tuple.
        only: Quantities that count in this test; all of them when left out.
        tolerance: Largest difference of an entry, as a fraction of the largest wanted entry;
            integers have to be equal. ``np.inf`` compares shapes and types only.
        hints: File with the fingerprints; without it the message is plainer, nothing else.

    Raises:
        MismatchError: something differs. The message names the quantity, then its type or shape or
            its first differing entry, then the mistake if the result is a known one.
    """
    pairs = {name: (value, want) for name, value, want in _pairs(function, test, got, wanted)}
    wrong = {
        name: problem
        for name, (value, want) in pairs.items()
        if (problem := _problem(name, value, want, tolerance))
    }
    counted = [name for name in wrong if not only or name in only]
    if not counted:
        _check_graph(function, test, pairs, only, hints)
        return
    first, *others = counted
    # Mistakes that agree in what counts here are told apart by all that is wrong.
    prints = {
        name: fingerprint(np.asarray(as_array(value)))
        for name, (value, want) in pairs.items()
        if name in wrong
        and _is_plain(value, want)
        and as_array(want).dtype in (np.float64, np.int64)
        # not of float32: it differs from machine to machine in digits that are kept
    }
    if first not in prints:
        prints = {}
    lines = [f"{function}: {wrong[first]}"]
    if others:
        lines.append(f"Also wrong: {', '.join(others)}.")
    raise mismatch(lines, test, first, prints, hints)


def _check_graph(
    function: str,
    test: str,
    pairs: Mapping[str, tuple[Any, Any]],
    only: Sequence[str],
    hints: Path,
) -> None:
    """Refuse tensors that are in a graph and should not be, or the other way round."""
    problem = graph_problem({name: pairs[name] for name in only or pairs})
    if problem:
        prints = {"requires_grad": [1.0]}  # which kind of mistake; there are no numbers to compare
        raise mismatch([f"{function}: {problem}"], test, "requires_grad", prints, hints)


def check_oracles(
    function: str,
    test: str,
    got: object,
    *,
    loss: Callable[..., Any],
    oracles: Mapping[str, Callable[..., Any]],
    at: tuple[Any, ...],
    hints: Path = Path("hints.json"),
) -> None:
    """Compare the names that a function returned with those of the wrong oracles.

    Args:
        function: Name of the student's function.
        test: Name of the test.
        got: What the function returned; right is a tuple or list of names, in any order.
        loss: Scalar function of all of ``at``; as for :func:`check_gradients`.
        oracles: Name → a function like ``loss``. It is wrong if its gradient by the first of
            ``at`` is another one.
        at: Where; the first is an array.
        hints: As for :func:`check`.

    Raises:
        MismatchError: a name is missing, one too many, or unknown.
    """
    named = _names(function, test, got, list(oracles))
    x, *rest = at

    def gradient(function: Callable[..., Any]) -> Array:
        return complex_step(lambda entry: function(entry, *rest), x)

    exact = gradient(loss)
    lines = []
    for name, oracle in oracles.items():
        off = float(np.linalg.norm(gradient(oracle) - exact) / np.linalg.norm(exact))
        if off > _ROUNDING and name not in named:
            lines.append(f"'{name}' is missing. Here its gradient is {off:.1%} off.")
        elif off <= _ROUNDING and name in named:
            lines.append(f"'{name}' is one too many. Here it has the gradient of the loss.")
    if lines:
        prints = {"names": fingerprint(np.array([float(name in named) for name in oracles]))}
        lines[0] = f"{function}: {lines[0]}"
        raise mismatch(lines, test, "names", prints, hints)


def _names(function: str, test: str, got: object, known: list[str]) -> list[str]:
    if not isinstance(got, tuple | list):
        raise MismatchError(f"{function}: expected a tuple of names, got {kind(got)}.", test)
    for name in got:
        if type(name) is not str or name not in known:
            came = f"'{name}'" if type(name) is str else kind(name)
            words = f"{function}: expected names out of {', '.join(known)}; got {came}."
            raise MismatchError(textwrap.fill(words, 80), test)
    return list(got)


def check_gradients(
    function: str,
    test: str,
    got: object,
    *,
    loss: Callable[..., Any],
    at: Mapping[str, Any],
    only: Sequence[str] = (),
    tolerance: float = 1e-10,
    hints: Path = Path("hints.json"),
) -> None:
    """Compare what a backward pass returned with the derivative of a loss.

    The derivative is taken by the complex step, Im f(x + i s) / s (Squire & Trapp, 1998), which
    is exact to the last digits and knows nothing of any backward pass.

    Args:
        function: Name of the student's function.
        test: Name of the test.
        got: What the function returned: one gradient per entry of ``at``, in that order.
        loss: Scalar function of all entries of ``at``, made of operations that NumPy also
            does with complex numbers.
        at: Name → array, or named tuple of arrays; the gradient of ``x`` is called ``dx``.
        only: As for :func:`check`, as are ``tolerance`` and ``hints``.
        tolerance: Tighter than any finite difference, looser than rounding.
        hints: File with the fingerprints.

    Raises:
        MismatchError: something differs.
    """
    wanted = {f"d{name}": _derivative(loss, at, name) for name in at}
    check(function, test, got, wanted, only=only, tolerance=tolerance, hints=hints)


def _derivative(
    loss: Callable[..., Any], at: Mapping[str, Any], name: str
) -> Array | dict[str, Array]:
    value = at[name]

    def loss_of(entry: object) -> Any:
        return loss(**{**at, name: entry})

    if isinstance(value, np.ndarray):
        return complex_step(loss_of, value)

    def field_gradient(field: str) -> Array:
        def loss_of_field(array: Array) -> Any:
            return loss_of(value._replace(**{field: array}))

        return complex_step(loss_of_field, getattr(value, field))

    return {f"d{field}": field_gradient(field) for field in value._fields}


def complex_step(f: Callable[[Any], Any], x: Array) -> Array:
    """Gradient of ``f`` at ``x`` by the complex step, exact to the last digits.

    Args:
        f: Scalar function of one array, made of operations that NumPy also does with complex
            numbers.
        x: Where to differentiate, any shape.

    Returns:
        Im f(x + i s e_k) / s for every entry k, in the shape and type of ``x``.
    """
    step = 1e-30  # nothing is subtracted, so it can be this small
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        shifted = x.astype(np.complex128)
        shifted[index] += 1j * step
        gradient[index] = f(shifted).imag / step
    return gradient.astype(x.dtype)


def refuse_stand_in(function: Callable[..., object]) -> None:
    """Refuse to test the stand-in that a later task puts in the place of a student's function.

    Raises:
        MismatchError: ``function`` is marked as a stand-in.
    """
    if getattr(function, "is_stand_in", False) is True:
        raise MismatchError(
            "This name belongs to the stand-in now, because the cell of the stand-in was run.\n"
            "Run the cell with your own function again, then this test.",
            "stand-in",
        )


def _pairs(
    function: str, test: str, got: object, wanted: Wanted
) -> Iterator[tuple[str, Any, Array]]:
    """Walk through a result beside what is wanted: name, value, wanted value."""
    values = (got,) if len(wanted) == 1 else _entries(function, test, "", got, list(wanted))
    for (name, want), value in zip(wanted.items(), values, strict=True):
        if isinstance(want, Mapping):
            fields = _entries(function, test, f"{name}: ", value, list(want))
            yield from zip(want.keys(), fields, want.values(), strict=True)
        elif (type(value) is float or type(value) is int) and as_array(want).dtype.kind == "f":
            yield name, np.float64(value), want  # Python's own numbers do as well as NumPy's
        else:
            yield name, value, want


def _entries(
    function: str, test: str, place: str, got: object, names: list[str]
) -> tuple[object, ...]:
    if isinstance(got, tuple) and len(got) == len(names):
        return got
    came = f"{len(got)} values" if isinstance(got, tuple) else kind(got)
    raise MismatchError(f"{function}: {place}expected ({', '.join(names)}), got {came}.", test)


def _problem(name: str, value: Any, want: Array, tolerance: float) -> str:
    """Say what is wrong with a value, or nothing."""
    if not _is_plain(value, want):
        return f"{name}: expected {kind(want)}, got {kind(value)}."
    array, want = np.asarray(as_array(value)), as_array(want)
    if array.shape != want.shape:
        return f"{name}: expected shape {want.shape}, got {array.shape}."
    if array.dtype != want.dtype:
        return f"{name}: expected {want.dtype}, got {array.dtype}."
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(want), initial=0.0)
        limit = tolerance * scale if scale > 0 else tolerance
        if want.dtype.kind != "f" and np.isfinite(tolerance):
            limit = 0  # integers have no rounding
        off = ~(np.abs(array - want) <= limit)  # so that nan is off
        if not off.any():
            return ""
        index = tuple(int(i) for i in np.argwhere(off)[0])
        relative = f", relative error {relative_error(array, want):.2g}"
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    came, wanted = f"{array[index]:.6g}", f"{want[index]:.6g}"
    if came == wanted:
        came, wanted = f"{array[index]:.16g}", f"{want[index]:.16g}"
    if not want.shape:
        return f"{name} is {came} and should be {wanted}."
    return (
        f"{name} is wrong. Its shape {want.shape} is right, but {place} is {came} and should be "
        f"{wanted}. {off.sum()} of {off.size} entries differ"
        f"{relative if want.dtype.kind == 'f' else ''}."
    )


def _is_plain(value: object, want: Array) -> bool:
    """Whether a value is a real array or scalar of NumPy's own, no subclass, or both are tensors.

    It holds floating-point numbers, or integers where integers are wanted.
    """
    if is_tensor(want):
        return is_tensor(value) and _is_plain(as_array(value), as_array(want))
    kinds = "f" if want.dtype.kind == "f" else "iu"
    if type(value) is np.ndarray:
        return value.dtype.kind in kinds
    return type(value) in (np.float64, np.float32) and kinds == "f"
