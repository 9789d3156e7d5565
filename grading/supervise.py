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
    """Say what all processes together use too much of."""
    processes = [Path(entry.path) for entry in os.scandir("/proc") if entry.name.isdigit()]
    status = [_fields(process / "status") for process in processes]
    if sum(fields.get("Threads", 0) for fields in status) > limits.processes:
        return f"it started more than {limits.processes} processes"
    if _sum(status, "Rss") <= limits.memory:
        return ""
    # That counts what is shared once for each process. This does not, but takes its time.
    if _sum([_fields(process / "smaps_rollup") for process in processes], "Pss_") <= limits.memory:
        return ""
    return f"it used more than {limits.memory >> 20} MiB of memory"


def _sum(processes: list[dict[str, int]], kind: str) -> int:
    kilobytes = sum(
        fields.get(f"{kind}Anon", 0) + fields.get(f"{kind}Shmem", 0) for fields in processes
    )
    return kilobytes << 10


def _fields(file: Path) -> dict[str, int]:
    """Read the numbers of a process from ``/proc``; none when it has just ended."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        number = value.split()[:1]
        if number and number[0].isdigit():
            found[name] = int(number[0])
    return found


def _ended(code: int, cpu_seconds: float, limits: Limits) -> str:
    if code == -signal.SIGKILL and cpu_seconds >= limits.cpu_seconds - 1:
        return f"it used more than {limits.cpu_seconds} s of processor time"
    if code < 0:
        return f"it was ended by signal {-code}"
    return f"it ended itself with exit code {code}"
