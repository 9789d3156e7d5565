"""The student's interpreter as the referee sees it: cells to run, functions to call, data back."""

import builtins
import contextlib
import json
import re
import select
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from grading.data import NotDataError, decode, encode, find_function
from grading.shell import CellRun, Output, error_output
from grading.student import MAX_REQUEST
from grading.supervise import INTERRUPT
from grading.wire import ClosedError, Frame, LateError, WireError, receive, send

_GRACE = 2.0  # seconds between an interrupt and the end
_MAX_ERROR = 2000  # characters of a student's error message
_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|[^\n\t -~\u00a0-\ud7ff\ue000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_FLOW = (StopIteration, StopAsyncIteration)  # would steer the test that calls
_KINDS = ("text/plain", "image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\n?")  # linear, whatever it is given


class StudentError(Exception):
    """The student's code ended with an error, or did not answer with data."""


class Patience(NamedTuple):
    """How long and how much the referee takes from the student."""

    cell_seconds: float
    """Wall time of one cell, and of all calls of one test."""
    answer_bytes: int
    """Data in one answer."""
    output: int
    """Characters of text that one cell may put out."""


class Student:
    """One student's interpreter."""

    def __init__(
        self,
        channel: socket.socket,
        control: socket.socket,
        patience: Patience,
        names: dict[str, Any],
        show: Callable[[Output], None],
    ) -> None:
        """Wait until it is ready.

        Args:
            channel: Where it answers.
            control: Where its supervisor listens.
            patience: What is taken from it.
            names: The referee's names, for named tuples and functions.
            show: Takes what the student's functions put out when a test calls them.

        Raises:
            StudentError: it did not start.
        """
        self.channel, self.control = channel, control
        self.patience, self.names, self.show = patience, names, show
        self.given: dict[str, object] = {}
        """What the instructor's cells without points bound; an answer may name a function of it."""
        self.proxies: dict[str, object] = {}
        self.gone = ""
        self.number = 0
        self.start_cell()
        try:
            receive(channel, time.monotonic() + max(30.0, patience.cell_seconds), 0)
        except WireError as error:
            self._end(f"did not start: {error}")
            raise StudentError(self.gone) from None

    def start_cell(self) -> None:
        """Give the next cell its full time."""
        self.deadline = time.monotonic() + self.patience.cell_seconds

    def put(self, files: Mapping[str, bytes]) -> None:
        """Write files into its folder."""
        sizes = [[name, len(content)] for name, content in files.items()]
        self._ask({"do": "files", "files": sizes}, files.values())

    def run(self, source: str, *, given: bool) -> CellRun:
        """Run a cell.

        Args:
            source: Its code.
            given: Whether it is the instructor's.

        Returns:
            Its outputs, and whether it failed, as the student's interpreter says.
        """
        try:
            header, _ = self._ask({"do": "run", "source": source, "given": given})
        except StudentError as error:
            return CellRun([error_output("StudentError", str(error), [str(error)])], True)
        return CellRun(self._outputs(header.get("outputs")), header.get("failed") is not False)

    def bind(self, names: Iterable[str]) -> dict[str, str]:
        """Bring names that the student had to define into the referee: proxies, data, or nothing.

        Returns:
            Name → why a name that the student defined cannot be used.
        """
        names = sorted(names)
        for name in names:
            self.names.pop(name, None)
        if not names:
            return {}
        try:
            header, body = self._ask({"do": "values", "names": names})
        except StudentError as error:
            return dict.fromkeys(names, str(error))
        problems: dict[str, str] = {}
        values, at = header.get("values"), 0
        for name in names:
            entry = values.get(name) if isinstance(values, dict) else None
            if not isinstance(entry, dict):
                continue
            if entry.get("callable") is True:
                self.names[name] = self.proxies.setdefault(name, self._proxy(name))
                continue
            size = entry.get("size", 0)
            size = size if type(size) is int and 0 <= size <= len(body) - at else 0
            raw, at = body[at : at + size], at + size
            try:
                self.names[name] = self._decode(entry.get("value"), raw, entry, f"{name} is ")
            except StudentError as error:
                problems[name] = str(error)
        return problems

    def _proxy(self, name: str) -> Callable[..., object]:
        def proxy(*args: object, **kwargs: object) -> object:
            __tracebackhide__ = True
            return self.call(name, args, kwargs)

        proxy.__name__ = proxy.__qualname__ = name
        proxy.__module__ = "__main__"
        return proxy

    def call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Call a function of the student's with copies of the arguments.

        Raises:
            Exception: what it raised, when that is one of Python's own exceptions.
            StudentError: it raised another one, took too long, or returned no data.
        """
        __tracebackhide__ = True
        try:
            encoded = encode((args, kwargs), self._name_of, MAX_REQUEST)
        except NotDataError as error:
            raise StudentError(
                f"{name}: this test passes {error}, which cannot go to the student's interpreter"
            ) from None
        header, body = self._ask({"do": "call", "name": name, "with": encoded.tree}, encoded.body)
        for output in self._outputs(header.get("outputs")):
            if output["output_type"] in ("stream", "display_data"):
                self.show(output)  # an execute_result would be partial credit of the student's own
        if "error" in header:
            raise _error(name, header["error"])
        return self._decode(header.get("value"), body, header, f"{name} returned ")

    def _decode(
        self, tree: object, body: memoryview, header: Mapping[str, Any], saying: str = ""
    ) -> object:
        __tracebackhide__ = True
        try:
            if "not_data" in header:
                raise NotDataError(clean(header["not_data"], 200))
            return decode(tree, body, self.names, self._function)
        except NotDataError as error:
            text = (
                f"{saying}{error}; expected plain data: arrays, numbers, text, tuples, lists, dicts"
            )
            raise StudentError(text) from None

    def _name_of(self, value: object) -> str | list[str] | None:
        return find_function(value, self.names)

    def _function(self, name: object) -> object:
        found = self.given.get(name) if isinstance(name, str) else None
        if not callable(found) or isinstance(found, type):
            raise NotDataError("a function that the notebook does not give")
        return found

    def _ask(
        self, request: dict[str, Any], body: Iterable[bytes | bytearray | memoryview] = ()
    ) -> Frame:
        """Send a request and wait for its answer."""
        __tracebackhide__ = True
        if self.gone:
            raise StudentError(f"the code cannot be run any more, because {self.gone}")
        self.number += 1
        late = False
        try:
            request |= {"number": self.number, "limit": self.patience.answer_bytes}
            send(self.channel, request, body, self.deadline + _GRACE)
            if not _readable(self.channel, self.deadline):
                late = True
                self.control.sendall(INTERRUPT)
            limit = self.patience.answer_bytes
            frame = receive(self.channel, max(self.deadline, time.monotonic()) + _GRACE, limit)
        except LateError:
            self._end(f"it did not end within {self.patience.cell_seconds:g} s")
        except ClosedError as error:
            self._end(self._reason() or str(error))
        except OSError:
            self._end(self._reason() or "it is gone")
        except WireError as error:
            self._end(f"its answer was {error}")
        else:
            if frame.header.get("number") != self.number:
                self._end("its answer was to another question")
            elif late:
                raise StudentError(f"stopped after {self.patience.cell_seconds:g} s")
            else:
                return frame
        raise StudentError(f"the code was stopped: {self.gone}")

    def _reason(self) -> str:
        """Ask the supervisor why the process ended."""
        self.control.settimeout(_GRACE)
        try:
            reason = json.loads(self.control.recv(4096)).get("ended")
        except (OSError, ValueError):
            return ""
        return str(reason)

    def _end(self, reason: str) -> None:
        self.gone = reason
        self.channel.close()
        self.control.close()

    def close(self) -> None:
        """End it and everything it started."""
        self.channel.close()
        self.control.close()

    def _outputs(self, outputs: object) -> list[Output]:
        """Keep of a cell's outputs what is harmless."""
        kept: list[Output] = []
        left = self.patience.output + 200
        for output in outputs if isinstance(outputs, list) else []:
            if not isinstance(output, dict) or left <= 0:
                break
            output = _output(output, left)
            if output is not None:
                left -= len(output.get("text", "")) + 20
                kept.append(output)
        return kept


def clean(text: object, limit: int) -> str:
    """Make a student's text harmless to show: no control characters, not too long."""
    if not isinstance(text, str):
        return ""
    plain = _CONTROL.sub("", text[: 2 * limit])
    return plain if len(plain) <= limit else plain[:limit] + " …"


def _readable(channel: socket.socket, deadline: float) -> bool:
    left = max(0.0, deadline - time.monotonic())
    return bool(select.select([channel], [], [], left)[0])


def _error(function: str, error: object) -> Exception:
    """Turn what came into an exception for the test; only Python's own classes are used."""
    fields = error if isinstance(error, dict) else {}
    kind, text = clean(fields.get("type"), 80), clean(fields.get("text"), _MAX_ERROR)
    raised: Exception = StudentError(f"{kind}: {text}" if text else kind)
    found: Any = vars(builtins).get(kind)
    if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, _FLOW):
        with contextlib.suppress(TypeError):  # some of Python's own need more than a text
            raised = found(text)
    where = fields.get("where")
    for line in where[:10] if isinstance(where, list) else []:
        raised.add_note(f"{function}: {clean(line, 200)}")
    return raised


def _output(output: Mapping[str, Any], left: int) -> Output | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": clean(output.get("text"), left)}
    if kind == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list) else []
        text = clean("\n".join(line for line in lines if isinstance(line, str)), 20_000)
        name, value = clean(output.get("ename"), 80), clean(output.get("evalue"), _MAX_ERROR)
        return error_output(name, value, text.split("\n"))
    if kind in ("execute_result", "display_data") and isinstance(output.get("data"), dict):
        data = {}
        for mime in _KINDS:
            content = output["data"].get(mime)
            if mime == "text/plain" and isinstance(content, str):
                data[mime] = clean(content, left)
            elif isinstance(content, str) and _BASE64.fullmatch(content):
                data[mime] = content
        kept: Output = {"output_type": kind, "data": data, "metadata": {}}
        if kind == "execute_result":
            kept["execution_count"] = None
        return kept if data else None
    return None
