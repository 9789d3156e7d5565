"""The directive ``.. api:: MODULE``: all that a module of rnncore offers, in the source's order.

A name that the package exports is shown as the package's, since that is how it is imported.
"""

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from signatures import spell
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

PACKAGE = "rnncore"


def public_names(module: ModuleType) -> list[str]:
    """Return what the module offers: its ``__all__``, or all documented names defined in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    texts = constant_texts(module)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (name in texts or _is_defined_in(module, value))
    ]


def _is_defined_in(module: ModuleType, value: Any) -> bool:
    code = inspect.isclass(value) or inspect.isroutine(value)
    return code and value.__module__ == module.__name__


def constant_texts(module: ModuleType) -> dict[str, list[str]]:
    """Return the text below each documented constant of a module."""
    analyzer = ModuleAnalyzer.for_module(module.__name__)
    analyzer.analyze()
    return {name: text for (owner, name), text in analyzer.attr_docs.items() if not owner}


class Api(SphinxDirective):
    """Show one module: its own text, then every public name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the directives of autodoc and have them read."""
        module = importlib.import_module(self.arguments[0])
        self.env.note_dependency(str(module.__file__))
        source = StringList(list(self._lines(module)), source=str(module.__file__))
        node = nodes.Element()
        self.state.nested_parse(source, self.content_offset, node)
        return node.children

    def _lines(self, module: ModuleType) -> Iterator[str]:
        exported = set(importlib.import_module(PACKAGE).__all__)
        yield from (f".. automodule:: {module.__name__}", "   :no-members:", "   :no-index:", "")
        for name in public_names(module):
            home = PACKAGE if name in exported else module.__name__
            yield f".. py:currentmodule:: {home}"
            yield ""
            value = getattr(module, name)
            if inspect.isclass(value):
                yield from (f".. autoclass:: {home}.{name}", "   :members:")
            elif inspect.isroutine(value):
                yield f".. autofunction:: {home}.{name}"
            else:  # autodoc finds a constant's text only where it was defined
                yield from self._constant(module, name, home)
            yield ""

    def _constant(self, module: ModuleType, name: str, home: str) -> Iterator[str]:
        yield f".. py:data:: {home}.{name}"
        annotations = inspect.get_annotations(module)
        if name in annotations:
            yield f"   :type: {spell(annotations[name])}"
        yield ""
        yield from (f"   {line}" for line in constant_texts(module)[name])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("api", Api)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
