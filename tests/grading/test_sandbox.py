import subprocess
import sys
from pathlib import Path

import pytest

from grading.errors import CourseError
from grading.sandbox import RUNNER, SandboxError, check_sandbox, close_all, launch


def inside(
    program: str, *withheld: str, hidden: tuple[str, ...] = (), arguments: tuple[str, ...] = ()
) -> str:
    """Run a program in a sandbox and return what it prints."""
    start = launch((), withheld, hidden)
    descriptors = [file.fileno() for file in start.files]
    command = [*start.command, sys.executable, "-c", program, *arguments]
    result = subprocess.run(command, pass_fds=descriptors, capture_output=True, text=True)
    close_all(start.files)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_it_works_here() -> None:
    check_sandbox()


def test_without_bubblewrap_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SandboxError, match=r"not installed.*apt-get install bubblewrap"):
        check_sandbox()


def test_where_it_is_not_permitted_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxError, match=r"No permissions to create.*user namespaces"):
        check_sandbox()


def test_nothing_of_the_grader_is_there_but_the_runner() -> None:
    here = Path(launch.__code__.co_filename).parent
    found = inside(
        f"import os; print(*os.listdir({str(here)!r}), *os.listdir({str(here.parent)!r}))"
    )
    names = {f"{name}.py" for name in RUNNER}
    assert names <= set(found.split())
    assert not {"sandbox.py", "referee.py", "solutions", "nbgrader_config.py"} & set(found.split())


def test_the_environment_is_its_own() -> None:
    names = inside("import os; print(*os.environ)").split()
    assert {"HOME", "NBGRADER_EXECUTION"} <= set(names)
    assert not {"SSH_AUTH_SOCK", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"} & set(names)


def test_withheld_modules_and_functions_are_not_there() -> None:
    module = "try:\n    import torch\nexcept ModuleNotFoundError as error:\n    print(error)"
    assert inside(module, "torch") == "torch is not part of this exercise"
    function = (
        "import textwrap, pathlib\n"
        "try:\n    textwrap.dedent('')\nexcept NotImplementedError as error:\n    print(error)\n"
        "print(textwrap.fill('a b'), 'margin' in pathlib.Path(textwrap.__file__).read_text())"
    )
    answer = inside(function, "textwrap:dedent")
    assert answer == "textwrap:dedent is not part of this exercise\na b False"


def test_several_functions_of_a_module_are_withheld_together() -> None:
    program = (
        "import textwrap\n"
        "for call in (textwrap.dedent, textwrap.indent):\n"
        "    try:\n        call('a', 'b')\n"
        "    except NotImplementedError as error:\n        print(str(error).split()[0])\n"
        "print(textwrap.fill('a b'))"
    )
    answer = inside(program, "textwrap:dedent", "textwrap:indent")
    assert answer.split("\n") == ["textwrap:dedent", "textwrap:indent", "a b"]


def test_what_is_to_be_withheld_must_be_there() -> None:
    with pytest.raises(CourseError, match="no such module"):
        launch((), ("no_such_module:f",))
    with pytest.raises(CourseError, match="no such function"):
        launch((), ("textwrap:no_such_function",))
    close_all(launch((), ("no_such_module",)).files)


def test_a_course_within_the_environment_is_covered() -> None:
    folder = str(Path(pytest.__file__).parent)
    program = "import os, sys; print(len(os.listdir(sys.argv[1])))"
    assert inside(program, hidden=(folder, "/elsewhere"), arguments=(folder,)) == "0"
    with pytest.raises(SandboxError, match="cannot be hidden"):
        launch((), hidden=(sys.prefix,))
