"""What comes from a student, made harmless: text, outputs and errors."""

import builtins
import contextlib
import re
from collections.abc import Mapping
from typing import Any

from grading.shell import Output, error_output

_MAX_ERROR = 2000  # characters of a student's error message
_CONTROL = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|[^\n\t -~\u00a0-\ud7ff\ue000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_FLOW = (StopIteration, StopAsyncIteration)  # would steer the test that calls
_KINDS = ("text/plain", "image/png", "image/jpeg")
_MAX_MEDIA = 4 << 20  # characters of pictures in one cell
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\n?")  # linear, whatever it is given


class StudentError(Exception):
    """The student's code ended with an error, or did not answer with data."""


def harmless(outputs: object, limit: int) -> list[Output]:
    """Keep of a cell's outputs, as they came, what is well-formed and can do no harm.

    Args:
        outputs: A list of outputs in nbformat's form, or anything else.
        limit: Most characters of text.
    """
    kept: list[Output] = []
    left, left_media = limit + 200, _MAX_MEDIA
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict) or left <= 0 or left_media <= 0:
            break
        output = _output(output, left)
        if output is not None:
            data = output.get("data", {})
            left -= len(output.get("text", "")) + len(data.get("text/plain", "")) + 20
            left_media -= sum(map(len, data.values()))
            kept.append(output)
    return kept


def one_line(text: str, limit: int = 200) -> str:
    """Make a text that may be a student's fit to stand in a line of ours."""
    return clean(" ".join(text.split()), limit)


def clean(text: object, limit: int) -> str:
    """Make a student's text harmless to show: no control characters, not too long."""
    if not isinstance(text, str):
        return ""
    plain = _CONTROL.sub("", text[: 2 * limit])
    return plain if len(plain) <= limit else plain[:limit] + " …"


def exception(function: str, error: object) -> Exception:
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
