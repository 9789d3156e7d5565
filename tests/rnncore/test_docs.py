"""Every public name says what goes in, what comes out and what is raised."""

import ast
import inspect
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rnncore

ROOT = Path(rnncore.__file__).parent
Definition = ast.FunctionDef | ast.ClassDef


def public_definitions() -> Iterator[tuple[str, Definition]]:
    for source in sorted(ROOT.rglob("*.py")):
        for node in ast.parse(source.read_text()).body:
            if isinstance(node, Definition) and not node.name.startswith("_"):
                yield f"{source.relative_to(ROOT)}::{node.name}", node


DEFINITIONS = dict(public_definitions())
FUNCTIONS = {k: v for k, v in DEFINITIONS.items() if isinstance(v, ast.FunctionDef)}
TUPLES = {
    k: v
    for k, v in DEFINITIONS.items()
    if isinstance(v, ast.ClassDef) and any("NamedTuple" in ast.unparse(base) for base in v.bases)
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_is_documented(name: str) -> None:
    assert ast.get_docstring(DEFINITIONS[name]), f"{name} has no docstring"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_documents_arguments_result_and_errors(name: str) -> None:
    node = FUNCTIONS[name]
    doc = ast.get_docstring(node) or ""
    as_elsewhere = ":func:`" in doc and "Arguments" in doc
    one_line = "\n" not in doc
    raises = any(isinstance(part, ast.Raise) for part in ast.walk(node))
    if not as_elsewhere:
        arguments = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
        missing = [a for a in arguments if not re.search(rf"^\s+{a}: |``{a}``", doc, re.M)]
        assert one_line or not missing, f"{name} does not explain {missing}"
        assert one_line or "Returns:" in doc or "Yields:" in doc or _returns_nothing(node)
        assert not raises or "Raises:" in doc, f"{name} raises and does not say so"


def _returns_nothing(node: ast.FunctionDef) -> bool:
    return isinstance(node.returns, ast.Constant) and node.returns.value is None


@pytest.mark.parametrize("name", TUPLES)
def test_every_field_is_documented(name: str) -> None:
    body = TUPLES[name].body
    fields = [n for n in body if isinstance(n, ast.AnnAssign)]
    documented = [
        before
        for before, after in itertools.pairwise(body)
        if isinstance(before, ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    ]
    assert documented == fields, f"{name}: a field lacks its line"


def test_exported_functions_are_all_among_those_checked() -> None:
    checked = {name.split("::")[1] for name in DEFINITIONS}
    exported = {
        name
        for name in rnncore.__all__
        if inspect.isfunction(getattr(rnncore, name)) or inspect.isclass(getattr(rnncore, name))
    }
    assert exported <= checked
