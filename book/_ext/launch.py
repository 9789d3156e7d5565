"""Buttons that open a page with PyTorch on Binder or Colab.

They appear when ``repository.url`` in ``_config.yml`` names the course's repository on GitHub.
Binder makes the course's own environment and opens the page's source. Colab opens notebooks only,
so they are written into ``notebooks`` beside the pages, and ``.github/workflows/book.yml``
publishes that folder as the branch that Colab reads from.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

BINDER = "https://mybinder.org/v2/gh/{owner}/{name}/{branch}?urlpath=lab/tree/book/{page}.md"
COLAB = "https://colab.research.google.com/github/{owner}/{name}/blob/{notebooks}/{page}.ipynb"
NOTEBOOKS = "notebooks"
"""Both the folder beside the pages and the branch that it is published as."""

INSTALL = '%pip install -q myst-nb "rnncore[torch,plot,data,progress] @ git+{url}@{branch}"'
GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)/?")
TORCH = re.compile(r"^(import torch|from (torch|rnncore\.pytorch)\b)", re.MULTILINE)


class Repository(NamedTuple):
    """Where readers get the course from."""

    url: str
    owner: str
    name: str
    branch: str


def repository(config: Config) -> Repository | None:
    """Return the repository that the settings name, or None when they name none.

    Raises:
        ConfigError: they name something else.
    """
    options = config.html_theme_options
    url = options.get("repository_url", "")
    if not url:
        return None
    found = GITHUB.fullmatch(url)
    if found is None:
        raise ConfigError(
            f"repository.url: expected https://github.com/OWNER/NAME or nothing, got {url}"
        )
    branch = options.get("repository_branch") or "main"
    return Repository(url.rstrip("/"), found[1], found[2], branch)


def has_torch(source: Path) -> bool:
    """Whether a page's code imports PyTorch."""
    return TORCH.search(source.read_text("utf-8")) is not None


def add_buttons(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give a page with PyTorch its two buttons."""
    place = repository(app.config)
    if place is None or doctree is None or not has_torch(Path(app.env.doc2path(page))):
        return
    where = {"page": page, "notebooks": NOTEBOOKS, **place._asdict()}
    buttons = [
        {
            "type": "link",
            "text": text,
            "tooltip": f"Open this page on {text}",
            "icon": f"_static/images/{logo}",
            "url": address.format(**where),
        }
        for text, address, logo in (
            ("Binder", BINDER, "logo_binder.svg"),
            ("Colab", COLAB, "logo_colab.png"),
        )
    ]
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": "Run this page",
            "icon": "fas fa-rocket",
            "buttons": buttons,
            "label": "launch-buttons",
        }
    )


def notebook(source: Path, place: Repository) -> str:
    """Return a page as a notebook that first installs what the page needs."""
    found = read_myst_markdown_notebook(source.read_text("utf-8"))
    install = nbformat.v4.new_code_cell(INSTALL.format(**place._asdict()))
    found.cells.insert(0, install)
    for number, cell in enumerate(found.cells):
        cell.id = f"cell-{number}"  # the same page gives the same file
    found.nbformat, found.nbformat_minor = 4, 5
    return str(nbformat.writes(found))


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """Write the notebooks that Colab opens."""
    place = repository(app.config)
    if error is not None or app.builder.format != "html" or place is None:
        return
    folder = Path(app.outdir) / NOTEBOOKS
    folder.mkdir(exist_ok=True)
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        if has_torch(source):
            (folder / f"{page}.ipynb").write_text(notebook(source, place), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both steps to the build."""
    app.connect("html-page-context", add_buttons, priority=600)  # the theme's own come before
    app.connect("build-finished", write_notebooks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
