"""The hints that travel with a release: what each wrong answer's results look like.

A test that fails may raise an error with two attributes: ``test``, its name, and ``prints``,
fingerprint numbers of each wrong quantity. What they mean is the test's own business; here they
are only collected, and the test finds them again in ``hints.json``.
"""

import json
import math
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from grading.answers import Answer, load_answers, with_answers
from grading.course import Exercise
from grading.execution import run_tests


def write_hints(exercise: Exercise, notebook: NotebookNode) -> None:
    """Run every wrong answer and write what its failures look like to ``hints.json``.

    Raises:
        CourseError: the answers cannot be used.
    """
    wrong = [answer for answer in load_answers(exercise.answers, notebook) if not answer.is_right]
    results: dict[str, dict[str, dict[str, list[float]]]] = {}
    for answer in wrong:
        for test, prints in _prints(exercise, notebook, answer).items():
            results.setdefault(test, {})[answer.name] = prints
    named = {name for by_answer in results.values() for name in by_answer}
    content = {
        "answers": {answer.name: _words(answer) for answer in wrong if answer.name in named},
        "results": results,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    if not exercise.hints.exists() or exercise.hints.read_text(encoding="utf-8") != text:
        exercise.hints.write_text(text, encoding="utf-8")


def _prints(
    exercise: Exercise, notebook: NotebookNode, answer: Answer
) -> dict[str, dict[str, list[float]]]:
    """What one wrong answer's failures look like: test → quantity → numbers."""
    found: dict[str, dict[str, list[float]]] = {}
    for error in run_tests(with_answers(notebook, answer), exercise.folder).values():
        prints: dict[str, Any] = getattr(error, "prints", {})
        finite = {name: nums for name, nums in prints.items() if all(map(math.isfinite, nums))}
        if finite:
            found[str(getattr(error, "test", ""))] = finite
    return found


def _words(answer: Answer) -> dict[str, str]:
    return {
        "misconception": answer.misconception,
        "hint": answer.hint,
        "section": answer.section,
    }


def known_misconceptions(hints: Path) -> list[str]:
    """List the mistakes that a file of hints can name; none when there is no file."""
    if not hints.exists():
        return []
    content = json.loads(hints.read_text(encoding="utf-8"))
    return list(dict.fromkeys(answer["misconception"] for answer in content["answers"].values()))


def named_misconceptions(message: str, misconceptions: list[str]) -> list[str]:
    """Find the misconceptions that a message names, however its lines are broken."""
    words = " ".join(message.split())
    return [text for text in misconceptions if f"when {text}." in words]
