"""Hostile submissions, and what each has to get."""

from pathlib import Path

CODE = Path(__file__).with_name("attacks")
"""Attacks that are code, one to a file; the comments at its head say what is to come of it."""
ATTACKS = sorted(CODE.glob("*.py"))


def read(path: Path) -> tuple[dict[str, str], list[str]]:
    """The comments at the head of an attack, and its one or two cells."""
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("# ") and ": " in line]
    head = {key: value for line in lines for key, _, value in [line[2:].partition(": ")]}
    return head, text.split("# --- pair\n")
