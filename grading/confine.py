"""What Linux offers to shut a process in, called from the process that is shut in.

Bubblewrap shuts in the warm process of an assignment. These functions give each submission, forked
from it, namespaces of its own below that, so that two submissions never see each other.
"""

import ctypes
import os
import resource
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

NOBODY = 65534
"""User and group of the student's code when the grader itself is root."""

_NEW_NAMESPACES = (
    0x00020000  # mounts
    | 0x04000000  # host name
    | 0x08000000  # IPC
    | 0x10000000  # users
    | 0x20000000  # processes
    | 0x40000000  # network
)
_NOSUID_NODEV, _NOEXEC, _BIND_ALL = 2 | 4, 8, 4096 | 16384
_SET_PDEATHSIG, _SET_DUMPABLE, _CAPBSET_DROP, _SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAPABILITY_VERSION_3 = 0x20080522

HOME = "/home/student"
"""Working folder of the student's code: empty but for the assignment's files."""


WRITABLE = ("/tmp", "/dev/shm", HOME)  # noqa: S108 - mount points of the sandbox
"""Where the student's code can write; each is its own and empty."""


class Limits(NamedTuple):
    """What one submission may use."""

    memory: int = 2 << 30
    """Bytes, for each process and for all of them together."""
    processes: int = 64
    """Processes and threads."""
    cpu_seconds: int = 300
    """Processor time of each process."""
    disk: int = 64 << 20
    """Bytes in one file, and in each place to write."""
    output: int = 100_000
    """Characters of text that one cell may put out."""


class ConfineError(Exception):
    """The kernel refused; the text says what."""


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    _call("prctl", _SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def become_nobody() -> None:
    """Give up being root, for good.

    A fresh ``/proc`` is mounted first: in a nested namespace the kernel only allows a new one when
    nothing of the old one is covered, and bubblewrap covers parts of it for root.
    """
    _mount("proc", "/proc", "proc", _NOSUID_NODEV | _NOEXEC)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    drop_capabilities()
    _call("prctl", _SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self stays root's


def new_namespaces() -> None:
    """Leave every namespace; the next fork is process 1 of a new world."""
    user, group = os.getuid(), os.getgid()
    _call("unshare", _NEW_NAMESPACES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def settle(limits: Limits, kept: Sequence[str]) -> None:
    """As process 1 of the new world: own ``/proc``, own empty places to write, no privileges.

    Args:
        limits: How much may be written.
        kept: Files and folders that stay visible although they lie in a place to write.
    """
    _mount("proc", "/proc", "proc", _NOSUID_NODEV | _NOEXEC)
    held = {place: os.open(place, os.O_PATH) for place in kept}
    for place in WRITABLE:
        _mount("tmpfs", place, "tmpfs", _NOSUID_NODEV, f"size={limits.disk},mode=0700")
    for place, descriptor in held.items():
        _make(Path(place), Path(f"/proc/self/fd/{descriptor}").is_dir())
        _mount(f"/proc/self/fd/{descriptor}", place, "", _BIND_ALL)
        os.close(descriptor)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    drop_capabilities()


def drop_capabilities() -> None:
    """Give up every capability, and the chance to gain one by running a program."""
    _call("prctl", _SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        # fails without CAP_SETPCAP, and then the line above is what counts
        _libc().prctl(_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def limit_resources(limits: Limits) -> None:
    """Set the limits that the kernel keeps for each process."""
    for kind, limit in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, limit)


def limit_memory(size: int) -> None:
    """Let this process use no more memory than that many bytes."""
    _limit(resource.RLIMIT_DATA, size)


def _limit(kind: int, limit: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (value, value))


def _make(place: Path, is_folder: bool) -> None:
    if is_folder:
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), flags, options.encode())


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(function: str, *arguments: object) -> None:
    if getattr(_libc(), function)(*arguments) != 0:
        raise ConfineError(f"{function}: {os.strerror(ctypes.get_errno())}")
