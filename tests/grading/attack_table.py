"""Print the attacks: what each tries, the score it has to get, and what it got."""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.grading.attack_class import HONEST, grade_class


def main() -> int:
    """Grade the class of attackers; fail if anything is not as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        verdict = grade_class(Path(folder))
    table = Table("attack", "what it tries", "score", "got", "seconds")
    for row in verdict.rows:
        got = "nothing" if row.recorded is None else f"{row.recorded:g}"
        name, about = escape(row.attack.name), escape(row.attack.about)
        seconds = f"{row.event.seconds:.1f}" if row.event else ""
        style = "" if row.right else "bold red"
        table.add_row(name, about, f"{row.attack.score:g}", got, seconds, style=style)
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    right = sum(row.right for row in verdict.rows)
    harmed, left = len(set(verdict.harmed)), len(verdict.left)
    console.print(f"right scores: {right} of {len(verdict.rows)}")
    console.print(f"others unharmed: {len(HONEST) - harmed} of {len(HONEST)}")
    console.print(f"batch finished: {'yes' if verdict.finished else 'NO'}")
    console.print(f"left behind: {left} files and processes, {verdict.seconds:.0f} s")
    for path in verdict.left:
        console.print(escape(path))
    well = right == len(verdict.rows) and not harmed and verdict.finished and not left
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
