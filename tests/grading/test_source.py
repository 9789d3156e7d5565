"""The same text gives the same notebook."""

from pathlib import Path

import pytest

from grading.errors import CourseError
from grading.source import read_notebook, read_source, write_notebook
from tests.grading.toy import TEXT, toy_course


def test_cell_ids_come_from_grade_ids_or_positions(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    ids = [cell.id for cell in read_source(exercise.text).cells]
    assert ids == ["cell-0", "double", "test-double"]


def test_written_notebook_reads_back_and_is_left_alone_when_unchanged(tmp_path: Path) -> None:
    _, exercise = toy_course(tmp_path)
    notebook = read_source(exercise.text)
    write_notebook(notebook, exercise.notebook)
    assert read_notebook(exercise.notebook) == notebook
    before = exercise.notebook.stat().st_mtime_ns
    write_notebook(read_source(exercise.text), exercise.notebook)
    assert exercise.notebook.stat().st_mtime_ns == before


def test_missing_and_broken_texts_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no\.md: no such exercise"):
        read_source(tmp_path / "no.md")
    broken = tmp_path / "broken.md"
    broken.write_text(TEXT.replace("grade_id: double", "grade_id: [double"))
    with pytest.raises(CourseError, match="not a MyST notebook"):
        read_source(broken)
