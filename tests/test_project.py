"""The project's own files agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = {
    Requirement(line).name.lower().replace("_", "-"): Requirement(line)
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(r) for group in (PROJECT["dependencies"], *extras) for r in group]


@pytest.mark.parametrize("wanted", requirements(), ids=str)
def test_constraints_pin_every_requirement_to_a_version_it_allows(wanted: Requirement) -> None:
    if wanted.name == PROJECT["name"]:
        return  # an extra that takes in another extra
    (pin,) = CONSTRAINTS[wanted.name.lower().replace("_", "-")].specifier
    assert pin.operator == "=="
    assert wanted.specifier.contains(pin.version)


def test_torch_has_no_local_suffix_that_only_one_index_knows() -> None:
    assert all("+" not in str(pin) for pin in CONSTRAINTS.values())


def test_citation_names_the_version_of_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_make_help_lists_every_chore() -> None:
    makefile = (ROOT / "Makefile").read_text()
    chores = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {line.split()[1] for line in shown.splitlines()} == chores


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=str)
def test_workflows_run_chores_that_exist(workflow: Path) -> None:
    runs = re.findall(r"run: make (\S+)", workflow.read_text())
    assert runs
    for chore in runs:
        subprocess.run(["make", "--dry-run", chore], cwd=ROOT, capture_output=True, check=True)


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / "README.md").read_text()
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make test"


def test_no_tracked_file_is_large() -> None:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    tracked = [ROOT / name for name in names.split("\0") if name and (ROOT / name).exists()]
    assert tracked
    assert [p for p in tracked if p.stat().st_size > 500_000] == []
