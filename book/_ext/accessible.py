"""Repairs of the HTML that assistive technology would trip over."""

from typing import Any

from sphinx.application import Sphinx


def unlist_citations(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Take the role of a list from the bibliography: docutils does not make its children items."""
    wrong = '<div role="list" class="citation-list">'
    context["body"] = context.get("body", "").replace(wrong, '<div class="citation-list">')


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to the pages."""
    app.connect("html-page-context", unlist_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
