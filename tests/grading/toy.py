"""A course with one small exercise, to be written into an empty folder."""

from pathlib import Path

from grading.course import Course, Exercise, find_exercises, open_course

CELL = """```{{code-cell}} ipython3
---
nbgrader:
  grade: {grade}
  grade_id: {name}
  locked: {locked}
{points}  schema_version: 3
  solution: {solution}
  task: false
---
{source}
```
"""

ANSWERS = '''"""Answers to the toy exercise."""

from grading.answers import change, right, wrong


@right("double")
def by_product(x):
    return 2 * x


@wrong("double", misconception="x is squared", hint="Add.", section="page#label")
def square(x):
    return x * x


no_sum = change(
    "double", {"x + x": "x"}, misconception="x is left alone", hint="Add.", section="p#l"
)
'''


def cell(name: str, source: str, *, points: int = 0, solution: bool = False) -> str:
    """Write one code cell with nbgrader's metadata."""
    return CELL.format(
        grade=str(bool(points)).lower(),
        name=name,
        locked=str(not solution).lower(),
        points=f"  points: {points}\n" if points else "",
        solution=str(solution).lower(),
        source=source,
    )


SOLUTION = cell(
    "double",
    "def double(x):\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION",
    solution=True,
)
TEST = cell(
    "test-double",
    "assert double(3) == 6, 'three'\n"
    "### BEGIN HIDDEN TESTS\nassert double(4) == 8\n### END HIDDEN TESTS",
    points=2,
)
TEXT = f"""---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Toy

{SOLUTION}
{TEST}
"""


def toy_course(root: Path, text: str = TEXT, answers: str = ANSWERS) -> tuple[Course, Exercise]:
    """Write a course folder whose one exercise is called ``toy``."""
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.ignore = ['*.md', 'wrong_answers.py', '__pycache__']\n"
    )
    folder = root / "source" / "toy"
    folder.mkdir(parents=True)
    (folder / "double.md").write_text(text)
    (folder / "wrong_answers.py").write_text(answers)
    course = open_course(root)
    (exercise,) = find_exercises(course)
    return course, exercise
