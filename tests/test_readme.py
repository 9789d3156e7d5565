"""Every command in the README is run here, as its reader would run it."""

import csv
import os
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
COMMANDS = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
GRADING = BLOCKS[-1].splitlines()
STUDENT = "ada"


def run(command: str, folder: Path) -> str:
    # The reader's terminal, in which this environment is not switched on.
    path = [p for p in os.environ["PATH"].split(os.pathsep) if Path(p) != ROOT / ".venv" / "bin"]
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_readme_has_these_commands_and_no_others() -> None:
    assert [c for c in COMMANDS if c not in GRADING] == ["make course", "make test", "make lab"]
    assert {c.split()[0] for c in GRADING} == {"source", "nbgrader", "grading"}


def test_make_course_says_where_everything_lies() -> None:
    told = run("make course", ROOT).splitlines()
    places = [
        line.split()[1] for line in told if re.match(r"(book|exercises|gradebook|feedback) ", line)
    ]
    assert len(places) == 4
    assert all((ROOT / place).exists() for place in places)


def test_make_test_runs_these_tests() -> None:
    plan = run("make --dry-run test", ROOT)  # run for real, it would call itself for ever
    assert re.search(r"^\S*pytest ", plan, re.MULTILINE)


def test_make_lab_serves_the_exercises(tmp_path: Path) -> None:
    (tmp_path / "jupyter_server_config.py").write_text(
        "c.ServerApp.open_browser = False\nc.ServerApp.allow_root = True\n"
    )
    lab = subprocess.Popen(
        ["make", "lab"],
        cwd=ROOT,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert lab.stderr is not None
    try:
        told = b""
        end = time.monotonic() + 120
        while b"is running at" not in told and time.monotonic() < end and lab.poll() is None:
            if select.select([lab.stderr], [], [], 1)[0]:
                told += os.read(lab.stderr.fileno(), 65536)
        assert b"is running at" in told, told.decode()
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait()
        lab.stderr.close()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the files that git tracks, as they are now, with this environment."""
    tracked = run("git ls-files", ROOT).splitlines()
    for name in filter(lambda name: (ROOT / name).exists(), tracked):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def test_an_instructor_grades_a_class(clone: Path) -> None:
    # What `make course` does of it; make itself could install the copy into the environment.
    run(".venv/bin/python -m grading exercises", clone)
    submitted = clone / "submitted" / STUDENT / "03-backward" / "backward.ipynb"
    submitted.parent.mkdir(parents=True)
    shutil.copy(clone / "solutions/03-backward/backward.ipynb", submitted)
    run(" && ".join(GRADING), clone)
    assert (clone / "feedback" / STUDENT / "03-backward" / "backward.html").exists()
    assert (clone / "report-03-backward.html").exists()
    with (clone / "grades.csv").open(newline="") as file:
        (grade,) = csv.DictReader(file)
    assert grade["student_id"] == STUDENT
    assert float(grade["score"]) == float(grade["max_score"]) > 0
