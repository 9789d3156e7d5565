"""The referee's side of the wire, with a student's interpreter that answers anything at all."""

import builtins
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.harmless import StudentError, clean
from grading.proxy import Patience, Student
from grading.wire import WireError, receive, send

PATIENCE = Patience(cell_seconds=5, answer_bytes=1000, output=500)
Answer = Callable[[dict[str, Any]], dict[str, Any]]


def with_answers(answer: Answer, use: Callable[[Student], object]) -> object:
    """Let a student's interpreter give answers of our own to whatever it is asked."""
    ours, theirs = socket.socketpair()
    control, other = socket.socketpair()

    def serve() -> None:
        try:
            send(theirs, {"ready": True})
            while True:
                request = receive(theirs, time.monotonic() + 10, 1 << 20).header
                send(theirs, {"number": request["number"], **answer(request)}, [bytes(8)])
        except WireError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    with ours, theirs, control, other:
        student = Student(ours, control, PATIENCE, {"np": np}, lambda _: None)
        try:
            return use(student)
        finally:
            student.close()
            thread.join()


words = st.text(max_size=5) | st.sampled_from(["stream", "error", "execute_result", "ValueError"])
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
single = st.none() | st.booleans() | numbers | words
anything = st.recursive(
    single,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
KEYS = ("value", "values", "outputs", "error", "not_data", "failed", "number", "type", "text")
PARTS = ("where", "output_type", "name", "data", "traceback", "ename", "text/plain", "image/png")
answers = st.dictionaries(
    st.sampled_from(KEYS),
    anything
    | st.lists(st.dictionaries(st.sampled_from(KEYS + PARTS), anything, max_size=4), max_size=3)
    | st.dictionaries(st.sampled_from((*KEYS, *PARTS, "f")), anything, max_size=4),
    max_size=4,
)


@given(answer=answers)
def test_no_answer_does_more_than_fail_the_test(answer: dict[str, Any]) -> None:
    def use(student: Student) -> None:
        ran = student.run("1", given=False)
        assert json.dumps(ran.outputs)
        problems = student.bind(["f"])
        assert ("f" in problems) <= ("f" not in student.names)
        raised: list[object] = []
        try:
            student.call("f", (1,), {})
        except Exception as error:
            # of Python's own, or ours: nothing that the answer brought along
            raised = [type(error)]
        assert all(kind in (StudentError, *vars(builtins).values()) for kind in raised)

    with_answers(lambda _: answer, use)


def test_an_answer_to_another_question_ends_it() -> None:
    def use(student: Student) -> str:
        with pytest.raises(StudentError, match="another question"):
            student.call("f", (), {})
        with pytest.raises(StudentError, match="cannot be run any more"):
            student.call("f", (), {})
        return student.run("1", given=False).outputs[0]["evalue"]  # type: ignore[no-any-return]

    assert "another question" in str(with_answers(lambda _: {"number": -1}, use))


def test_what_has_no_form_is_not_sent() -> None:
    def use(student: Student) -> None:
        with pytest.raises(StudentError, match="this test passes a value of type object"):
            student.call("f", (object(),), {})

    with_answers(lambda _: {}, use)


def test_text_is_harmless() -> None:
    assert clean("a\x1b[31mb\x1b]0;x\x07\x00\x9b\u202ec\ud800\nd\te", 100) == "ab]0;xc\nd\te"
    assert clean("x" * 1000, 10) == "x" * 10 + " …"
    assert clean(["x"], 10) == ""
