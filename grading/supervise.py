"""Watching over one submission's processes from a place they can neither see nor reach."""

import contextlib
import json
import os
import select
import signal
import socket
from pathlib import Path

from grading.confine import Limits

_TICK = 0.05  # seconds between two looks
INTERRUPT = b"i"
"""Sent on the control socket to interrupt what runs; closing the socket ends everything."""


def supervise(process: int, control: socket.socket, limits: Limits, confined: bool) -> None:
    """Watch until the student's process or the grader is gone; leave nothing behind.

    Args:
        process: The student's process.
        control: Connected to the grader. The reason of an end is sent there as JSON.
        limits: What all processes together may use.
        confined: Whether ``/proc`` shows exactly the submission's processes.
    """
    reason = ""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while (end := os.wait4(process, os.WNOHANG))[0] == 0:
        if poll.poll(_TICK * 1000):
            with contextlib.suppress(ConnectionError):
                if control.recv(1) == INTERRUPT:
                    os.kill(process, signal.SIGINT)
                    continue
            reason = "stopped"
        elif confined:
            reason = _too_much(limits)
        if reason:
            _kill(process, confined)
            end = os.wait4(process, 0)
            break
    if not confined:
        _kill(process, confined)
    _, status, usage = end
    reason = reason or _ended(
        os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, limits
    )
    with contextlib.suppress(OSError):
        control.sendall(json.dumps({"ended": reason}).encode())


def _kill(process: int, confined: bool) -> None:
    # Process 1 of a namespace takes all others with it; without one there is only the session.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.kill if confined else os.killpg)(process, signal.SIGKILL)


def _too_much(limits: Limits) -> str:
    memory, threads = 0, 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                status = Path(entry.path, "status").read_text(encoding="utf-8", errors="replace")
                fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
                kilobytes = sum(int(fields[key].split()[0]) for key in _MEMORY if key in fields)
                memory += kilobytes << 10
                threads += int(fields["Threads"])
    if memory > limits.memory:
        return f"it used more than {limits.memory >> 20} MiB of memory"
    if threads > limits.processes:
        return f"it started more than {limits.processes} processes"
    return ""


_MEMORY = ("RssAnon", "RssShmem")


def _ended(code: int, cpu_seconds: float, limits: Limits) -> str:
    if code == -signal.SIGKILL and cpu_seconds >= limits.cpu_seconds - 1:
        return f"it used more than {limits.cpu_seconds} s of processor time"
    if code < 0:
        return f"it was ended by signal {-code}"
    return f"it ended itself with exit code {code}"
