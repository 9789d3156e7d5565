"""``python -m benchmarks.grading``: the grader against plain ``nbgrader autograde``, in one run.

What one more submission costs is the difference between a large and a small class, so that what
it takes to start cancels. Sandbox and referee are on.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, select

from grading.answers import load_answers, model_answer, with_answers
from grading.course import (
    Course,
    Exercise,
    find_exercises,
    nbgrader_api,
    nbgrader_running,
    open_course,
    run_nbgrader,
)
from grading.recorder import RUNS
from grading.release import prepare
from grading.run import grade_batch, open_batch
from grading.settings import read_settings
from grading.source import read_notebook, read_source, write_notebook
from grading.tasks import find_tasks

ROOT = Path(__file__).parents[1]


def make_class(course: Course, exercise: Exercise, root: Path, size: int) -> Course:
    """Make a course folder with one exercise, handed in by a class of right and wrong answers."""
    root.mkdir(parents=True)
    lines = (
        "c = get_config()",
        f"load_subconfig('nbgrader_config.py', path={str(course.root)!r})",
        f"c.CourseDirectory.source_directory = {str(course.source)!r}",
    )
    (root / "nbgrader_config.py").write_text("\n".join(lines), encoding="utf-8")
    class_course = open_course(root)
    api = nbgrader_api(class_course)
    with nbgrader_running():
        run_nbgrader(api.generate_assignment(exercise.name), "generate")
    notebook = read_source(exercise.text)
    models = [model_answer(notebook, task.function) for task in find_tasks(notebook)]
    wrong = [one for one in load_answers(exercise.answers, notebook) if not one.is_right]
    released = class_course.release / exercise.name
    for index, mistake in enumerate(islice(cycle([None, *wrong]), size)):
        folder = class_course.submitted / f"student{index:05}" / exercise.name
        shutil.copytree(released, folder)
        chosen = [mistake if mistake and m.function == mistake.function else m for m in models]
        path = folder / exercise.notebook.name
        write_notebook(with_answers(read_notebook(path), *chosen), path)
    return class_course


def grade_here(course: Course, name: str) -> None:
    """Grade a class with the grader."""
    with open_batch(course, name, read_settings(course, name)) as batch:
        errors = [e.error for e in grade_batch(batch, None, os.cpu_count() or 1) if e.error]
    if errors:
        raise click.ClickException(errors[0])


def grade_plain(course: Course, name: str) -> None:
    """Grade a class with nbgrader alone."""
    api = nbgrader_api(course)
    with nbgrader_running():
        for folder in sorted(course.submitted.iterdir()):
            run_nbgrader(api.autograde(name, folder.name), f"grade {folder.name}")


def seconds_of(
    grade: Callable[[Course, str], None], course: Course, exercise: Exercise, size: int
) -> tuple[float, dict[str, float]]:
    """Time a class; also return the medians of where the grader says its time went."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = make_class(course, exercise, Path(folder, "course"), size)
        before = time.perf_counter()
        grade(made, exercise.name)
        return time.perf_counter() - before, _parts(made)


def _parts(course: Course) -> dict[str, float]:
    engine = create_engine(course.db_url)
    try:
        RUNS.create(engine, checkfirst=True)
        with engine.connect() as connection:
            runs = [row.about["notebooks"] for row in connection.execute(select(RUNS))]
    finally:
        engine.dispose()
    seconds = [notebook["seconds"] for run in runs for notebook in run.values()]
    if not seconds:
        return {}
    return {part: statistics.median(one[part] for one in seconds) for part in seconds[0]}


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """Watch this process and all below it; the list gets their MiB of memory, again and again."""
    found: list[float] = []
    stop = Event()

    def watch() -> None:
        while not stop.wait(0.5):
            found.append(sum(map(_private, _family())) / 2**20)

    thread = Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def _family() -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _private(pid: int) -> int:
    """Bytes that belong to a process, with its share of what it shares."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) << 10 for line in text.splitlines() if line[:4] == "Pss:")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--few", default=20, show_default=True, help="Size of the small class.")
@click.option("--many", default=120, show_default=True, help="Size of the large class.")
@click.option("--plain-few", default=4, show_default=True, help="The same for plain nbgrader,")
@click.option("--plain-many", default=24, show_default=True, help="which takes its time.")
@click.option("--pile", default=1000, show_default=True, help="Size of the largest class; 0: none.")
def main(
    names: tuple[str, ...], few: int, many: int, plain_few: int, plain_many: int, pile: int
) -> None:
    """Measure what one more submission of the exercises NAMES costs."""
    course = open_course(ROOT)
    console = Console()
    exercises = find_exercises(course, names or ("03-backward", "09-pytorch"))
    for exercise in exercises:
        prepare(exercise)
    table = Table(title="seconds for one more submission", title_justify="left")
    for column in ("exercise", "nbgrader", "grader", "ratio", "start", "run"):
        table.add_column(column, justify="left" if column == "exercise" else "right")
    for exercise in exercises:
        plain = _marginal(grade_plain, course, exercise, plain_few, plain_many)[0]
        ours, parts = _marginal(grade_here, course, exercise, few, many)
        table.add_row(
            exercise.name,
            f"{plain:.3f}",
            f"{ours:.3f}",
            f"{plain / ours:.1f}",
            f"{parts['start']:.3f}",
            f"{parts['run']:.3f}",
        )
    console.print(table)
    console.print("start and run: of one submission on its worker, medians", highlight=False)
    if pile:
        _pile(course, exercises[0], pile, console)


def _marginal(
    grade: Callable[[Course, str], None], course: Course, exercise: Exercise, few: int, many: int
) -> tuple[float, dict[str, float]]:
    small, _ = seconds_of(grade, course, exercise, few)
    large, parts = seconds_of(grade, course, exercise, many)
    return (large - small) / (many - few), parts


def _pile(course: Course, exercise: Exercise, size: int, console: Console) -> None:
    """Grade a very large class; look at memory, at what is left over, and at the rate."""
    temporary = Path(tempfile.gettempdir())
    before, files = _family(), set(temporary.iterdir())
    forty, _ = seconds_of(grade_here, course, exercise, 40)
    with peak_memory() as memory:
        seconds, _ = seconds_of(grade_here, course, exercise, size)
    half = len(memory) // 2
    rows = {
        "submissions": f"{size}",
        "seconds each": f"{seconds / size:.3f}",
        "seconds each, 40 submissions": f"{forty / 40:.3f}",
        "MiB, most in the first half": f"{max(memory[:half]):.0f}",
        "MiB, most in the second half": f"{max(memory[half:]):.0f}",
        "processes left over": f"{len(_family() - before)}",
        "files left over": f"{len(set(temporary.iterdir()) - files)}",
    }
    for name, value in rows.items():
        console.print(f"{name:30} {value}", highlight=False)


if __name__ == "__main__":
    main()
