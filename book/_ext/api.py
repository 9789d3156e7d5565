"""The directive ``.. api:: MODULE``: all that a module of rnncore offers, in the source's order.

A name that the package exports is shown as the package's, since that is how it is imported.
``.. api-rest::`` shows the modules that no API page names, so that none is forgotten.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from signatures import spell
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

PACKAGE = "rnncore"
NAMED = re.compile(r"^\.\. api:: (\S+)", re.MULTILINE)


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


def public_modules() -> list[str]:
    """Return the package's modules that others may import; subpackages count as one."""
    package = importlib.import_module(PACKAGE)
    found = (info.name for info in pkgutil.iter_modules(package.__path__))
    return [f"{PACKAGE}.{name}" for name in found if not name.startswith("_")]


def constant_texts(module: ModuleType) -> dict[str, list[str]]:
    """Return the text below each documented constant of a module."""
    analyzer = ModuleAnalyzer.for_module(module.__name__)
    analyzer.analyze()
    return {name: text for (owner, name), text in analyzer.attr_docs.items() if not owner}


def defining_module(module: ModuleType, name: str) -> ModuleType:
    """Return the module in which a constant has its text: this one or one below it.

    Raises:
        LookupError: no module has a text for it.
    """
    below = [m for path, m in sys.modules.items() if path.startswith(f"{module.__name__}.")]
    for candidate in [module, *below]:
        if name in constant_texts(candidate):
            return candidate
    raise LookupError(f"{module.__name__}.{name}: expected a text below its definition, got none")


class Api(SphinxDirective):
    """Show one module: its own text, then every public name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the directives of autodoc and have them read."""
        return self.show(importlib.import_module(self.arguments[0]))

    def show(self, module: ModuleType) -> list[nodes.Node]:
        """Return what autodoc makes of one module."""
        source = StringList(list(self._lines(module)), source=str(module.__file__))
        node = nodes.Element()
        self.state.nested_parse(source, self.content_offset, node)
        return node.children

    def _lines(self, module: ModuleType) -> Iterator[str]:
        exported = set(importlib.import_module(PACKAGE).__all__)
        yield from (f".. automodule:: {module.__name__}", "   :no-members:", "   :no-index:", "")
        for name in sorted(public_names(module), key=lambda name: name not in exported):
            home = PACKAGE if name in exported else module.__name__
            yield f".. py:currentmodule:: {home}"
            yield ""
            value = getattr(module, name)
            if inspect.isclass(value):
                yield from (f".. autoclass:: {home}.{name}", "   :members:")
            elif inspect.isroutine(value):
                yield f".. autofunction:: {home}.{name}"
            else:  # autodoc finds a constant's text only where it was defined
                yield from self._constant(module, name)
            yield ""

    def _constant(self, module: ModuleType, name: str) -> Iterator[str]:
        owner = defining_module(module, name)
        annotations = inspect.get_annotations(owner)
        yield f".. py:data:: {name}"  # in the current module, which is its home
        if name in annotations:
            yield f"   :type: {spell(annotations[name])}"
        yield ""
        yield from (f"   {line}" for line in constant_texts(owner)[name])


class ApiRest(Api):
    """Show every module that no API page names."""

    required_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Find and show them."""
        pages = (page.read_text("utf-8") for page in Path(self.env.srcdir).glob("api*.md"))
        named = {name for page in pages for name in NAMED.findall(page)}
        rest = (module for module in public_modules() if module not in named)
        return [node for module in rest for node in self.show(importlib.import_module(module))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register both directives."""
    app.add_directive("api", Api)
    app.add_directive("api-rest", ApiRest)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
