"""``grading grade``: what it shows while it works."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grading.course import open_course
from grading.run import Batch, Event, grade_batch, open_batch
from grading.settings import read_settings
from grading.warm import UNSAFE

WEAKER = (
    "ONE INTERPRETER, as the course asks for this assignment: the tests run in the student's "
    "process, which can read the hidden ones and says itself how they went."
)


class _Rate(ProgressColumn):
    """Submissions a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="progress.data.speed")


@click.command("grade")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, help="Only this student; may be repeated.")
@click.option("--force", is_flag=True, help="Grade again what has its result already.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count(),
    show_default=True,
    help="How many submissions at a time on this machine.",
)
@click.option("--scheduler", help="Address of a running Dask scheduler, such as tcp://host:8786.")
@click.option("--db", "db_url", help="Gradebook; the course's own when left out.")
@click.option("--no-sandbox", is_flag=True, help="Run students' code with all your rights.")
@click.pass_obj
def grade_command(
    course_dir: Path,
    assignment: str,
    students: tuple[str, ...],
    force: bool,
    jobs: int,
    scheduler: str | None,
    db_url: str | None,
    no_sandbox: bool,
) -> None:
    """Grade what is new of ASSIGNMENT.

    What is graded stays graded when this is interrupted, and is not done again the next time.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    course = open_course(course_dir)
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    if no_sandbox:
        errors.print(f"[bold red]{UNSAFE}")
    settings = read_settings(course, assignment, no_sandbox=no_sandbox)
    if settings.one_interpreter:
        errors.print(f"[bold yellow]{WEAKER}")
    batch_of = open_batch(
        course, assignment, settings, db_url=db_url, students=students, force=force
    )
    done = failed = 0
    with batch_of as batch:
        console.print(f"{assignment}: {len(batch.waiting)} to grade, {batch.graded} graded before")
        try:
            with _shown(batch, console) as show:
                for event in grade_batch(batch, scheduler, jobs):
                    done += not event.error
                    failed += bool(event.error)
                    show(event)
        except KeyboardInterrupt:
            errors.print(f"interrupted: {done} graded and kept; run it again for the others")
            raise SystemExit(130) from None
    if failed:
        raise click.ClickException(f"{failed} not graded, see above; run it again to try them")


@contextmanager
def _shown(batch: Batch, console: Console) -> Iterator[Callable[[Event], None]]:
    """Show a bar on a terminal and what needs a look above it; elsewhere a line for everybody."""
    if not console.is_terminal:
        yield lambda event: console.print(_line(event), markup=False, highlight=False)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(batch.assignment, total=len(batch.waiting))

        def show(event: Event) -> None:
            progress.advance(bar)
            if event.flags or event.error:
                console.print(_line(event), markup=False, highlight=False)

        yield show


def _line(event: Event) -> str:
    if event.score is None:
        return f"{event.student}  NOT GRADED: {event.error}"
    line = f"{event.student}  {event.score.score:g}/{event.score.max_score:g}"
    return "; ".join((f"{line}  {event.seconds:.1f} s", *event.flags))
