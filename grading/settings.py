"""The grader's settings: ``c.Grading`` in a course's ``nbgrader_config.py``."""

from nbgrader.preprocessors import Execute
from traitlets import Dict, Integer, List, Unicode
from traitlets.config import Config, Configurable

from grading.confine import Limits
from grading.course import Course
from grading.submission import Settings


class Grading(Configurable):
    """What the instructor may set, beside nbgrader's own settings."""

    withheld = Dict(
        value_trait=List(Unicode()),
        key_trait=Unicode(),
        help="Assignment → modules, or module:function, that its students must write themselves; "
        "with module:function@cell it is there from that locked cell on.",
    ).tag(config=True)
    one_interpreter = List(
        Unicode(),
        help="Assignments whose tests need the student's own objects: all cells, tests included, "
        "run together in the student's interpreter. Weaker: the student's code can read the hidden "
        "tests, and its process says how they went.",
    ).tag(config=True)
    memory = Integer(Limits().memory >> 20, min=1, help="MiB of memory of one submission.").tag(
        config=True
    )
    processes = Integer(
        Limits().processes, min=1, help="Processes and threads of one submission."
    ).tag(config=True)
    cpu_seconds = Integer(Limits().cpu_seconds, min=1, help="Processor time of each process.").tag(
        config=True
    )
    disk = Integer(Limits().disk >> 20, min=1, help="MiB in each place to write.").tag(config=True)
    output = Integer(Limits().output, min=1, help="Characters that one cell may put out.").tag(
        config=True
    )
    total_seconds = Integer(
        int(Settings().total_seconds),
        min=1,
        help="Wall time of one notebook; of a cell: Execute.timeout.",
    ).tag(config=True)


def read_settings(course: Course, assignment: str, *, no_sandbox: bool = False) -> Settings:
    """Read how an assignment is graded.

    Args:
        course: The course.
        assignment: Name of the assignment.
        no_sandbox: Run students' code with all rights of the grader.

    Returns:
        The settings; the time of a cell is nbgrader's ``Execute.timeout`` where that is set.

    Raises:
        TraitError: a setting is of the wrong type or out of range.
    """
    chosen = Grading(config=course.config)
    hidden = (course.source, course.release, course.submitted, course.autograded, course.feedback)
    return Settings(
        limits=Limits(
            memory=chosen.memory << 20,
            processes=chosen.processes,
            cpu_seconds=chosen.cpu_seconds,
            disk=chosen.disk << 20,
            output=chosen.output,
        ),
        cell_seconds=_cell_seconds(course.config, chosen.total_seconds),
        total_seconds=chosen.total_seconds,
        withheld=tuple(chosen.withheld.get(assignment, ())),
        hidden=tuple(map(str, hidden)),
        no_sandbox=no_sandbox,
        one_interpreter=assignment in chosen.one_interpreter,
    )


def _cell_seconds(config: Config, total_seconds: float) -> float:
    """Read nbgrader's setting, which may stand under the names of the classes that it is from."""
    if not any("timeout" in config.get(name, {}) for name in Execute.section_names()):
        return Settings().cell_seconds
    seconds = Execute(config=config).timeout
    return float(seconds) if seconds and seconds > 0 else total_seconds  # else it has no end
