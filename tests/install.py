"""Install the programs that the tests need and pip does not bring: ``python -m tests.install``.

Does nothing for what is there. On a Debian-like system it takes the distribution's packages, as
root or through a sudo that asks for nothing; elsewhere Chromium comes as Playwright's own build.
"""

import subprocess
import sys

from playwright.sync_api import sync_playwright

from grading.sandbox import SandboxError
from grading.sandbox_setup import apt, set_up_sandbox
from tests.browser.chromium import find
from tests.grading.postgresql import programs


def chromium_installed() -> bool:
    """Whether there is a browser."""
    with sync_playwright() as playwright:
        return find(playwright) is not None


def postgresql_installed() -> bool:
    """Whether there is the database server that large classes use."""
    return programs() is not None


def run_all(name: str, commands: list[list[str]]) -> None:
    """Run commands; exit with a message when one fails."""
    for command in commands:
        sys.stdout.write(f"Installing {name}: {' '.join(command)}\n")
        sys.stdout.flush()
        if subprocess.run(command).returncode != 0:
            sys.exit(f"{name} is not installed: this failed: {' '.join(command)}")


def main() -> None:
    """Install what is missing."""
    if not chromium_installed():
        playwright = [[sys.executable, "-m", "playwright", "install", "chromium"]]
        run_all("Chromium", apt("chromium") or playwright)
        if not chromium_installed():
            sys.exit("Chromium was installed but is not found; is its folder on PATH?")
    try:
        set_up_sandbox()
    except SandboxError as error:
        sys.exit(f"the tests of grading need a sandbox: {error}")
    if not postgresql_installed():
        run_all("PostgreSQL", apt("postgresql"))
        if not postgresql_installed():
            sys.exit("PostgreSQL is not installed: the tests of a gradebook in it need initdb")


if __name__ == "__main__":
    main()
