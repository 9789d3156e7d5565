"""Running a trusted notebook's cells in this process: our own answers, never a student's."""

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

Outcome = dict[str, "Exception | None"]
"""``grade_id`` of a test cell → what it raised."""


def run_tests(notebook: NotebookNode, folder: Path) -> Outcome:
    """Run all code cells in order, as nbgrader does: an error stops its own cell only.

    Args:
        notebook: The notebook, with answers of our own in it.
        folder: Folder to run in.

    Returns:
        What each test cell raised; a test that writes to stderr fails too, as in nbgrader.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outcome: Outcome = {}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                error = _run(cell, namespace)
                metadata = cell.metadata.get("nbgrader", {})
                if metadata.get("grade"):
                    outcome[metadata["grade_id"]] = error
    return outcome


def _run(cell: NotebookNode, namespace: dict[str, Any]) -> Exception | None:
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(cell.source, f"<{cell.id}>", "exec"), namespace)  # noqa: S102 - ours
        except Exception as error:
            # whatever an answer does wrong is the result that is wanted here
            return error
    noise = stderr.getvalue() + "".join(str(warning.message) for warning in caught)
    return RuntimeError(f"wrote to stderr: {noise}") if noise else None
