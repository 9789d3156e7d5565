"""Signatures on the API page as a person would write them: ``Array``, not its expansion."""

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import stringify_annotation

from rnncore._shapes import Array

ARRAY = "rnncore._shapes.Array"


def shorten(
    _app: Sphinx,
    _what: str,
    _name: str,
    _object: Any,
    _options: Any,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Replace what Sphinx makes of the alias by a reference to the alias."""
    expanded = stringify_annotation(Array, "smart")

    def short(text: str | None) -> str | None:
        return text and text.replace(expanded, f"~{ARRAY}")

    return short(signature), short(returns)


def find_alias(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Element | None:
    """Resolve the reference: Sphinx 7 looks for classes only, and this is a type alias."""
    if node.get("reftarget") != ARRAY:
        return None
    python = env.get_domain("py")
    return python.resolve_xref(env, node["refdoc"], app.builder, "type", ARRAY, node, contnode)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to autodoc and to the resolver."""
    app.connect("autodoc-process-signature", shorten)
    app.connect("missing-reference", find_alias)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
