"""What a sandbox lacks although it belongs to the Python environment."""

import ast
import importlib.util
import tempfile
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple

from grading.errors import CourseError
from grading.syntax import syntax_tree


class Withheld(NamedTuple):
    """One thing that a sandbox lacks."""

    module: str
    function: str
    """Empty: the whole module."""
    until: str
    """The locked cell that needs the function, and before which it comes back; empty: none."""


class Returned(NamedTuple):
    """A function that comes back."""

    module: str
    function: str
    source: str
    """Its definition."""


def read_withheld(entry: str) -> Withheld:
    """Read ``module``, ``module:function`` or ``module:function@cell``.

    Raises:
        CourseError: it is something else.
    """
    name, _, until = entry.partition("@")
    module, _, function = name.partition(":")
    if until and not function:
        raise CourseError(f"{entry}: only a function can come back, as in module:function@cell")
    return Withheld(module, function, until)


def find_module(module: str) -> Path | None:
    """Return the file or package folder of a module, without importing anything."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None or spec.origin in (None, "built-in", "frozen"):
        return None
    place = Path(str(spec.origin))
    if spec.submodule_search_locations:
        place = place.parent
    for name in rest:
        inner = place / name
        place = inner if inner.is_dir() else place / f"{name}.py"
    return place if place.exists() else None


def withhold(names: Collection[str], files: list[IO[bytes]]) -> list[str]:
    """Write the part of bubblewrap's command line that hides modules and functions.

    Args:
        names: As for :func:`grading.sandbox.launch`.
        files: Open files that the command line names are added to it.

    Raises:
        CourseError: a module or function to be withheld is not found.
    """
    functions: dict[str, list[str]] = {}
    entries = [read_withheld(name) for name in names]
    whole = {entry.module for entry in entries if not entry.function}
    for entry in entries:
        if entry.module not in whole:
            functions.setdefault(entry.module, []).append(entry.function)
    command = [part for module in sorted(whole) for part in _hide(module, files)]
    for module, emptied in functions.items():
        command += _empty(module, emptied, files)
    return command


@lru_cache(maxsize=16)
def returned(names: tuple[str, ...]) -> dict[str, list[Returned]]:
    """Return what comes back, by the cell before which it does.

    Args:
        names: As for :func:`grading.sandbox.launch`.

    Raises:
        CourseError: a function is not found, or cannot come back.
    """
    found: dict[str, list[Returned]] = {}
    for module, function, until in map(read_withheld, names):
        if until:
            text = _source_of(module, function).read_text(encoding="utf-8")
            node = _find(text, function, f"{module}:{function}")
            if node.decorator_list:
                raise CourseError(f"{module}:{function}@{until}: it has decorators, so it stays")
            source = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
            found.setdefault(until, []).append(Returned(module, function, source))
    return found


def _hide(module: str, files: list[IO[bytes]]) -> list[str]:
    place = find_module(module)
    if place is None:
        return []  # what is not installed needs no hiding
    text = f"raise ModuleNotFoundError('{module} is not part of this exercise', name='{module}')\n"
    if place.is_dir():
        inside = put_file(text, place / "__init__.py", files)
        return ["--tmpfs", str(place), *inside, "--remount-ro", str(place)]
    return [*_no_cache(place.parent), *put_file(text, place, files)]


def _empty(module: str, functions: list[str], files: list[IO[bytes]]) -> list[str]:
    """Put a module in its place that has these functions, but not what they do."""
    file = _source_of(module, functions[0])
    text = file.read_text(encoding="utf-8")
    for function in functions:
        text = _without(text, function, f"{module}:{function}")
    return [*_no_cache(file.parent), *put_file(text, file, files)]


def _source_of(module: str, function: str) -> Path:
    place = find_module(module)
    if place is None:
        raise CourseError(f"{module}:{function}: to be withheld, but there is no such module")
    return place / "__init__.py" if place.is_dir() else place


def _no_cache(folder: Path) -> list[str]:
    """Hide compiled modules, which hold what their sources no longer say."""
    cache = str(folder / "__pycache__")
    return ["--tmpfs", cache, "--remount-ro", cache] if Path(cache).is_dir() else []


def _without(source: str, function: str, name: str) -> str:
    """Empty one top-level function of a module's text."""
    lines = source.splitlines()
    node = _find(source, function, name)
    body = f"    raise NotImplementedError('{name} is not part of this exercise')"
    head = f"def {function}(*args, **kwargs):"  # the body may start on the line of the def
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    lines[first - 1 : node.end_lineno] = [head, body]
    return "\n".join(lines) + "\n"


def _find(source: str, function: str, name: str) -> ast.FunctionDef:
    for node in syntax_tree(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return node
    raise CourseError(f"{name}: to be withheld, but there is no such function")


def put_file(text: str, place: Path, files: list[IO[bytes]]) -> list[str]:
    """Put a file of our own at a place inside."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed once bubblewrap has read it
    file.write(text.encode())
    file.seek(0)
    files.append(file)
    return ["--perms", "0644", "--ro-bind-data", str(file.fileno()), str(place)]
