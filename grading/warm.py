"""Warm processes of this grader: a pair for each kind of assignment, started when first needed."""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from grading import sandbox
from grading.confine import Limits
from grading.errors import CourseError

_START_SECONDS = 120.0
_MOST = 8  # pairs kept at a time; the one not used for longest goes

# Bubblewrap dies with the thread that started it, so that thread must live as long as the grader.
_launcher = ThreadPoolExecutor(1, thread_name_prefix="grading-launcher")


UNSAFE = (
    "NO SANDBOX: students' code runs with all rights of the grader. It can read and change the "
    "course, the gradebook and other submissions. Only for code that you trust."
)


class UnsafeWarning(UserWarning):
    """Students' code is not shut in."""


class WarmError(CourseError):
    """A warm process did not start or is gone; nothing that a submission does can cause it."""


class Kind(NamedTuple):
    """What two submissions must have in common to be forked from one process."""

    modules: tuple[str, ...]
    """Imported beforehand."""
    withheld: tuple[str, ...]
    """As for :func:`grading.sandbox.launch`."""
    hidden: tuple[str, ...]
    """As for :func:`grading.sandbox.launch`."""
    limits: Limits
    """Of one submission."""
    sandboxed: bool
    """False runs students' code with all rights of the grader."""


class Warm:
    """One warm process."""

    def __init__(self, name: str, kind: Kind) -> None:
        """Start it and wait until it is ready.

        Args:
            name: ``student`` or ``referee``.
            kind: What it is for.

        Raises:
            WarmError: it did not start.
            SandboxError: the sandbox does not work.
        """
        self.confined = name == "student" and kind.sandboxed
        if name == "student" and not self.confined:
            warnings.warn(UNSAFE, UnsafeWarning, stacklevel=2)
        self.lock = threading.Lock()
        with contextlib.ExitStack() as stack:
            self.folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-"))
            self.words = stack.enter_context(tempfile.TemporaryFile())
            self.socket, theirs = socket.socketpair()
            stack.enter_context(self.socket)
            with theirs:
                self.process = _launcher.submit(self._start, name, kind, theirs).result()
            stack.callback(self._end)
            self._wait(name)
            self.opened = stack.pop_all()

    def _wait(self, name: str) -> None:
        self.socket.settimeout(_START_SECONDS)
        try:
            hello = self.socket.recv(1 << 16)
        except TimeoutError:
            hello = b""
        if not hello:
            words = self.read_words()
            if "bwrap:" in words:
                raise sandbox.SandboxError(sandbox.refusal(words))
            raise WarmError(f"the {name}'s interpreter did not start: {words.strip()[-500:]}")
        if refused := json.loads(hello)["refused"]:
            raise sandbox.SandboxError(sandbox.refusal(refused))

    def _start(self, name: str, kind: Kind, theirs: socket.socket) -> subprocess.Popen[bytes]:
        inside = sandbox.Launch([], [], was_root=False, kept=[])
        environment = None
        if self.confined:
            inside = sandbox.launch(kind.modules, kind.withheld, kind.hidden)
        else:
            environment = {**os.environ, **sandbox.VARIABLES}
        folder = "/tmp/ipython" if self.confined else self.folder  # noqa: S108 - inside
        role = [name, kind.modules, folder, self.confined, *inside[2:], kind.limits]
        program = [sys.executable, "-s", "-m", "grading.zygote", json.dumps(role)]
        try:
            return subprocess.Popen(
                [*inside.command, *program],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self.words,
                env=environment,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C is for the grader, which ends all in its way
                pass_fds=[file.fileno() for file in inside.files],
            )
        finally:
            sandbox.close_all(inside.files)

    def read_words(self) -> str:
        """Return what it wrote to stderr so far."""
        size = os.fstat(self.words.fileno()).st_size
        return os.pread(self.words.fileno(), size, 0).decode(errors="replace")

    def fork(self, job: dict[str, Any], *sockets: socket.socket) -> None:
        """Let it fork an interpreter that gets these sockets.

        Raises:
            WarmError: it is gone.
        """
        descriptors = [end.fileno() for end in sockets]
        try:
            with self.lock:
                socket.send_fds(self.socket, [json.dumps(job).encode()], descriptors)
                answer = self.socket.recv(1)
        except OSError as error:
            raise WarmError(f"a warm interpreter does not answer ({error})") from None
        if not answer:
            raise WarmError("a warm interpreter is gone")

    def close(self) -> None:
        """End it and all that it forked."""
        self.opened.close()

    def _end(self) -> None:
        self.socket.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pair(NamedTuple):
    """The two warm processes that a submission needs."""

    student: Warm
    referee: Warm

    @property
    def last_words(self) -> str:
        """The end of what the student's warm process wrote to stderr."""
        return self.student.read_words().strip()[-300:] or "it gave no reason"

    @property
    def alive(self) -> bool:
        """Whether both run; when one ends, so does every submission forked from it."""
        return self.student.process.poll() is None and self.referee.process.poll() is None


_pairs: OrderedDict[Kind, Pair] = OrderedDict()
_lock = threading.Lock()
_inherited: list[dict[Kind, Pair]] = []


def warm_pair(kind: Kind) -> Pair:
    """Return the warm processes of a kind, started if need be.

    Raises:
        SandboxError: the sandbox does not work.
        WarmError: a process did not start.
    """
    with _lock:
        if kind not in _pairs:
            student = Warm("student", kind)
            try:
                _pairs[kind] = Pair(student, Warm("referee", kind))
            except BaseException:
                student.close()
                raise
            if len(_pairs) > _MOST:
                _close(_pairs.popitem(last=False)[1])
        _pairs.move_to_end(kind)
        return _pairs[kind]


def forget(pair: Pair) -> None:
    """End a pair that does not work, if nobody did yet; the next submission starts a new one."""
    with _lock:
        for kind in [kind for kind, known in _pairs.items() if known is pair]:
            _close(_pairs.pop(kind))


def _forget_parent() -> None:
    """In a fork of the grader: leave its warm processes, and its thread, to it."""
    global _launcher
    _launcher = ThreadPoolExecutor(1, thread_name_prefix="grading-launcher")
    _inherited.append(dict(_pairs))  # kept, as letting go of them would end them
    _pairs.clear()


os.register_at_fork(after_in_child=_forget_parent)


@atexit.register
def close_all() -> None:
    """End all warm processes."""
    with _lock:
        while _pairs:
            _close(_pairs.popitem()[1])


def _close(pair: Pair) -> None:
    pair.student.close()
    pair.referee.close()
