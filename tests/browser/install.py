"""Install the Chromium that the browser tests need: ``python tests/browser/install.py``.

Does nothing when there is one. As root on a Debian-like system it takes the distribution's
package, elsewhere Playwright's own build.
"""

import os
import shutil
import subprocess
import sys

from chromium import find  # its folder is on the path because this file is run as a script
from playwright.sync_api import sync_playwright


def commands() -> list[list[str]]:
    """Return the commands that install a Chromium on this system."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        return [["apt-get", "update"], install]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def installed() -> str | None:
    """Return the path of a Chromium, if there is one."""
    with sync_playwright() as playwright:
        return find(playwright)


def main() -> None:
    """Install a Chromium unless there is one; exit with a message when that fails."""
    if installed():
        return
    for command in commands():
        sys.stdout.write(f"Installing Chromium: {' '.join(command)}\n")
        sys.stdout.flush()
        if subprocess.run(command).returncode != 0:
            sys.exit(f"Chromium is not installed: this failed: {' '.join(command)}")
    if not installed():
        sys.exit("Chromium was installed but is not found; is its folder on PATH?")


if __name__ == "__main__":
    main()
