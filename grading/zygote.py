"""A warm process that forks one interpreter per submission.

Modules are imported once; what is forked has them. The warm process itself never runs a line of a
notebook. It serves one grader, over one socket, and ends when that closes.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any, NamedTuple

from grading import confine
from grading.seccomp import filter_calls
from grading.shell import Shell
from grading.student import serve
from grading.supervise import supervise

MAX_JOB = 1 << 16
"""Longest description of a job in bytes."""


_SPARE_MEMORY = 2 << 30  # bytes that the referee may use beyond what a student may

# What a module itself imports only when it is first used, at a great cost for each submission.
_LAZY = {
    "torch": ("torch._dynamo",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "matplotlib.pyplot": ("matplotlib_inline.backend_inline",),
}


class Role(NamedTuple):
    """What a warm process is for; its only command line argument, as JSON."""

    name: str
    """``student`` or ``referee``."""
    modules: tuple[str, ...]
    """What to import beforehand."""
    folder: str
    """Where IPython may write."""
    confined: bool
    """Whether each fork gets namespaces of its own."""
    was_root: bool
    """Whether root's rights are to be given up first."""
    kept: list[str]
    """What stays visible of the sandbox in places to write."""
    limits: confine.Limits
    """For a student's process."""


def main() -> None:
    """Serve the socket that is standard input."""
    *fields, limits = json.loads(sys.argv[1])
    name, modules, folder, confined, was_root, kept = fields
    role = Role(name, modules, folder, confined, was_root, kept, confine.Limits(*limits))
    server = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "r+b") as null:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(null.fileno(), 0)
        os.dup2(null.fileno(), 1)
    if role.was_root:
        confine.become_nobody()
    for module in role.modules:
        _import(module)
    if role.name == "referee":
        importlib.import_module("grading.referee")  # not there in a sandbox
    shell = Shell(role.limits.output, role.folder)
    shell.warm_up()
    gc.collect()
    gc.freeze()  # so that the collector does not touch, and copy, every shared page
    hello = {"refused": _try_namespaces(role) if role.confined else ""}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's business
    server.sendall(json.dumps(hello).encode() + b"\n")
    while True:
        text, descriptors, _, _ = socket.recv_fds(server, MAX_JOB, 3)
        if not text:
            return
        if os.fork() == 0:
            server.close()
            _child(role, shell, json.loads(text), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        server.sendall(b".")


def _try_namespaces(role: Role) -> str:
    """Shut a process in as a student's will be; return why the kernel refused, if it did."""
    read, write = os.pipe()
    trial = os.fork()
    if trial == 0:
        try:
            confine.new_namespaces()
            inner = os.fork()
            if inner == 0:
                confine.settle(role.limits, role.kept)
                filter_calls()
                os.write(write, b"settled")
            else:
                os.waitpid(inner, 0)
        except Exception as error:
            # whatever it is, the grader has to hear of it
            os.write(write, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        words = pipe.read().decode()
    os.waitpid(trial, 0)
    return "" if words == "settled" else words or "the trial of a sandbox said nothing"


def _import(name: str) -> None:
    for module in (name, *_LAZY.get(name, ())):
        # a module that fails here fails again, visibly, in the cell that imports it
        with contextlib.suppress(Exception):
            importlib.import_module(module)


def _child(role: Role, shell: Shell, job: dict[str, Any], descriptors: list[int]) -> None:
    """Be one submission's process; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        if role.confined or sys.platform == "linux":
            confine.die_with_parent()
        if role.name == "referee":
            signal.signal(signal.SIGINT, signal.default_int_handler)
            from grading.referee import referee

            # data becomes larger here: a test may make an array of a list that was short to send
            confine.limit_memory(role.limits.memory + _SPARE_MEMORY)
            job_socket, channel, control = sockets
            referee(job_socket, channel, control, shell, job["folder"])
        else:
            channel, control = sockets
            _start_student(role, shell, job, channel, control)
        code = 0
    except BaseException as error:
        # the last word of this process; a student's process has its own way to say things
        print(f"grading: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
    finally:
        os._exit(code)


def _start_student(
    role: Role, shell: Shell, job: dict[str, Any], channel: socket.socket, control: socket.socket
) -> None:
    if role.confined:
        confine.new_namespaces()
    process = os.fork()
    if process:
        channel.close()
        supervise(process, control, role.limits, role.confined)
        return
    control.close()
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)  # what was there is a file of the grader's
    os.setsid()
    folder = job["folder"]
    if role.confined:
        confine.settle(role.limits, role.kept)
        folder = confine.HOME
    confine.limit_resources(role.limits)
    if role.confined:
        confine.die_with_parent()  # after privileges changed, which would undo it
        filter_calls()
    with contextlib.suppress(BrokenPipeError):
        serve(channel, shell, folder, job["seed"])


if __name__ == "__main__":
    main()
