"""A PostgreSQL server of our own, reached through a socket in a folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder with ``initdb``; Debian does not put it on PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server with an empty database; yields its address."""
    folder = programs()
    assert folder, "PostgreSQL is not installed: python -m tests.install"
    # Its socket's path has to be short, and the server refuses to be root.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as home:
        owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else os.geteuid()
        os.chown(home, owner, -1)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [folder / program, *arguments],
                user=owner,
                cwd=home,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                check=True,
                stdout=subprocess.DEVNULL,
            )

        data = f"{home}/data"
        run("initdb", "-D", data, "-U", "grader", "-A", "trust", "--no-sync")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-D", data, "-l", f"{home}/log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://grader@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
