"""The progress bar: seen on a terminal, silent elsewhere, asked for when missing."""

import os
import pty
import subprocess
import sys
import termios

import pytest

from rnncore.progress import progress_bar

SHOW = "from rnncore.progress import progress_bar; print(list(progress_bar(range(3))))"


def test_it_is_silent_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(progress_bar(range(3))) == [0, 1, 2]
    assert capfd.readouterr().err == ""


def test_it_shows_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    subprocess.run([sys.executable, "-c", SHOW], stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "0/3" in shown
    assert "[0, 1, 2]" in shown


def test_without_tqdm_it_says_what_to_install() -> None:
    code = f"import sys; sys.modules['tqdm'] = None; {SHOW}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "rnncore.progress: expected tqdm to be installed, got none" in last
    assert "pip install tqdm" in last
