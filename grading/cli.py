"""The command line."""

from pathlib import Path

import click
from rich.console import Console

from grading.course import find_exercises, open_course
from grading.errors import CourseError
from grading.release import release
from grading.strength import measure, show


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CourseError as error:
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
