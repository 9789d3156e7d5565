"""A book that loads nothing from the network when it is read, from a server or from a folder.

Jupyter Book's pages would fetch MathJax from a content delivery network and name one for Thebe,
which runs cells on a remote server and is not used here.
"""

import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

MATHJAX_PACKAGE = "sphinx-mathjax-offline"
MATHJAX_PARTS = ("tex-svg.js", "input/tex/extensions")
"""All that a page can ask for: TeX in, SVG out, whose glyphs are in the script itself.

The other output, CHTML, needs font files, which some browsers refuse to load from a folder.
"""


def mathjax_folder() -> Path:
    """Return MathJax's folder inside the installed package, whose name Python cannot import.

    Raises:
        FileNotFoundError: the package is installed but keeps MathJax elsewhere.
    """
    package = metadata.distribution(MATHJAX_PACKAGE)
    folder = Path(str(package.locate_file(f"{MATHJAX_PACKAGE}/static/mathjax")))
    if not folder.is_dir():
        raise FileNotFoundError(f"MathJax: expected in {folder}, as {MATHJAX_PACKAGE} 0.0.2 has it")
    return folder


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Put the needed part of MathJax among the built static files."""
    if error is not None or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "mathjax"
    for part in MATHJAX_PARTS:
        source = mathjax_folder() / part
        if source.is_dir():
            shutil.copytree(source, target / part, dirs_exist_ok=True)
        else:
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / part)


def drop_thebe(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Leave out Thebe's scripts; one of them is emitted twice and then is a script error."""
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if not _is_thebe(asset)]


def _is_thebe(asset: Any) -> bool:
    body = getattr(asset, "attributes", {}).get("body") or ""
    return "thebe" in str(getattr(asset, "filename", asset)) or "THEBE_JS_URL" in body


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both steps to the build."""
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
