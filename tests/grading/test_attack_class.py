"""All attacks in one class, with honest students between them, graded in one batch."""

import pytest

from grading import warm
from tests.grading.attack_class import Verdict, grade_class

pytestmark = pytest.mark.xdist_group("attack-class")  # one process, so that it is graded once


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    warm.close_all()
    return grade_class(tmp_path_factory.mktemp("class"))


def test_every_attack_gets_its_score_and_its_flag(verdict: Verdict) -> None:
    wrong = [(row.attack.name, row.recorded, row.event) for row in verdict.rows if not row.right]
    assert wrong == []
    assert all(row.graded for row in verdict.rows)
    assert len({row.attack.student for row in verdict.rows}) == len(verdict.rows) > 90


def test_honest_scores_and_notebooks_are_those_of_a_class_without_attacks(
    verdict: Verdict,
) -> None:
    assert verdict.harmed == []


def test_everybody_has_a_result_and_nothing_is_left(verdict: Verdict) -> None:
    assert verdict.finished
    assert verdict.left == []
