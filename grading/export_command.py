"""``grading export``."""

from pathlib import Path

import click

from grading.course import open_course
from grading.export import FORMS
from grading.gradebook import open_gradebook


@click.command("export")
@click.argument("assignments", nargs=-1)
@click.option(
    "--to",
    "form",
    type=click.Choice(list(FORMS)),
    default="csv",
    show_default=True,
    help="What is going to read the file.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; grades.csv or grades-FORM.csv in the course folder when left out.",
)
@click.option("--db", "db_url", help="Gradebook; the course's own when left out.")
@click.pass_obj
def export_command(
    course_dir: Path,
    assignments: tuple[str, ...],
    form: str,
    output: Path | None,
    db_url: str | None,
) -> None:
    """Write the grades of ASSIGNMENTS, or of all, to a file that others import."""
    course = open_course(course_dir)
    exporter_class = FORMS[form]
    place = output or course.root / exporter_class.file
    exporter = exporter_class(config=course.config, to=str(place), assignment=list(assignments))
    with open_gradebook(course, db_url) as gradebook:
        notes = exporter.write(gradebook)
    click.echo(place)
    for note in notes:
        click.echo(note, err=True)
