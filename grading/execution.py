"""Running a trusted notebook's cells in this process: our own answers, never a student's."""

import contextlib
import io
import warnings
from collections.abc import Iterator
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
    with contextlib.chdir(folder), _quiet() as stderr:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            stderr.seek(0)
            stderr.truncate()
            error: Exception | None = None
            try:
                exec(compile(cell.source, f"<{cell.id}>", "exec"), namespace)  # noqa: S102 - ours
            except Exception as raised:
                # whatever an answer does wrong is the result that is wanted here
                error = raised
            if error is None and stderr.getvalue():
                error = RuntimeError(f"wrote to stderr: {stderr.getvalue()}")
            metadata = cell.metadata.get("nbgrader", {})
            if metadata.get("grade"):
                outcome[metadata["grade_id"]] = error
    return outcome


@contextlib.contextmanager
def _quiet() -> Iterator[io.StringIO]:
    stderr = io.StringIO()
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(stderr),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")
        yield stderr
