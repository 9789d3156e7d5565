"""Finding and starting a headless Chromium."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # root in a container has none to use; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1400, "height": 900}


def find(playwright: Playwright) -> str | None:
    """Return the path of an installed Chromium: the system's, or else Playwright's own."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Start the browser with a fresh profile.

    Raises:
        FileNotFoundError: there is none; the message says how to get one.
    """
    program = find(playwright)
    if program is None:
        raise FileNotFoundError(
            f"Chromium: none of {', '.join(NAMES)} on PATH and none of Playwright's; "
            "install one with: python -m tests.install"
        )
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))
