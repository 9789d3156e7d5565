"""Hostile submissions: each gets the score that is right, and harms nobody."""

import tempfile
from pathlib import Path

import pytest

from tests.grading.hostile import ATTACKS, read
from tests.grading.mini import SETTINGS, children, hand_in, outputs, scores, wait_for_children

pytestmark = pytest.mark.usefixtures("grader")


class LeftBehindError(AssertionError):
    """A process of a submission is still there."""


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:200]
    except OSError:
        return "gone by now"


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in ATTACKS])
def test_attack(path: Path) -> None:
    assert sum(scores(hand_in()).values()) == 5
    before, folders = children(), set(Path(tempfile.gettempdir()).iterdir())
    head, cells = read(path)

    result = hand_in(*cells, seconds=float(head.get("seconds", 20)))

    assert sum(scores(result).values()) == float(head["score"]), [c.error for c in result.cells]
    for key in ("says", "prints"):
        if key in head:
            name, _, words = head[key].partition(": ")
            assert words in outputs(result, name)
    if "never" in head:
        assert head["never"] not in "".join(outputs(result, n) for n in ("double", "test-double"))
    assert len(result.notebook) < 40 * SETTINGS.limits.output
    if left := wait_for_children(before):
        raise LeftBehindError({pid: command(pid) for pid in left})
    assert set(Path(tempfile.gettempdir()).iterdir()) == folders
    after = hand_in()
    assert sum(scores(after).values()) == 5
    assert after.flags == ()
