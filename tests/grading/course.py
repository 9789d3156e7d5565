"""A course folder with the small assignment, and a class that hands it in."""

from pathlib import Path

from nbgrader.api import Gradebook

from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.run import Event, grade_batch, open_batch
from grading.submission import Settings
from tests.grading.mini import ASSIGNMENT, PAIR, SETTINGS, mini

NAME = "mini"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "small"
c.LateSubmissionPlugin.penalty_method = "zero"
"""
WRONG = "def double(x):\n    return 3 * x\n"


def small_course(root: Path, config: str = "") -> Course:
    """Make a course whose one assignment is released."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    folder = root / "source" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_bytes(ASSIGNMENT.notebook)
    for name, content in ASSIGNMENT.files.items():
        (folder / name).write_bytes(content)
    course = open_course(root)
    api = nbgrader_api(course)
    with nbgrader_running():
        run_nbgrader(api.generate_assignment(NAME), "generate")
    return course


def submit(course: Course, student: str, notebook: bytes | None = None) -> Path:
    """Hand in; return the folder of the submission."""
    folder = course.submitted / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.ipynb").write_bytes(mini() if notebook is None else notebook)
    return folder


def hand_in_class(course: Course, count: int) -> dict[str, float]:
    """Hand in right, wrong and empty notebooks in turn; return the expected scores."""
    kinds = [(mini(), 5.0), (mini(WRONG), 3.0), (mini(pair=PAIR + "1 / 0"), 5.0), (b"", 0.0)]
    expected = {}
    for index in range(count):
        content, score = kinds[index % len(kinds)]
        student = f"student{index:04}"
        submit(course, student, content)
        expected[student] = score
    return expected


def grade_all(
    course: Course,
    settings: Settings = SETTINGS,
    scheduler: str | None = None,
    *,
    db_url: str | None = None,
    students: tuple[str, ...] = (),
    force: bool = False,
) -> dict[str, Event]:
    """Grade what is new; return what was said of each student."""
    batch_of = open_batch(course, NAME, settings, db_url=db_url, students=students, force=force)
    with batch_of as batch:
        events = list(grade_batch(batch, scheduler, jobs=2))
    found = {event.student: event for event in events}
    assert len(found) == len(events)
    return found


def scores_in(course: Course, db_url: str | None = None) -> dict[str, float]:
    """What nbgrader says each student has."""
    with nbgrader_running(), Gradebook(db_url or course.db_url) as gradebook:
        return {one.student.id: one.score for one in gradebook.assignment_submissions(NAME)}
