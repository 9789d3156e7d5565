"""The API page as a person would write it: types by their short names, texts as they stand."""

import sys
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from docutils import nodes
from numpy.typing import DTypeLike, NDArray
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import autodoc, napoleon
from sphinx.util import inspect
from sphinx.util.nodes import get_node_source
from sphinx.util.typing import stringify_annotation

from rnncore._shapes import Array

ARRAY = "rnncore._shapes.Array"
ALIASES = {
    Array: f"~{ARRAY}",
    NDArray[np.integer[Any]]: "~numpy.typing.NDArray[~numpy.integer]",
    DTypeLike: "~numpy.typing.DTypeLike",
}


def spell(annotation: Any, mode: str = "fully-qualified-except-typing", **options: Any) -> str:
    """Write a type with the project's aliases.

    Autodoc keeps aliases only in modules whose annotations are strings, and ours are evaluated.
    """
    text = stringify_annotation(annotation, mode, **options)
    for alias, name in ALIASES.items():
        expanded = stringify_annotation(alias, mode, **options)
        text = text.replace(expanded, name if mode == "smart" else name.lstrip("~"))
    return text


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Element | None:
    """Find what Sphinx does not: the alias, and neighbours of a name shown as the package's own.

    What is not public has no place on the page and so no link.
    """
    target = node.get("reftarget", "")
    if (target.startswith("rnncore.") and "._" in target and target != ARRAY) or is_type_variable(
        target
    ):
        return contnode
    kind = "type" if target == ARRAY else node.get("reftype", "")
    python = env.get_domain("py")
    for name in (target, f"{docstring_module(node)}.{target}"):
        found = python.resolve_xref(env, node["refdoc"], app.builder, kind, name, node, contnode)
        if found is not None:
            return found
    return None


def docstring_module(node: nodes.Element) -> str:
    """Return the module whose docstring holds a node: its neighbours need no longer name."""
    path = str(get_node_source(node)).partition(":docstring of")[0]
    return ".".join(Path(path).with_suffix("").parts[-2:])


def is_type_variable(target: str) -> bool:
    """Whether a name, with or without its module, is a type variable of rnncore's."""
    where, _, name = target.rpartition(".")
    modules = (m for path, m in sys.modules.items() if f"{path}.".startswith(where or "rnncore."))
    return any(isinstance(getattr(module, name, None), TypeVar) for module in modules)


class PlainTexts(napoleon.GoogleDocstring):
    """Docstrings in which the words before a colon are words: types stand in the signature."""

    def _consume_returns_section(
        self,
        preprocess_types: bool = False,  # noqa: ARG002  # as in the method it overrides
    ) -> list[tuple[str, str, list[str]]]:
        lines = self._dedent(self._consume_to_next_section())
        return [("", "", lines)] if lines else []

    def _consume_inline_attribute(self) -> tuple[str, list[str]]:
        return "", self._dedent(self._consume_to_end())


def drop_protocol_arguments(
    _app: Sphinx, _what: str, _name: str, value: Any, _options: Any, arguments: str, returns: str
) -> tuple[str, str]:
    """Show a protocol without arguments: nobody calls it."""
    return ("" if getattr(value, "_is_protocol", False) else arguments), returns


def keep_bars(
    _app: Sphinx, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]
) -> None:
    """Let |x| be an absolute value, not a substitution."""
    for number, line in enumerate(lines):
        parts = line.split("``")
        parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]  # the others are code
        lines[number] = "``".join(parts)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to autodoc and to the resolver."""
    autodoc.stringify_annotation = spell
    inspect.stringify_annotation = spell
    napoleon.GoogleDocstring = PlainTexts
    app.connect("autodoc-process-docstring", keep_bars)
    app.connect("autodoc-process-signature", drop_protocol_arguments)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
