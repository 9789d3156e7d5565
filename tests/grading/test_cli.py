"""The command line: what it does, and how it says what went wrong."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import grading
from grading.cli import main
from tests.grading.toy import ANSWERS, TEXT, toy_course


def run(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--course-dir", str(root), *arguments])
    return result.exit_code, result.output


def test_exercises_are_generated_without_touching_a_gradebook(tmp_path: Path) -> None:
    course, exercise = toy_course(tmp_path)
    assert run(tmp_path, "exercises") == (0, f"toy  {course.release / 'toy'}\n")
    released = course.release / "toy"
    assert sorted(p.name for p in released.iterdir()) == ["double.ipynb", "hints.json"]
    text = (released / "double.ipynb").read_text()
    assert "x + x" not in text
    assert "double(4)" not in text
    assert "double(3)" in text
    assert not (tmp_path / "gradebook.db").exists()
    assert exercise.notebook.exists()


def test_answers_are_not_given_out_whatever_the_settings_say(tmp_path: Path) -> None:
    course, exercise = toy_course(tmp_path)
    config = tmp_path / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.ignore = []\n")
    assert run(tmp_path, "exercises")[0] == 0
    released = {path.name for path in (course.release / "toy").iterdir()}
    assert released.isdisjoint({exercise.text.name, exercise.answers.name})


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    course, _ = toy_course(tmp_path)
    run(tmp_path, "exercises", "toy")
    before = {p: p.read_bytes() for p in (course.release / "toy").iterdir()}
    run(tmp_path, "exercises", "toy")
    assert {p: p.read_bytes() for p in (course.release / "toy").iterdir()} == before


@pytest.mark.parametrize("command", ["exercises", "strength", "sample-class"])
def test_unknown_exercise_and_folder_are_said_in_one_line(tmp_path: Path, command: str) -> None:
    code, text = run(tmp_path / "nowhere", command)
    assert code != 0
    assert re.fullmatch(r"Error: .*nowhere: not a course folder, .*\n", text)
    toy_course(tmp_path)
    assert run(tmp_path, command, "08") == (1, "Error: 08: no such exercise; there are toy\n")


def test_broken_settings_are_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("1 / 0")
    code, text = run(tmp_path, "exercises")
    assert code == 1
    assert text.endswith("nbgrader_config.py: ZeroDivisionError: division by zero\n")


def test_what_nbgrader_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    toy_course(tmp_path, TEXT.replace("    ### END SOLUTION\n", ""), ANSWERS.replace("no_sum", "_"))
    code, text = run(tmp_path, "exercises")
    assert code == 1
    assert text.endswith("not generate toy: RuntimeError: no end solution statement found\n")


def test_strength_fails_when_tests_are_weak(tmp_path: Path) -> None:
    toy_course(tmp_path)
    code, text = run(tmp_path, "strength")
    assert code == 1
    assert "toy: test-double has no useful hidden test" in text


def test_module_can_be_run() -> None:
    command = [sys.executable, "-m", "grading", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name in main.commands:
        assert name in shown


def test_missing_nbgrader_is_said_in_one_line() -> None:
    hidden = "import sys; sys.modules['nbgrader'] = None; import grading.__main__ as m; m.run()"
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"Error: nbgrader\S* is not installed; pip install .*\n", done.stderr)


@pytest.mark.parametrize("command", main.commands)
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert f"Usage: main {command}" in result.output


def test_grading_never_imports_the_package_that_students_are_graded_with() -> None:
    for path in Path(grading.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.split(".")[0] == "rnncore" for name in names), path
