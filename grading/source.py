"""From the text of an exercise to its notebook."""

import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from grading.errors import CourseError


def read_source(path: Path) -> NotebookNode:
    """Read a MyST notebook.

    Args:
        path: The ``.md`` file.

    Returns:
        The notebook. Every cell's id is its ``grade_id``, or else its position, so the same
        text always gives the same notebook.

    Raises:
        CourseError: the file is missing, or jupytext cannot read it.
    """
    try:
        notebook: NotebookNode = jupytext.read(path, fmt="md:myst")
    except FileNotFoundError:
        raise CourseError(f"{path}: no such exercise") from None
    except Exception as error:
        # jupytext lets the errors of its parsers through, each with a class of its own
        raise CourseError(f"{path}: not a MyST notebook: {error}") from error
    notebook.metadata.pop("jupytext", None)  # says how the text is stored, which ends here
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for position, cell in enumerate(notebook.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell-{position}"
        cell.id = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64]
    return notebook


def read_notebook(path: Path) -> NotebookNode:
    """Read an ``.ipynb`` file of our own making."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, if the file does not hold it already."""
    text = nbformat.writes(notebook) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
