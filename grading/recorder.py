"""The one writer to nbgrader's gradebook: a submission's scores and files, all or nothing."""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    IgnorePattern,
    InstantiateTests,
    SaveAutoGrades,
)
from nbgrader.utils import is_grade, is_solution
from sqlalchemy import JSON, Column, MetaData, String, Table, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from traitlets.config.loader import Config

from grading.errors import CourseError
from grading.gradebook import points_of
from grading.intake import Submission
from grading.result import Result

RUNS = Table(
    "grading_runs",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(512), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("graded", String(32), nullable=False),
    Column("about", JSON, nullable=False),
)
"""Beside nbgrader's own tables: what was graded (``digest``), when, and how each notebook went."""


class Score(NamedTuple):
    """A submission's points."""

    score: float
    max_score: float


class Recorder:
    """Writes the results of one assignment."""

    def __init__(
        self, gradebook: Gradebook, coursedir: CourseDirectory, config: Config, assignment: str
    ) -> None:
        """Prepare the gradebook.

        Args:
            gradebook: Open.
            coursedir: nbgrader's settings of the folders.
            config: The course's settings.
            assignment: Name of the assignment.
        """
        self.gradebook = gradebook
        self.coursedir = coursedir
        self.config = config
        self.nbgrader = Autograde(coursedir=coursedir, config=config)
        self.assignment = assignment
        RUNS.create(gradebook.engine, checkfirst=True)
        self.late = _late_penalties(config, coursedir.root)

    def check(self, notebooks: Mapping[str, bytes]) -> None:
        """Compare the instructor's notebooks with what the gradebook expects.

        Raises:
            CourseError: they differ, or the gradebook does not know the assignment.
        """
        hint = f"run: nbgrader generate_assignment {self.assignment} --force"
        try:
            known = self.gradebook.find_assignment(self.assignment).notebooks
        except MissingEntry:
            raise CourseError(
                f"the gradebook does not know the assignment {self.assignment}; {hint}"
            ) from None
        expected = {
            notebook.name: {cell.name: cell.max_score for cell in notebook.grade_cells}
            for notebook in known
        }
        found = {
            name: {
                cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
                for cell in nbformat.reads(content.decode(), as_version=4).cells
                if is_grade(cell)
            }
            for name, content in notebooks.items()
        }
        if found != expected:
            raise CourseError(f"{self.assignment} has changed since it was released; {hint}")

    def instantiated(self, name: str, notebook: bytes) -> bytes:
        """Put in the tests that nbgrader made from ``AUTOTEST`` lines when it released them.

        Args:
            name: Of the notebook.
            notebook: The instructor's, as it stands in the source folder.
        """
        marker = InstantiateTests(config=self.config).autotest_delimiter
        if marker.encode() not in notebook:
            return notebook
        entry = self.gradebook.find_notebook(name, self.assignment)
        made = {cell.name: cell.source for cell in entry.source_cells}
        content = nbformat.reads(notebook.decode(), as_version=4)
        for cell in content.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.cell_type == "code" and marker in cell.source:
                cell.source = made.get(grade_id, cell.source)
        return str(nbformat.writes(content)).encode()

    def digests(self) -> dict[str, str]:
        """Return what was graded of each student whose result is where it should be."""
        rows = select(RUNS.c.student, RUNS.c.digest).where(RUNS.c.assignment == self.assignment)
        with self.gradebook.engine.connect() as connection:
            found = {row.student: row.digest for row in connection.execute(rows)}
        return {name: digest for name, digest in found.items() if self._place(name).exists()}

    def record(self, submission: Submission, results: Mapping[str, Result], digest: str) -> Score:
        """Write one submission's result in one transaction, the files before its end.

        Args:
            submission: What was handed in.
            results: By name of the notebook.
            digest: What :meth:`digests` gives from now on.

        Returns:
            The points, after a penalty for being late.

        Raises:
            CourseError: it could not be written; nothing has changed in the gradebook.
        """
        try:
            with self.gradebook.engine.begin() as connection:
                # nbgrader's functions commit as they go; here only the outermost end counts.
                session = Session(connection, join_transaction_mode="rollback_only")
                before, self.gradebook.db = self.gradebook.db, session
                try:
                    score = self._record(submission, results)
                    row = {"assignment": self.assignment, "student": submission.student}
                    session.execute(RUNS.delete().filter_by(**row))
                    now = datetime.now(UTC).isoformat(timespec="seconds")
                    about = _about(submission, results)
                    session.execute(
                        RUNS.insert().values(**row, digest=digest, graded=now, about=about)
                    )
                    session.flush()
                    self._write_files(submission, results)
                finally:
                    self.gradebook.db = before
                    session.close()
        except (SQLAlchemyError, MissingEntry, OSError) as error:
            reason = str(error).splitlines()[0]
            raise CourseError(f"{submission.student} is not recorded: {reason}") from error
        return score

    def _record(self, submission: Submission, results: Mapping[str, Result]) -> Score:
        gradebook, student = self.gradebook, submission.student
        if self.nbgrader.create_student:
            gradebook.update_or_create_student(student)
        timestamp = {"timestamp": submission.timestamp} if submission.timestamp else {}
        entry = gradebook.update_or_create_submission(self.assignment, student, **timestamp)
        for name, result in results.items():
            self._save_scores(name, student, result)
            self._save_penalty(name, student, entry)
        gradebook.db.flush()
        gradebook.db.expire_all()
        entry = gradebook.find_submission(self.assignment, student)
        return Score(points_of(entry), entry.max_score)

    def _save_scores(self, name: str, student: str, result: Result) -> None:
        ignored = IgnorePattern(config=self.config)  # what may stand in a test's stderr
        saver = SaveAutoGrades(config=self.config)
        saver.gradebook = self.gradebook
        saver.notebook_id, saver.assignment_id, saver.student_id = name, self.assignment, student
        for index, cell in enumerate(nbformat.reads(result.notebook, as_version=4).cells):
            if is_solution(cell):  # so that nbgrader sees where nothing was written
                cell.metadata.nbgrader.checksum = self.gradebook.find_source_cell(
                    cell.metadata.nbgrader.grade_id, name, self.assignment
                ).checksum
            if ignored.enabled:
                ignored.preprocess_cell(cell, {}, index)
            saver.preprocess_cell(cell, {}, index)
        if result.reason:  # there was nothing to grade: somebody should see why
            notebook = self.gradebook.find_submission_notebook(name, self.assignment, student)
            for grade in notebook.grades:
                grade.needs_manual_grade = True

    def _save_penalty(self, name: str, student: str, entry: SubmittedAssignment) -> None:
        notebook = self.gradebook.find_submission_notebook(name, self.assignment, student)
        notebook.late_submission_penalty = None
        self.gradebook.db.flush()
        self.gradebook.db.refresh(notebook)
        if entry.total_seconds_late > 0:
            try:
                penalty = self.late.plugin_inst.late_submission_penalty(
                    student, notebook.score, entry.total_seconds_late
                )
            except Exception as error:
                # the plug-in is the course's own code
                what = f"late penalty of {student}: {type(error).__name__}: {error}"
                raise CourseError(what) from error
            if penalty is not None:
                notebook.late_submission_penalty = self.late._check_late_penalty(notebook, penalty)

    def _place(self, student: str) -> Path:
        directory = self.coursedir.autograded_directory
        return Path(self.coursedir.format_path(directory, student, self.assignment))

    def _write_files(self, submission: Submission, results: Mapping[str, Result]) -> None:
        """Put the graded notebooks in their place, replacing what is there as a whole."""
        place = self._place(submission.student)
        place.parent.mkdir(parents=True, exist_ok=True)
        for left in place.parent.glob(".grading-*"):  # by a grader that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=".grading-", dir=place.parent) as temporary:
            new, old = Path(temporary, "new"), Path(temporary, "old")
            new.mkdir()
            texts = {f"{name}.ipynb": result.notebook for name, result in results.items()}
            if submission.timestamp:
                texts["timestamp.txt"] = submission.timestamp
            for name, text in texts.items():
                (new / name).write_text(text, encoding="utf-8")
            new.chmod(0o755)
            if place.exists():
                place.rename(old)
            new.rename(place)
        self.nbgrader.set_permissions(self.assignment, submission.student)


def _late_penalties(config: Config, root: str) -> AssignLatePenalties:
    """Load the course's plug-in, which may lie in the course, as nbgrader puts that on the path."""
    sys.path.insert(0, root)
    try:
        late = AssignLatePenalties(config=config)
        late.init_plugin()
    finally:
        sys.path.remove(root)
    return late


def _about(submission: Submission, results: Mapping[str, Result]) -> dict[str, Any]:
    return {
        "flags": submission.flags,
        "notebooks": {
            name: {
                "cells": [cell._asdict() for cell in result.cells],
                "flags": result.flags,
                "reason": result.reason,
                "sandboxed": result.sandboxed,
                "interpreters": result.interpreters,
                "seconds": dict(result.seconds),
            }
            for name, result in results.items()
        },
    }
