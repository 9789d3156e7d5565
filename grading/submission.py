"""Grading one submission: bytes in, a result out."""

import contextlib
import json
import os
import signal
import socket
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from grading import warm
from grading.confine import Limits
from grading.harmless import one_line
from grading.proxy import Patience
from grading.result import Ran, Result, make_notebook, outcomes
from grading.shell import error_output
from grading.steps import TEST, IntakeError, Step, blank, plan, template
from grading.wire import LateError, WireError, receive, send
from grading.withhold import returned

_SPARE = 10.0  # seconds that the referee may need beyond the two runs of a given cell
_MAX_OUTPUTS = 64 << 20


class Assignment(NamedTuple):
    """The instructor's side."""

    notebook: bytes
    """With solutions and hidden tests."""
    files: Mapping[str, bytes] = {}
    """What lies beside it, by relative path; both interpreters get it."""


class Settings(NamedTuple):
    """How submissions are graded."""

    limits: Limits = Limits()
    """What the student's processes may use."""
    cell_seconds: float = 60
    """Wall time of one cell."""
    total_seconds: float = 600
    """Wall time of the whole notebook."""
    notebook_bytes: int = 20 << 20
    """Largest notebook that is read."""
    answer_bytes: int = 256 << 20
    """Most data that one call of a student's function may return."""
    withheld: tuple[str, ...] = ()
    """Modules and functions that the student's code must not find, the latter perhaps only until a
    locked cell needs them; as :func:`grading.withhold.read_withheld` reads them."""
    hidden: tuple[str, ...] = ()
    """Folders, such as the course, that stay hidden even within the Python environment."""
    no_sandbox: bool = False
    """Run students' code with all rights of the grader: only for code that one trusts."""
    one_interpreter: bool = False
    """Run the tests in the student's interpreter too, for tests that need the student's own
    objects. It is still shut in, but it sees the hidden tests, and the score is what it says."""


def grade(
    submitted: bytes,
    assignment: Assignment,
    settings: Settings | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Result:
    """Grade one submission.

    Args:
        submitted: The student's notebook, whatever it is.
        assignment: The instructor's notebook and files.
        settings: Limits and the like.
        files: The student's other files, by relative path; the assignment's go before them.

    Returns:
        The result, whatever the student's code did.

    Raises:
        SandboxError: there is no sandbox on this machine.
        WarmError: an interpreter could not be started; trying again may help.
    """
    settings = settings or Settings()
    began = time.monotonic()
    try:
        steps, flags = plan(assignment.notebook, submitted, settings.notebook_bytes)
    except IntakeError as error:
        return refuse(assignment, settings, str(error))
    run = _Run(steps, assignment, settings)
    theirs = (files or {}).items()
    own = {name: content for name, content in theirs if name not in assignment.files}
    all_files = {**assignment.files, **own}  # in this order, as two may want the same place
    seed = zlib.crc32(submitted)
    try:
        run.go(all_files, seed)
    except warm.WarmError:
        if run.pair is not None:
            warm.forget(run.pair)
        run = _Run(steps, assignment, settings)
        run.go(all_files, seed)
    seconds = {
        "start": run.started - began,
        "run": sum(one.seconds for one in run.ran.values()),
        "total": time.monotonic() - began,
    }
    return _result(assignment, steps, run.ran, flags + run.flags, "", settings, seconds)


def refuse(assignment: Assignment, settings: Settings, reason: str) -> Result:
    """Return the result of a submission in which there is nothing to grade.

    Args:
        assignment: The instructor's notebook.
        settings: As for :func:`grade`.
        reason: Why there is nothing.
    """
    steps = blank(assignment.notebook)
    ran = {i: _failed(reason) for i, step in enumerate(steps) if step.kind == TEST}
    return _result(assignment, steps, ran, [], reason, settings, {"total": 0.0})


class _Run:
    """The grader's side of one submission in its two interpreters."""

    def __init__(self, steps: list[Step], assignment: Assignment, settings: Settings) -> None:
        self.steps = steps
        self.assignment = assignment
        self.settings = settings
        self.kind = warm.Kind(
            template(assignment.notebook).modules,
            settings.withheld,
            settings.hidden,
            settings.limits,
            not settings.no_sandbox,
        )
        self.pair: warm.Pair | None = None
        self.ran: dict[int, Ran] = {}
        self.flags: list[str] = []
        self.started = time.monotonic()

    def go(self, files: Mapping[str, bytes], seed: int) -> None:
        self.pair = pair = warm.warm_pair(self.kind)
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-"))
            theirs = stack.enter_context(  # without a sandbox their code may still write there
                tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
            )
            _write(folder, self.assignment.files)  # none of the student's
            channel, control, job = (socket.socketpair() for _ in range(3))
            for end in (*channel, *control, *job):
                stack.enter_context(end)
            pair.student.fork({"folder": theirs, "seed": seed}, channel[1], control[1])
            pair.referee.fork({"folder": folder}, job[1], channel[0], control[0])
            for end in (*channel, *control, job[1]):
                end.close()  # so that an end is seen when the other process has ended
            reason = self._follow(job[0], files)
        if reason:
            raise warm.WarmError(f"{reason}; {pair.last_words}")
        if not pair.alive:
            raise warm.WarmError("a warm interpreter ended, and with it what it had forked")

    def _follow(self, job: socket.socket, files: Mapping[str, bytes]) -> str:
        """Send the job and listen until the referee is done or has to be stopped.

        Returns:
            Why the student's interpreter did not even start; empty when it did.
        """
        settings = self.settings
        end = time.monotonic() + settings.total_seconds
        patience = Patience(settings.cell_seconds, settings.answer_bytes, settings.limits.output)
        header = {
            "patience": patience,
            "one_interpreter": settings.one_interpreter,
            "returned": {} if settings.no_sandbox else returned(settings.withheld),
            "files": [[name, len(content)] for name, content in files.items()],
        }
        steps = json.dumps(self.steps).encode()  # as data, as it may be long
        running: int | None = None
        process = 0
        try:
            send(job, header, [*files.values(), steps], end)
            deadline = end
            while True:
                message, _ = receive(job, min(deadline, end), _MAX_OUTPUTS)
                if "process" in message:
                    process = message["process"]
                    self.started = time.monotonic()
                elif "reason" in message:
                    return str(message["reason"])
                elif "begin" in message:
                    running = message["begin"]
                    deadline = time.monotonic() + 2 * settings.cell_seconds + _SPARE
                elif "done" in message:
                    self.ran[message["done"]] = Ran(message["outputs"], message["seconds"])
                    running = None
                else:
                    self.flags += map(one_line, message["trouble"])
                    if message["end"]:
                        self.flags.append(f"the student's process did not last: {message['end']}")
                    return ""
        except LateError:
            if process:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self._stop(running, "took too long")
        except WireError as error:
            self._stop(running, f"ended the tests' interpreter ({error})")
        return ""

    def _stop(self, running: int | None, what: str) -> None:
        name = self.steps[running].name if running is not None else ""
        self.flags.append(f"not all cells ran: cell {name or running} {what}")
        if running is not None:
            self.ran[running] = _failed(f"This cell {what}.")


def _failed(text: str) -> Ran:
    return Ran([error_output("NotRunError", text, [text])], 0.0)


def _result(
    assignment: Assignment,
    steps: list[Step],
    ran: Mapping[int, Ran],
    flags: list[str],
    reason: str,
    settings: Settings,
    seconds: Mapping[str, float],
) -> Result:
    return Result(
        notebook=make_notebook(assignment.notebook, steps, ran),
        cells=outcomes(steps, ran),
        flags=tuple([*flags, reason] if reason else flags),
        reason=reason,
        sandboxed=not settings.no_sandbox,
        interpreters=1 if settings.one_interpreter else 2,
        seconds=seconds,
    )


def _write(folder: str, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        place = Path(folder, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
