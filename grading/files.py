"""Writing a file that is there as a whole or not at all."""

import tempfile
from pathlib import Path

from grading.errors import CourseError


def write_whole(path: Path, text: str) -> None:
    """Write a text file, replacing what is there in one step.

    Raises:
        CourseError: it cannot be written; what was there is still there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".grading-", dir=path.parent) as folder:
            new = Path(folder, "new")
            new.write_text(text, encoding="utf-8", newline="")
            new.replace(path)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from None
