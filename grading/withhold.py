"""What a sandbox lacks although it belongs to the Python environment."""

import ast
import importlib.util
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import IO

from grading.errors import CourseError
from grading.syntax import syntax_tree


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
    whole = {name for name in names if ":" not in name}
    for name in names:
        module, _, function = name.partition(":")
        if module not in whole:
            functions.setdefault(module, []).append(function)
    command = [part for module in sorted(whole) for part in _hide(module, files)]
    for module, emptied in functions.items():
        command += _empty(module, emptied, files)
    return command


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
    place = find_module(module)
    if place is None:
        raise CourseError(f"{module}:{functions[0]}: to be withheld, but there is no such module")
    file = place / "__init__.py" if place.is_dir() else place
    text = file.read_text(encoding="utf-8")
    for function in functions:
        text = _without(text, function, f"{module}:{function}")
    return [*_no_cache(file.parent), *put_file(text, file, files)]


def _no_cache(folder: Path) -> list[str]:
    """Hide compiled modules, which hold what their sources no longer say."""
    cache = str(folder / "__pycache__")
    return ["--tmpfs", cache, "--remount-ro", cache] if Path(cache).is_dir() else []


def _without(source: str, function: str, name: str) -> str:
    """Empty one top-level function of a module's text."""
    lines = source.splitlines()
    for node in syntax_tree(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            body = f"    raise NotImplementedError('{name} is not part of this exercise')"
            # the body may start on the line of the def
            head = f"def {function}(*args, **kwargs):"
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            lines[first - 1 : node.end_lineno] = [head, body]
            return "\n".join(lines) + "\n"
    raise CourseError(f"{name}: to be withheld, but there is no such function")


def put_file(text: str, place: Path, files: list[IO[bytes]]) -> list[str]:
    """Put a file of our own at a place inside."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed once bubblewrap has read it
    file.write(text.encode())
    file.seek(0)
    files.append(file)
    return ["--perms", "0644", "--ro-bind-data", str(file.fileno()), str(place)]
