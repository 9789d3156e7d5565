"""The student's interpreter as the referee sees it: cells to run, functions to call, data back."""

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from grading.data import NotDataError, encode, find_function
from grading.decode import decode
from grading.harmless import StudentError, clean, exception, harmless
from grading.shell import CellRun, Output, error_output
from grading.student import MAX_REQUEST
from grading.supervise import INTERRUPT
from grading.wire import ClosedError, Frame, LateError, WireError, receive, send

_GRACE = 2.0  # seconds between an interrupt and the end


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

    def put(self, files: Mapping[str, bytes]) -> list[str]:
        """Write files into its folder, before it runs a line of the student's.

        Returns:
            What could not be written, and why.
        """
        sizes = [[name, len(content)] for name, content in files.items()]
        header, _ = self._ask({"do": "files", "files": sizes}, files.values())
        return [f"file {name} left out: {why}" for name, why in header["failed"].items()]

    def give_back(self, functions: list[list[str]]) -> None:
        """Put withheld functions back, each a module, a name and a definition."""
        with contextlib.suppress(StudentError):  # what is wrong shows in the cells that follow
            self._ask({"do": "give_back", "functions": functions})

    def run(self, source: str, *, given: bool) -> CellRun:
        """Run a cell.

        Args:
            source: Its code.
            given: Whether it is the instructor's.

        Returns:
            Its outputs, and whether it failed, as the student's interpreter says.
        """
        try:
            header, _ = self._ask({"do": "run", "given": given}, [source.encode()])
        except StudentError as error:
            return CellRun([error_output("StudentError", str(error), [str(error)])], True)
        outputs = harmless(header.get("outputs"), self.patience.output)
        return CellRun(outputs, header.get("failed") is not False)

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
                self.names[name] = self._bound(name)
                continue
            size = entry.get("size", 0)
            size = size if type(size) is int and 0 <= size <= len(body) - at else 0
            raw, at = body[at : at + size], at + size
            try:
                value = self._decode(entry.get("value"), raw, entry, f"{name} is ")
                # a function of ours under that name would call what is withheld from the student
                self.names[name] = self._bound(name) if callable(value) else value
            except StudentError as error:
                problems[name] = str(error)
        return problems

    def _bound(self, name: str) -> object:
        """Return the proxy of the student's function of that name, the same each time."""

        def proxy(*args: object, **kwargs: object) -> object:
            __tracebackhide__ = True
            return self.call(name, args, kwargs)

        proxy.__name__ = proxy.__qualname__ = name
        proxy.__module__ = "__main__"
        return self.proxies.setdefault(name, proxy)

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
        for output in harmless(header.get("outputs"), self.patience.output):
            if output["output_type"] in ("stream", "display_data"):
                self.show(output)  # an execute_result would be partial credit of the student's own
        if "error" in header:
            raise exception(name, header["error"])
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


def _readable(channel: socket.socket, deadline: float) -> bool:
    left = max(0.0, deadline - time.monotonic())
    return bool(select.select([channel], [], [], left)[0])
