"""A claim gets its verdict only when everything that it rests on was seen."""

import pytest

from rnncore.claims import MIME_TYPE, settle


def test_a_claim_keeps_its_figures_for_people_and_for_programs() -> None:
    claim = settle(
        "x < y always.",
        source="Q2",
        verdict="depends",
        measured="x & y are 1.",
        shown={"x is 1": True},
    )
    bundle = claim._repr_mimebundle_()
    assert bundle[MIME_TYPE]["verdict"] == "depends"
    assert bundle["text/plain"] == "“x < y always.” (Q2)\ndepends: x & y are 1."
    assert "x &lt; y" in bundle["text/html"]
    assert "x &amp; y" in bundle["text/html"]


def test_what_was_not_seen_is_named() -> None:
    with pytest.raises(AssertionError, match="Not seen: the sky is green; grass is blue"):
        settle(
            "Colours.",
            source="Q1",
            verdict="holds",
            measured="",
            shown={"the sky is green": False, "water is wet": True, "grass is blue": False},
        )


def test_a_verdict_is_one_of_three_and_rests_on_something() -> None:
    with pytest.raises(ValueError, match="not 'true'"):
        settle("A.", source="Q1", verdict="true", measured="", shown={"a": True})  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(ValueError, match="needs something"):
        settle("A.", source="Q1", verdict="holds", measured="", shown={})
