import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.wire import MAX_HEADER, ClosedError, LateError, WireError, receive, send

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def soon() -> float:
    return time.monotonic() + 5


def test_frames_arrive_one_by_one_and_whole(ends: Ends) -> None:
    big = b"x" * (3 << 20)
    writer = threading.Thread(
        target=lambda: (send(ends[0], {"a": [1, None]}, [b"12", b"3"]), send(ends[0], {}, [big]))
    )
    writer.start()
    first, second = receive(ends[1], soon(), 10), receive(ends[1], soon(), len(big))
    writer.join()
    assert (first.header, bytes(first.body)) == ({"a": [1, None]}, b"123")
    assert (second.header, bytes(second.body)) == ({}, big)


@given(noise=st.binary(max_size=200))
def test_noise_is_an_error_and_nothing_else(noise: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(noise)
        left.close()
        with pytest.raises(WireError):
            receive(right, soon(), 100)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (struct.pack("!QQ", 1 << 60, 0), "bytes of text"),
        (struct.pack("!QQ", 2, 101) + b"{}", "bytes of data, at most 100"),
        (struct.pack("!QQ", 2, 0) + b"[]", "not a JSON object"),
        (struct.pack("!QQ", 7, 0) + b'{"a":NaN}'[:7], "not JSON"),
        (struct.pack("!QQ", 9, 0) + b'{"a":NaN}', "not JSON"),
        (struct.pack("!QQ", 2, 0) + b"\xff\xfe", "not JSON"),
    ],
)
def test_malformed_frames_are_named(ends: Ends, raw: bytes, words: str) -> None:
    ends[0].sendall(raw)
    with pytest.raises(WireError, match=words):
        receive(ends[1], soon(), 100)


def test_every_wait_ends(ends: Ends) -> None:
    ends[0].sendall(struct.pack("!QQ", 5, 0) + b"{")
    began = time.monotonic()
    with pytest.raises(LateError):
        receive(ends[1], began + 0.05, 100)
    with pytest.raises(LateError):
        send(ends[0], {}, [bytes(1 << 24)], time.monotonic() + 0.05)
    with pytest.raises(LateError):
        receive(ends[1], began, 100)
    assert time.monotonic() - began < 3


def test_a_closed_end_is_named(ends: Ends) -> None:
    ends[0].close()
    with pytest.raises(ClosedError):
        receive(ends[1], soon(), 100)
    with pytest.raises(ClosedError):
        send(ends[1], {}, [bytes(1 << 20)])


def test_too_much_text_is_not_sent(ends: Ends) -> None:
    with pytest.raises(WireError, match="bytes of text"):
        send(ends[0], {"text": "x" * MAX_HEADER})
