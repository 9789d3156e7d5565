"""The two tools beside these tests, and what is said when there is no browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

HERE = Path(__file__).parent


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def test_install_does_nothing_where_there_is_a_browser() -> None:
    done = run("-m", "tests.install")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_install_says_what_failed(tmp_path: Path) -> None:
    done = run(
        "-m",
        "tests.install",
        PATH=str(tmp_path),  # neither a browser nor apt-get
        PLAYWRIGHT_BROWSERS_PATH=str(tmp_path / "none"),
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:9",  # nobody listens there
    )
    assert done.returncode != 0
    assert "Chromium is not installed: this failed" in done.stderr


def test_a_missing_browser_is_an_error_that_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chromium, "find", lambda _: None)
    with pytest.raises(FileNotFoundError, match=r"python -m tests\.install"):
        chromium.launch(None)  # type: ignore[arg-type]  # not reached: nothing was found


def test_pictures_of_a_page_are_taken_four_ways(built_book: Path, tmp_path: Path) -> None:
    done = run(str(HERE / "screenshots.py"), str(tmp_path), "references", "--html", str(built_book))
    assert done.returncode == 0, done.stderr
    assert {picture.stem for picture in tmp_path.glob("*.png")} == {
        f"references-{size}-{scheme}" for size in ("wide", "phone") for scheme in ("light", "dark")
    }


def test_pictures_of_an_unknown_page_are_refused(built_book: Path, tmp_path: Path) -> None:
    done = run(str(HERE / "screenshots.py"), str(tmp_path), "nowhere", "--html", str(built_book))
    assert done.returncode == 1
    assert "no built page" in done.stderr
