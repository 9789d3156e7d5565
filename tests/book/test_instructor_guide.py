"""The instructor guide names only commands, options and settings that exist."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import dask
import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker
from distributed.security import Security
from nbgrader.apps.nbgraderapp import NbGraderApp

from book.build import BOOK, ROOT
from grading.cli import main
from grading.course import find_exercises, open_course
from grading.release import release
from grading.settings import Grading, read_settings

PAGE = (BOOK / "instructor-guide.md").read_text("utf-8")
PROSE = re.sub(r"^(```+)[\s\S]*?^\1$", "", PAGE, flags=re.MULTILINE)
SPANS = re.findall(r"`([^`\n]+)`", PROSE)
TARGETS = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
DASK = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n([\s\S]*?)^```$", PAGE, re.MULTILINE)


LINES = [line for block in blocks("sh") for line in block.replace("\\\n", " ").splitlines()]
COMMANDS = [shlex.split(line) for line in LINES]


def called(program: str) -> list[list[str]]:
    """What follows a program's name in the blocks, each to be run as it stands."""
    return [words[1:] for words in COMMANDS if words[0] == program]


def mentioned(program: str) -> list[list[str]]:
    """What follows it in the text, where arguments may be left out."""
    return [span.split()[1:] for span in SPANS if span.startswith(f"{program} ")]


def options(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


ALL_OPTIONS = set().union(options(main), *map(options, main.commands.values()))


@pytest.mark.parametrize("words", called("grading"), ids=" ".join)
def test_a_grading_command_can_be_typed_as_it_stands(words: list[str]) -> None:
    main.commands[words[0]].make_context(words[0], words[1:])  # reads them, and runs nothing


def test_grading_commands_in_the_text_exist() -> None:
    assert mentioned("grading")
    for words in mentioned("grading"):
        names = [word for word in words if word in main.commands]
        assert names or words[0] in options(main), words


def test_every_command_for_a_class_is_on_the_page() -> None:
    named = {words[0] for words in called("grading")}
    assert named == set(main.commands) - {"sample-class"}  # which make course runs


def test_options_named_alone_exist() -> None:
    alone = {span.split()[0] for span in SPANS if span.startswith("--")}
    assert alone - {"--cap-add"} <= ALL_OPTIONS  # which is docker's
    assert {"--force", "--jobs", "--no-sandbox", "--with-hidden-tests"} <= alone


@pytest.mark.parametrize("words", called("make") + mentioned("make"), ids=" ".join)
def test_make_can_do_it(words: list[str]) -> None:
    assert set(words) <= set(TARGETS)


@pytest.mark.parametrize("words", called("nbgrader") + mentioned("nbgrader"), ids=" ".join)
def test_an_nbgrader_command_exists(words: list[str]) -> None:
    app, _ = NbGraderApp.subcommands[words[0]]
    flags = {f"--{name}" for name in (*app.flags, *app.aliases)}
    assert {word for word in words if word.startswith("--")} <= flags


@pytest.mark.parametrize("words", called("dask"), ids=" ".join)
def test_a_dask_command_can_be_typed_as_it_stands(words: list[str]) -> None:
    DASK[words[0]].make_context(words[0], words[1:])


def test_the_certificate_is_used_by_all_three_sides() -> None:
    (settings,) = blocks("yaml")
    with dask.config.set(dask.config.merge(dask.config.config, yaml.safe_load(settings))):
        security = Security()
    assert security.require_encryption
    for role in ("scheduler", "worker", "client"):
        found = security.get_tls_config_for_role(role)
        assert found == {
            "ca_file": "/home/ada/dask-cert.pem",
            "cert": "/home/ada/dask-cert.pem",
            "key": "/home/ada/dask-key.pem",
            "ciphers": None,
        }


def config(folder: Path, *parts: str) -> Path:
    """Put blocks of the page together as the file that it says they belong into."""
    text = "".join(parts).replace("/home/ada/recurrent-networks", str(ROOT))
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return folder


def test_the_folder_for_a_term_has_the_exercises_and_their_settings(tmp_path: Path) -> None:
    term, zipped, _, _, database = blocks("python")
    course = open_course(config(tmp_path, term, zipped, database))
    assert [one.name for one in find_exercises(course)] == [
        one.name for one in find_exercises(open_course(ROOT))
    ]
    assert "torch" in read_settings(course, "03-backward").withheld
    assert course.release == tmp_path / "exercises"
    assert course.db_url.startswith("postgresql://")
    pattern = course.config.FileNameCollectorPlugin.named_regexp
    for name in ("lovelaceada_123_4567_backward", "hopper.grace_late_1_2_backward-1"):
        found = re.match(pattern, f"extracted/{name}.ipynb")
        assert found is not None
        assert found["file_id"] == "backward"
        assert found["student_id"] == re.split("_(late|1)", name)[0]


def test_a_folder_of_ones_own_gives_out_no_solutions(tmp_path: Path) -> None:
    ignore = blocks("python")[2]
    course = open_course(config(tmp_path, "c = get_config()\n", ignore))
    shutil.copytree(ROOT / "solutions" / "03-backward", tmp_path / "source" / "mine")
    release(course, *find_exercises(course))
    assert sorted(path.name for path in (tmp_path / "release" / "mine").iterdir()) == [
        "backward.ipynb",
        "hints.json",
    ]


def test_settings_in_the_examples_are_understood(tmp_path: Path) -> None:
    settings = blocks("python")[3]
    course = open_course(config(tmp_path, "c = get_config()\n", settings))
    assert read_settings(course, "ps2").one_interpreter
    assert read_settings(course, "ps3").withheld
    assert read_settings(course, "ps3").limits.memory == course.config.Grading.memory << 20
    named = set(re.findall(r"c\.Grading\.(\w+)", PAGE))
    assert named <= set(Grading.class_own_traits(config=True))


def test_the_list_of_settings_has_each_with_its_default(tmp_path: Path) -> None:
    conf = f"import sys; sys.path.insert(0, {str(BOOK / '_ext')!r})\n"
    (tmp_path / "conf.py").write_text(f"{conf}extensions = ['grading_settings']\n")
    (tmp_path / "index.rst").write_text("Settings\n========\n\n.. grading-settings::\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "text", ".", "text"]
    subprocess.run(command, cwd=tmp_path, check=True)
    told = (tmp_path / "text" / "index.txt").read_text("utf-8")
    for name, trait in Grading.class_own_traits(config=True).items():
        assert f'"c.Grading.{name}", "{getattr(Grading(), name)!r}" when left out' in told
        assert trait.help.split()[-1] in told
