"""IPython without a kernel: runs cells and keeps what they put out, as a notebook stores it."""

import base64
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_MAX_MEDIA = 2 << 20  # characters of pictures and other displays in one cell

Output = dict[str, Any]
"""One output of a cell, in nbformat's form."""


class CellRun(NamedTuple):
    """What running a cell gave."""

    outputs: list[Output]
    """Its outputs in order; streams that follow each other are one."""
    failed: bool
    """Whether it ended with an error."""


class Outputs:
    """The outputs of the cell that runs now, up to a number of characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.start()

    def start(self) -> None:
        """Forget everything."""
        self.items: list[Output] = []
        self.left = self.limit
        self.left_media = _MAX_MEDIA

    def text(self, name: str, text: str) -> None:
        """Add to the stream ``stdout`` or ``stderr``."""
        if self.left <= 0:
            return
        if len(text) > self.left:
            text = text[: self.left] + f"\n… cut after {self.limit} characters of output\n"
        self.left -= len(text)
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["parts"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "parts": [text]})

    def add(self, output: Output) -> None:
        """Add any other output."""
        data = output.get("data", {})
        for kind, content in data.items():
            data[kind] = (
                base64.b64encode(content).decode() if isinstance(content, bytes) else str(content)
            )
        self.left_media -= sum(map(len, data.values()))
        if self.left_media >= 0:
            self.items.append(output)

    def show(self, output: Output) -> None:
        """Add an output that is already in its final form."""
        if output["output_type"] == "stream":
            self.text(output["name"], output["text"])
        else:
            self.add(output)

    def take(self) -> list[Output]:
        """Return the outputs and forget them."""
        items = [
            {"output_type": "stream", "name": item["name"], "text": "".join(item["parts"])}
            if item["output_type"] == "stream"
            else item
            for item in self.items
        ]
        self.start()
        return items


class _Stream(io.TextIOBase):
    encoding = "utf-8"  # some programs ask before they print

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = name
        self.outputs = outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write: expected str, got {type(text).__name__}")
        self.outputs.text(self.name, text)
        return len(text)


class _Hook(DisplayHook):
    outputs: Outputs

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        del md_dict
        self.outputs.add(
            {"output_type": "execute_result", "data": dict(format_dict), "metadata": {}}
        )

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(self, data: Any, *args: object, **kwargs: object) -> None:
        del args, kwargs
        self.outputs.add({"output_type": "display_data", "data": dict(data), "metadata": {}})

    def clear_output(self, wait: bool = False) -> None:
        del wait
        self.outputs.start()


class _Interactive(InteractiveShell):
    outputs: Outputs

    def enable_gui(self, gui: Any = None) -> None:
        """Accept ``%matplotlib`` and its like; there are no windows."""

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Show an error, but none of our own frames between a test and the student's answer."""
        info: Any = self._get_exc_info(exc_tuple)  # type: ignore[no-untyped-call]  # no types
        kind, error, first = info
        frame = first
        while frame is not None and frame.tb_next is not None:
            if frame.tb_next.tb_frame.f_globals.get("__name__") == "grading.proxy":
                frame.tb_next = None
            frame = frame.tb_next
        super().showtraceback((kind, error, first), *args, **kwargs)

    def ask_exit(self) -> None:
        """Go on after ``exit()``, as the next cell is to be run."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        limit = self.outputs.limit
        lines = "\n".join(stb)[:limit].split("\n")
        self.outputs.items.append(error_output(etype.__name__, str(evalue)[:limit], lines))

    def init_virtualenv(self) -> None:
        """Leave ``sys.path`` as the environment made it."""


def error_output(name: str, text: str, traceback: list[str]) -> Output:
    """Make the output of a cell that ended with an error."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": traceback}


class Shell:
    """One IPython session; there is one per process."""

    def __init__(self, limit: int, folder: str) -> None:
        """Start it.

        Args:
            limit: Most characters of output per cell.
            folder: Where IPython may keep its files; never the user's own.
        """
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.cache_size = 100
        self.outputs = Outputs(limit)
        self.interactive: Any = _Interactive.instance(
            config=config, displayhook_class=_Hook, display_pub_class=_Publisher, ipython_dir=folder
        )
        parts = (self.interactive, self.interactive.displayhook, self.interactive.display_pub)
        for part in cast(tuple[Any, ...], parts):
            part.outputs = self.outputs

    def warm_up(self) -> None:
        """Load what IPython loads only when it is first needed, then start afresh."""
        for source in ("1", "1 / 0", "def"):
            self.run(source)
        self.interactive.reset(new_session=False)
        self.interactive.execution_count = 1

    @property
    def names(self) -> dict[str, Any]:
        """The notebook's names."""
        found: dict[str, Any] = self.interactive.user_ns
        return found

    def run(self, source: str) -> CellRun:
        """Run a cell; an error is one of its outputs."""
        outputs: list[Output] = []
        with self.capture(outputs):
            failed = not self.interactive.run_cell(source, store_history=True).success
        return CellRun(outputs, failed)

    @contextmanager
    def capture(self, outputs: list[Output]) -> Iterator[None]:
        """Collect what the block puts out."""
        before = sys.stdout, sys.stderr
        self.outputs.start()
        sys.stdout, sys.stderr = _Stream("stdout", self.outputs), _Stream("stderr", self.outputs)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before
            outputs += self.outputs.take()
