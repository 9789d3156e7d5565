"""What there is to know about a class's results in one assignment."""

import statistics
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SubmittedAssignment,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import case, func

from grading.answered import Answered, read_answered
from grading.course import Course, nbgrader_api
from grading.errors import CourseError
from grading.gradebook import open_gradebook, points_of
from grading.intake import find_submissions
from grading.recorded import Timing, read_runs, reasons, timing, ways


class PassRate(NamedTuple):
    """How a class did in one test."""

    name: str
    notebook: str
    points: float
    """Most points."""
    full: int
    """How many submissions have them all."""
    of: int
    """How many have this test."""


class Suspect(NamedTuple):
    """A submission that somebody should look at."""

    student: str
    score: float
    reasons: list[str]


class Report(NamedTuple):
    """A class's results."""

    assignment: str
    max_score: float
    scores: dict[str, float]
    """Student → points after penalties."""
    students: int
    """How many the gradebook knows."""
    waiting: list[str]
    """Who handed in and has no result."""
    by_hand: int
    """How many submissions wait for points from a person."""
    tests: list[PassRate]
    """In order of the notebooks and of the tests' names."""
    answered: Answered
    """What is in the notebooks."""
    suspects: list[Suspect]
    timing: Timing | None
    """None where plain nbgrader graded."""
    ways: dict[str, int]
    """How students' code was run, and how many notebooks so."""

    @property
    def median(self) -> float:
        """Points of the submission in the middle."""
        return statistics.median(self.scores.values())

    @property
    def mean(self) -> float:
        """Points on average."""
        return statistics.mean(self.scores.values())

    @property
    def perfect(self) -> int:
        """How many have all points."""
        return sum(score >= self.max_score for score in self.scores.values())

    @property
    def notebooks(self) -> int:
        """How many notebooks have tests."""
        return len({test.notebook for test in self.tests})

    @property
    def bins(self) -> list[tuple[float, float, int]]:
        """Ten equal ranges of points: from, up to, and how many submissions are there.

        A score on a border counts above it, the best in the last range.
        """
        top = max([self.max_score, *self.scores.values()]) or 1.0
        counts, edges = np.histogram(list(self.scores.values()), bins=10, range=(0.0, top))
        pairs = pairwise(edges.round(6).tolist())
        return [(low, high, int(n)) for (low, high), n in zip(pairs, counts, strict=True)]


def read_report(course: Course, assignment: str, db_url: str | None = None) -> Report:
    """Collect what there is to know.

    Args:
        course: The course.
        assignment: Name of the assignment.
        db_url: Another gradebook than the course's.

    Raises:
        CourseError: the assignment is not known, or nobody has a result.
    """
    coursedir = nbgrader_api(course).coursedir
    with open_gradebook(course, db_url) as gradebook:
        known = _find(gradebook, assignment)
        entries = gradebook.assignment_submissions(assignment)
        waiting = _waiting(coursedir, assignment, entries)
        names = [notebook.name for notebook in known.notebooks]
        scores = {one.student_id: points_of(one) for one in entries}
        runs = read_runs(gradebook, assignment)
        return Report(
            assignment=assignment,
            max_score=known.max_score,
            scores=scores,
            students=len(gradebook.students),
            waiting=waiting,
            by_hand=sum(bool(one.needs_manual_grade) for one in entries),
            tests=_tests(gradebook, assignment),
            answered=read_answered(coursedir, assignment, names, sorted(scores)),
            suspects=[
                Suspect(student, scores[student], found)
                for student, about in sorted(runs.items())
                if student in scores and (found := reasons(about))
            ],
            timing=timing(runs),
            ways=ways(runs),
        )


def _find(gradebook: Gradebook, assignment: str) -> Assignment:
    try:
        return gradebook.find_assignment(assignment)
    except MissingEntry:
        there = ", ".join(one.name for one in gradebook.assignments) or "none"
        raise CourseError(f"{assignment}: no such assignment; there are {there}") from None


def _waiting(
    coursedir: CourseDirectory, assignment: str, entries: list[SubmittedAssignment]
) -> list[str]:
    handed_in = {found.student for found in find_submissions(coursedir, assignment)}
    if not entries:
        found = f"{len(handed_in)} handed in and not graded; run: grading grade {assignment}"
        raise CourseError(f"{assignment}: {found if handed_in else 'nobody has handed in'}")
    return sorted(handed_in - {one.student_id for one in entries})


def _tests(gradebook: Gradebook, assignment: str) -> list[PassRate]:
    """Two queries: a class has many grades."""
    answers = (
        gradebook.db.query(Notebook.name, SolutionCell.name)
        .join(Notebook, Notebook.id == SolutionCell.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .filter(Assignment.name == assignment)
    )
    by_hand = set(map(tuple, answers))  # graded answers, which are no tests
    full = func.sum(case((Grade.score >= GradeCell.max_score, 1), else_=0))
    rows = (
        gradebook.db.query(Notebook.name, GradeCell.name, GradeCell.max_score, full, func.count())
        .select_from(Grade)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .join(Notebook, Notebook.id == GradeCell.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .filter(Assignment.name == assignment, GradeCell.cell_type == "code")
        .group_by(Notebook.name, GradeCell.name, GradeCell.max_score)
    )
    return [
        PassRate(name, notebook, points, full, of)
        for notebook, name, points, full, of in rows
        if (notebook, name) not in by_hand
    ]
