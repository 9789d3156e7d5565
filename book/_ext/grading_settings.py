"""The directive ``.. grading-settings::``: what ``c.Grading`` understands, as its class says."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from grading.settings import Grading


class GradingSettings(SphinxDirective):
    """List every setting with its default and its help."""

    def run(self) -> list[nodes.Node]:
        """Return a definition list: a narrow screen has no room for a table."""
        defaults = Grading()
        entries = [
            self.entry(name, getattr(defaults, name), str(trait.help))
            for name, trait in Grading.class_own_traits(config=True).items()
        ]
        return [nodes.definition_list("", *entries)]

    def entry(self, name: str, default: Any, text: str) -> nodes.definition_list_item:
        """Return one setting."""
        setting, value = nodes.literal("", f"c.Grading.{name}"), nodes.literal("", repr(default))
        return nodes.definition_list_item(
            "",
            nodes.term("", "", setting, nodes.Text(", "), value, nodes.Text(" when left out")),
            nodes.definition("", nodes.paragraph("", text)),
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("grading-settings", GradingSettings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
