"""``grading feedback``."""

from pathlib import Path

import click

from grading.course import open_course
from grading.feedback import write_feedback


@click.command("feedback")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, help="Only this student; may be repeated.")
@click.option("--db", "db_url", help="Gradebook; the course's own when left out.")
@click.option("--with-hidden-tests", is_flag=True, help="Show the source of hidden tests too.")
@click.pass_obj
def feedback_command(
    course_dir: Path,
    assignment: str,
    students: tuple[str, ...],
    db_url: str | None,
    with_hidden_tests: bool,
) -> None:
    """Write the feedback pages of ASSIGNMENT, where nbgrader release_feedback finds them."""
    course = open_course(course_dir)
    done = failed = 0
    for written in write_feedback(
        course,
        assignment,
        db_url=db_url,
        students=students,
        with_hidden_tests=with_hidden_tests,
    ):
        if written.error:
            click.echo(f"{written.student}  NO FEEDBACK: {written.error}", err=True)
        failed += bool(written.error)
        done += not written.error
    click.echo(f"{assignment}: feedback for {done} in {course.feedback}")
    if failed:
        raise click.ClickException(f"no feedback for {failed}, see above")
