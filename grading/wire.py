"""Frames between two processes, one of which may be hostile.

A frame is two lengths, a JSON object and raw bytes. Nothing in it is ever executed or unpickled;
lengths are checked before anything is allocated, and every wait has an end.
"""

import json
import socket
import struct
import time
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

Buffer = bytes | bytearray | memoryview

_LENGTHS = struct.Struct("!QQ")
MAX_HEADER = 4 << 20
"""Longest JSON text of a frame in bytes; big data belongs into the raw part."""


class WireError(Exception):
    """The other side sent something that is not a frame, or nothing."""


class ClosedError(WireError):
    """The other side is gone."""


class LateError(WireError):
    """The other side did not send in time."""


class Frame(NamedTuple):
    """One message."""

    header: dict[str, Any]
    """The JSON object."""
    body: memoryview
    """The raw bytes that the header refers to."""


def send(
    channel: socket.socket,
    header: dict[str, Any],
    body: Iterable[Buffer] = (),
    deadline: float | None = None,
) -> None:
    """Send one frame.

    Args:
        channel: A stream socket.
        header: What can be written as JSON.
        body: Raw bytes, sent one after the other.
        deadline: On the clock of ``time.monotonic``; None waits as long as it takes.

    Raises:
        WireError: the other side is gone, or does not read.
    """
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    if len(text) > MAX_HEADER:
        raise WireError(f"{len(text)} bytes of text in one message, at most {MAX_HEADER} may be")
    buffers: list[Buffer] = [memoryview(part).cast("B") for part in body]
    lengths = _LENGTHS.pack(len(text), sum(map(len, buffers)))
    try:
        for part in (lengths + text, *buffers):
            channel.settimeout(_left(deadline))
            channel.sendall(part)
    except TimeoutError:
        raise LateError("nobody reads the message") from None
    except OSError as error:
        raise ClosedError(f"the other side is gone ({error})") from None


def receive(channel: socket.socket, deadline: float | None, max_body: int) -> Frame:
    """Receive one frame.

    Args:
        channel: A stream socket.
        deadline: As for :func:`send`.
        max_body: Most raw bytes that the frame may have.

    Raises:
        LateError: the whole frame did not come in time.
        ClosedError: the other side closed, perhaps within the frame.
        WireError: it is not a frame, or too big.
    """
    header_size, body_size = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, deadline))
    if header_size > MAX_HEADER:
        raise WireError(f"a message with {header_size} bytes of text, at most {MAX_HEADER} may be")
    if body_size > max_body:
        raise WireError(f"a message with {body_size} bytes of data, at most {max_body} may be")
    text = _exactly(channel, header_size, deadline)
    try:
        header = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WireError("a message that is not JSON") from None
    if not isinstance(header, dict):
        raise WireError("a message that is not a JSON object")
    return Frame(header, memoryview(_exactly(channel, body_size, deadline)))


def _exactly(channel: socket.socket, size: int, deadline: float | None) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    try:
        while view:
            channel.settimeout(_left(deadline))
            count = channel.recv_into(view)
            if not count:
                raise ClosedError("the other side closed the connection")
            view = view[count:]
    except TimeoutError:
        raise LateError("no message in time") from None
    except OSError as error:
        raise ClosedError(f"the other side is gone ({error})") from None
    return data


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError  # a timeout of zero would mean: do not wait at all, and say so otherwise
    return left


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
