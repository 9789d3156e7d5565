"""What a course's settings mean to the grader."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from grading.cli import main
from grading.course import open_course
from grading.settings import read_settings
from grading.submission import Settings


def write(root: Path, lines: str) -> None:
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{lines}\n")


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("", Settings().cell_seconds),
        ("c.Execute.timeout = 7", 7),
        ("c.ExecutePreprocessor.timeout = 8", 8),
        ("c.Execute.timeout = None", 900),
        ("c.Execute.timeout = -1", 900),
    ],
)
def test_the_time_of_a_cell_is_nbgraders(tmp_path: Path, lines: str, seconds: float) -> None:
    write(tmp_path, f"{lines}\nc.Grading.total_seconds = 900")
    settings = read_settings(open_course(tmp_path), "mini")
    assert (settings.cell_seconds, settings.total_seconds) == (seconds, 900)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c.Grading.memory = '2G'", "Error: The 'memory' trait of a Grading instance expected"),
        ("c.Grading.processes = 0", "Error: The value of the 'processes' trait of a Grading"),
        ("c.CourseDirectory.db_url = 5", "Error: The 'db_url' trait of a CourseDirectory"),
    ],
)
def test_a_setting_that_cannot_be_is_said_in_one_line(
    tmp_path: Path, line: str, words: str
) -> None:
    write(tmp_path, line)
    result = CliRunner().invoke(main, ["--course-dir", str(tmp_path), "grade", "mini"])
    assert result.exit_code == 1
    assert result.output.startswith(words)
    assert result.output.count("\n") == 1
