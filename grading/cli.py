"""The command line."""

import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from traitlets import TraitError

from grading.batch import open_client
from grading.course import find_exercises, open_course
from grading.errors import CourseError
from grading.export_command import export_command
from grading.feedback_command import feedback_command
from grading.grade_command import grade_command
from grading.release import release
from grading.report_command import report_command
from grading.results import read_results, results_table
from grading.sample_class import (
    STUDENTS,
    grade,
    hand_back,
    hand_in,
    open_sample_class,
)
from grading.sandbox_setup import sandbox_or_reason
from grading.strength import measure, show


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (CourseError, TraitError) as error:  # the latter of a setting that cannot be
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.option(
    "--course-dir",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder with nbgrader_config.py; this folder when left out.",
)
@click.pass_context
def main(ctx: click.Context, course_dir: Path) -> None:
    """Release exercises, prove their tests, and grade, on top of nbgrader."""
    ctx.obj = course_dir


@main.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def exercises(course_dir: Path, names: tuple[str, ...]) -> None:
    """Generate the students' version of the exercises NAMES, or of all."""
    course = open_course(course_dir)
    for exercise in find_exercises(course, names):
        release(course, exercise)
        click.echo(f"{exercise.name}  {course.release / exercise.name}")


@main.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def strength(course_dir: Path, names: tuple[str, ...]) -> None:
    """Show which wrong answers the tests of NAMES catch; fail if they cannot be trusted."""
    course = open_course(course_dir)
    console = Console()
    faults = []
    for exercise in find_exercises(course, names):
        matrix = measure(course, exercise)
        show(matrix, console)
        faults += [f"{exercise.name}: {fault}" for fault in matrix.faults()]
    if faults:
        raise CourseError("\n".join(faults))


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the class is made; _build/sample-class when left out.",
)
@click.option(
    "--depends",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="A file or folder that the exercises need; when it changes, all is graded again.",
)
@click.pass_obj
def sample_class(
    course_dir: Path, names: tuple[str, ...], folder: Path | None, depends: tuple[Path, ...]
) -> None:
    """Make a class that does not exist, and grade it in the exercises NAMES, or in all."""
    course = open_course(course_dir)
    folder = folder or course.root / "_build" / "sample-class"
    chosen = find_exercises(course, names)
    class_course = open_sample_class(course, chosen, folder, depends)
    console = Console()
    for exercise in chosen:
        hand_in(class_course, exercise)
    if reason := sandbox_or_reason():
        console.print(f"The sample class is graded without a sandbox. {reason}", soft_wrap=True)
    with ExitStack() as stack:
        client = cache(lambda: stack.enter_context(open_client(None, os.cpu_count() or 1)))
        for exercise in chosen:
            graded = grade(client, class_course, exercise, no_sandbox=bool(reason))
            for _ in track(graded, exercise.name, total=len(STUDENTS), console=console):
                pass
            hand_back(class_course, exercise)
            console.print(results_table(exercise, read_results(class_course, exercise)))
    console.print(f"gradebook   {class_course.db_url.removeprefix('sqlite:///')}", soft_wrap=True)
    console.print(f"feedback    {class_course.feedback}", soft_wrap=True)


main.add_command(grade_command)
main.add_command(export_command)
main.add_command(report_command)
main.add_command(feedback_command)
