"""What the student's code can see: a read-only Python environment, and nothing else.

Bubblewrap builds it from an empty root. Nothing of the course is ever mounted, so there is nothing
to be forbidden.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple

from grading.confine import HOME, NOBODY, WRITABLE
from grading.errors import CourseError
from grading.withhold import find_module, put_file, withhold

RUNNER = (
    *("__init__", "zygote", "confine", "seccomp", "supervise"),
    *("student", "shell", "wire", "data", "decode"),
)
"""The modules of this package that run inside."""

VARIABLES = {
    # many submissions run at a time, and only a single-threaded process may fork
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    ),
    "NBGRADER_EXECUTION": "autograde",  # by which a notebook can tell
    "PYTHONHASHSEED": "0",
}
"""Of the environment of both interpreters."""

_HERE = Path(__file__).parent
_SYSTEM = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "fonts")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_HELP = (
    "Install it (Debian and Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap) "
    "and let it make user namespaces (on Ubuntu 24.04 and newer: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container: run that with the permission "
    "to make them). On other systems than Linux there is no sandbox."
)


class SandboxError(CourseError):
    """The student's code cannot be shut in."""


class Launch(NamedTuple):
    """A command line for a program inside the sandbox."""

    command: list[str]
    """To be followed by the program and its arguments."""
    files: list[IO[bytes]]
    """Open files that the command line names by descriptor; to be kept open until it runs."""
    was_root: bool
    """Whether the program has to give up root's rights."""
    kept: list[str]
    """What of the environment lies where each submission gets an empty place to write."""


def check_sandbox() -> None:
    """Try the sandbox.

    Raises:
        SandboxError: there is none here; the text says what to do.
    """
    inside = launch(())
    try:
        result = subprocess.run(
            [*inside.command, "/bin/true"],
            pass_fds=[file.fileno() for file in inside.files],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        close_all(inside.files)
    if result.returncode != 0:
        raise SandboxError(refusal(result.stderr))


def refusal(words: str) -> str:
    """Say why the sandbox does not work, and what to do.

    Args:
        words: What bubblewrap said.
    """
    last = words.strip().splitlines()[-1] if words.strip() else "no reason given"
    return f"bubblewrap does not work here: {last}. {_HELP}"


def launch(
    modules: Iterable[str], withheld: Iterable[str] = (), hidden: Iterable[str] = ()
) -> Launch:
    """Build the command line of a sandbox.

    Args:
        modules: What is imported; it must be there even if it is outside of the environment.
        withheld: What must not be there: ``module``, or ``module:function`` for one function of
            a module that is otherwise needed, with ``@cell`` when it comes back before that cell.
        hidden: Folders to be covered if they lie within the Python environment; elsewhere
            nothing is seen anyway.

    Raises:
        SandboxError: bubblewrap is not installed, or cannot hide a folder.
        CourseError: a module or function to be withheld is not found.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(f"bubblewrap is not installed. {_HELP}")
    was_root = os.geteuid() == 0
    roots = _environment()
    places = [*roots, *_outside(modules, roots), *_runner(roots)]
    files: list[IO[bytes]] = []
    command = [program, *_privileges(was_root), *_variables(places), *_frame()]
    for folder in _parents(places):  # which bubblewrap would make for root only
        command += ["--perms", "0755", "--dir", str(folder)]
    for place in dict.fromkeys(places):
        command += ["--ro-bind", str(place), str(place)]
    command += _cover(hidden, places)
    try:
        command += withhold(tuple(withheld), files)
    except CourseError:
        close_all(files)
        raise
    passwd = f"student:x:{NOBODY if was_root else os.getuid()}:{NOBODY}::{HOME}:/bin/sh\n"
    command += put_file(passwd, Path("/etc/passwd"), files)
    command += ["--remount-ro", "/", "--chdir", "/"]
    kept = [str(place) for place in places if _within(place, map(Path, WRITABLE))]
    return Launch(command, files, was_root, kept)


def close_all(files: Iterable[IO[bytes]]) -> None:
    """Close the files of a launch."""
    for file in files:
        file.close()


def _privileges(was_root: bool) -> list[str]:
    command = ["--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    command += ["--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--cap-drop", "ALL"]
    if not was_root:
        return [*command, "--unshare-user"]
    # Root keeps what it takes to become nobody, and does so before anything else: only a user
    # that is not root is counted by the limit on processes.
    for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SYS_ADMIN"):
        command += ["--cap-add", capability]
    return command


def _variables(places: Iterable[Path]) -> list[str]:
    packages = [place.parent if place.parent == _HERE else place for place in places]
    path = os.pathsep.join(
        dict.fromkeys(str(place.parent) for place in packages if _is_code(place))
    )
    variables = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        **VARIABLES,
    }
    command = ["--clearenv"]
    for name, value in variables.items():
        command += ["--setenv", name, value]
    return command


def _is_code(place: Path) -> bool:
    return place.suffix == ".py" or (place / "__init__.py").exists()


def _frame() -> list[str]:
    command = ["--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp"]  # noqa: S108 - a place inside
    command += ["--dir", HOME, "--dir", "/dev/shm"]  # noqa: S108 - a place inside
    for device in _DEVICES:
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for name in _ETC:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for place in map(Path, _SYSTEM):
        if place.is_symlink():
            command += ["--symlink", str(place.readlink()), str(place)]
        elif place.is_dir():
            command += ["--ro-bind", str(place), str(place)]
    cpus = "/sys/devices/system/cpu"  # torch counts the processor's features there
    return [*command, "--ro-bind-try", cpus, cpus]


def _environment() -> list[Path]:
    """Folders of the Python environment, an outer one before an inner one."""
    places = {Path("/usr"), Path(sys.executable).resolve().parents[1]}
    for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix):
        places |= {Path(prefix), Path(prefix).resolve()}
    packages = [Path(entry) for entry in sys.path]
    places |= {place for place in packages if place.name in ("site-packages", "dist-packages")}
    if any(len(place.parts) < 2 or place == Path.home() for place in places):
        raise SandboxError(f"the Python environment is a whole home or disk: {sys.prefix}")
    return sorted(place for place in places if place.is_dir())


def _parents(places: Iterable[Path]) -> list[Path]:
    return sorted({parent for place in places for parent in place.parents if parent.name})


def _outside(modules: Iterable[str], roots: list[Path]) -> list[Path]:
    """Where modules live that are not in the environment, such as one installed as editable."""
    packages = dict.fromkeys(name.partition(".")[0] for name in modules)
    places = [place for name in packages if (place := find_module(name)) is not None]
    return [place for place in places if not _within(place, roots)]


def _cover(hidden: Iterable[str], places: list[Path]) -> list[str]:
    command: list[str] = []
    for folder in map(Path, hidden):
        if not _within(folder, places):
            continue
        if inside := [place for place in places if place.is_relative_to(folder)]:
            raise SandboxError(
                f"{folder} cannot be hidden: Python needs {inside[0]}, which lies in it"
            )
        command += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    return command


def _runner(roots: list[Path]) -> list[Path]:
    files = [_HERE / f"{name}.py" for name in RUNNER]
    return [file for file in files if not _within(file, roots)]


def _within(place: Path, roots: Iterable[Path]) -> bool:
    return any(place.is_relative_to(root) for root in roots)
