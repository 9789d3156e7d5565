"""The student's interpreter: runs inside the sandbox and answers the referee.

Everything here shares its process with the student's code, which can therefore change all of it.
That gains nothing: the referee believes no answer, it only takes the data in it.
"""

import __future__

import importlib
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grading.data import NotDataError, encode
from grading.decode import decode
from grading.shell import Output, Shell
from grading.wire import ClosedError, Frame, WireError, receive, send

MAX_REQUEST = 1 << 30
"""Most bytes of data that the referee sends at once; the limit on memory is what counts."""

_MAX_ERROR = 10_000  # characters of an error message


def serve(channel: socket.socket, shell: Shell, folder: str, seed: int) -> None:
    """Answer requests until the referee closes the channel.

    Args:
        channel: The referee's end is the only other one.
        shell: The IPython session.
        folder: Where the code runs.
        seed: For NumPy's, torch's and Python's global random numbers.
    """
    os.chdir(folder)
    sys.path.insert(0, folder)
    _seed(seed)
    student = _Student(shell)
    signal.signal(signal.SIGINT, student.interrupt)
    send(channel, {"ready": True})
    while True:
        try:
            frame = receive(channel, None, MAX_REQUEST)
        except ClosedError:
            return
        header, body = student.answer(frame)
        try:
            send(channel, {"number": frame.header["number"], **header}, body)
        except WireError as error:  # too much text
            send(channel, {"number": frame.header["number"], "not_data": str(error)})


class _Student:
    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.given: dict[str, object] = {}
        self.busy = False

    def interrupt(self, *_: object) -> None:
        if self.busy:
            raise KeyboardInterrupt

    def answer(self, frame: Frame) -> tuple[dict[str, Any], list[Any]]:
        self.busy = True
        try:
            action = getattr(self, "do_" + frame.header["do"])
            answer: tuple[dict[str, Any], list[Any]] = action(frame.header, frame.body)
        except KeyboardInterrupt:
            return {"error": {"type": "KeyboardInterrupt", "text": "", "where": []}}, []
        finally:
            self.busy = False
        return answer

    def do_files(self, header: Mapping[str, Any], body: memoryview) -> Any:
        """Write files, and say of which that was not possible: two may want the same place."""
        at, failed = 0, {}
        for name, size in header["files"]:
            path = Path(name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body[at : at + size])
            except OSError as error:
                failed[name] = str(error.strerror)
            at += size
        return {"failed": failed}, []

    def do_give_back(self, header: Mapping[str, Any], _: memoryview) -> Any:
        """Put functions back that were withheld, wherever their names have gone to by now."""
        plain = __future__.annotations.compiler_flag  # so that no annotation is looked up
        for module, function, source in header["functions"]:
            names = vars(importlib.import_module(module))
            found: dict[str, Any] = {}
            code = compile(source, f"<{module}>", "exec", plain, dont_inherit=True)
            exec(code, names, found)  # noqa: S102 - it comes from the grader
            there, back = names.get(function), found[function]
            try:
                for part in ("__code__", "__defaults__", "__kwdefaults__"):
                    setattr(there, part, getattr(back, part))
            except (AttributeError, TypeError, ValueError):  # a name that the student's code took
                names[function] = back
        return {}, []

    def do_run(self, header: Mapping[str, Any], body: memoryview) -> Any:
        """Run a cell; functions of a given cell can be named in later calls."""
        before = dict(self.shell.names)
        run = self.shell.run(bytes(body).decode())
        if header["given"]:
            new = self.shell.names.items()
            self.given |= {name: v for name, v in new if before.get(name) is not v}
        return {"outputs": run.outputs, "failed": run.failed}, []

    def do_values(self, header: Mapping[str, Any], _: memoryview) -> Any:
        """Say for each name whether it is missing, callable, or else its value."""
        answer: dict[str, Any] = {}
        body: list[Any] = []
        for name in header["names"]:
            if name not in self.shell.names:
                continue
            value = self.shell.names[name]
            if callable(value):
                answer[name] = {"callable": True}
                continue
            try:
                left = header["limit"] - sum(map(len, body))
                encoded = encode(value, self.name_of, left)
            except NotDataError as error:
                answer[name] = {"not_data": str(error)}
                continue
            answer[name] = {"value": encoded.tree, "size": sum(map(len, encoded.body))}
            body += encoded.body
        return {"values": answer}, body

    def do_call(self, header: Mapping[str, Any], body: memoryview) -> Any:
        """Call a function of the notebook with data."""
        outputs: list[Output] = []
        try:
            with self.shell.capture(outputs):
                given: Any = decode(header["with"], body, self.shell.names, self.function)
                args, kwargs = given
                result = self.shell.names[header["name"]](*args, **kwargs)
                encoded = encode(result, self.name_of, header["limit"])
        except NotDataError as error:
            return {"not_data": str(error), "outputs": outputs}, []
        except BaseException as error:
            # SystemExit and KeyboardInterrupt too: the student's function may raise anything
            return {"error": _describe(error), "outputs": outputs}, []
        return {"value": encoded.tree, "outputs": outputs}, encoded.body

    def name_of(self, value: object) -> str | None:
        return next((name for name, given in self.given.items() if given is value), None)

    def function(self, name: Any) -> object:
        if isinstance(name, list):
            return getattr(sys.modules[name[0]], name[1])
        found = self.given.get(name, self.shell.names.get(name))
        if found is None:
            raise NotDataError(f"nothing, as the test passes {name}, which only the test knows")
        return found


def _describe(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    where = [
        f"line {frame.lineno} in {frame.name}: {(frame.line or '').strip()}"
        for frame in frames
        if frame.filename.startswith("<ipython-input")
    ]
    return {"type": type(error).__name__, "text": str(error)[:_MAX_ERROR], "where": where[-10:]}


def _seed(seed: int) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
