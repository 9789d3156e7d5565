"""``grading report``: the page, and the short of it on the terminal."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grading.course import open_course
from grading.files import write_whole
from grading.harmless import one_line
from grading.report import Report, read_report

_MOST_LINES = 8


@click.command("report")
@click.argument("assignment")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page; report-ASSIGNMENT.html in the course folder when left out.",
)
@click.option("--db", "db_url", help="Gradebook; the course's own when left out.")
@click.pass_obj
def report_command(
    course_dir: Path, assignment: str, output: Path | None, db_url: str | None
) -> None:
    """Show how the class did in ASSIGNMENT, and write a page about it."""
    from grading.report_page import make_page  # Matplotlib takes a second that others need not wait

    course = open_course(course_dir)
    report = read_report(course, assignment, db_url)
    page = make_page(report, str(course.config.CourseDirectory.get("course_id", "")))
    place = output or course.root / f"report-{assignment}.html"
    write_whole(place, page)
    console = Console(highlight=False)
    show(report, console)
    console.print(Text(f"page  {place}"), soft_wrap=True)


def show(report: Report, console: Console) -> None:
    """Print the short of a report."""
    console.print(Text(report.assignment, style="bold"))
    console.print(
        f"{len(report.scores)} graded of {report.students} students; "
        f"median {report.median:g}, mean {report.mean:.2f} of {report.max_score:g} points; "
        f"{report.perfect} with all points"
    )
    if report.waiting:
        console.print(f"{len(report.waiting)} handed in and not graded")
    if report.by_hand:
        console.print(f"{report.by_hand} wait for points from a person")
    console.print(_scores(report))
    console.print(_tests(report))
    said = [(f"{one.students}", one.text) for one in report.answered.mistakes]
    _list(console, "what went wrong most often", said)
    _list(console, "to look at", [(one.student, "; ".join(one.reasons)) for one in report.suspects])
    same = [(f"{one.lines} lines", ", ".join(one.students)) for one in report.answered.alike]
    _list(console, "identical answers", same)
    if report.timing:
        parts = "; ".join(
            f"{part} {seconds:.1f} s" for part, seconds in report.timing.parts.items()
        )
        console.print(
            f"a submission took {report.timing.median:.2f} s (median), "
            f"the slowest {report.timing.slowest:.2f} s; {parts}"
        )
        console.print("; ".join(f"{count} {way}" for way, count in report.ways.items()))


def _scores(report: Report) -> Table:
    table = Table("points", "submissions", "", box=None)
    most = max(count for _, _, count in report.bins)
    for low, high, count in report.bins:
        table.add_row(f"{low:g} to {high:g}", str(count), "█" * round(30 * count / most))
    return table


def _tests(report: Report) -> Table:
    table = Table("test", "points", "all points", box=None)
    for test in report.tests:
        share = f"{test.full} of {test.of} ({test.full / test.of:.0%})"
        table.add_row(Text(test.name), f"{test.points:g}", share)
    return table


def _list(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    """Print a few rows of text that may be a student's: nothing in it is markup."""
    if not rows:
        return
    console.print(Text(f"{title}:", style="bold"))
    for first, second in rows[:_MOST_LINES]:
        console.print(Text(f"  {one_line(first)}  {one_line(second)}"))
    if len(rows) > _MOST_LINES:
        console.print(f"  and {len(rows) - _MOST_LINES} more, see the page")
