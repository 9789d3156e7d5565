"""The exercises of this course, for the tests."""

from pathlib import Path

from grading.course import Exercise, find_exercises, open_course

ROOT = Path(__file__).parents[2]
COURSE = open_course(ROOT)
EXERCISES = find_exercises(COURSE)


def name(exercise: Exercise) -> str:
    """Say which exercise a parametrized test runs on."""
    return exercise.name
