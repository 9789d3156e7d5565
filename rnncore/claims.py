"""Statements put to the test: what a page of the book measured, and what follows from it."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Literal, NamedTuple, get_args

Verdict = Literal["holds", "does not hold", "depends"]
"""What a measurement says of a statement; *depends* where it is right under one condition only."""

MIME_TYPE = "application/vnd.rnncore.claim+json"
"""The form in which an executed notebook keeps a :class:`Claim`."""


class Claim(NamedTuple):
    """A statement and what became of it; a notebook shows it in a box of its own.

    The texts are plain, but for names of code, which stand between backquotes.
    """

    statement: str
    """What is said."""
    source: str
    """Who says so."""
    measured: str
    """What was measured, with its figures."""
    verdict: Verdict
    """What follows from it."""

    @property
    def anchor(self) -> str:
        """The name under which a link finds the claim on its page, from the statement's words."""
        words = re.sub(r"[^a-z0-9]+", "-", self.statement.lower()).strip("-")
        return f"claim-{words}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        fields = {name: _html(value) for name, value in self._asdict().items()}
        html = (
            '<div class="claim" id="{anchor}" data-verdict="{verdict}">'
            '<p class="claim-statement">“{statement}” '
            '<span class="claim-source">({source})</span></p>'
            '<p><strong class="claim-verdict">{verdict}</strong> {measured}</p></div>'
        ).format(anchor=self.anchor, **fields)
        text = "“{statement}” ({source})\n{verdict}: {measured}".format(**self._asdict())
        return {"text/plain": text, "text/html": html, MIME_TYPE: self._asdict()}


def _html(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def settle(
    statement: str, *, source: str, verdict: Verdict, measured: str, shown: Mapping[str, bool]
) -> Claim:
    """Return a claim with its verdict, once everything that the verdict rests on has been seen.

    Args:
        statement: What is said, in a sentence.
        source: Who says so: a question of the book ("Q2"), "the article" (of Q4), or author and
            year.
        verdict: What this run says of it.
        measured: What was measured, in a sentence with its figures.
        shown: What must be true for this verdict, and whether it was seen in this run.

    Returns:
        The claim with its verdict.

    Raises:
        ValueError: the verdict is none of :data:`Verdict`, or nothing is shown.
        AssertionError: something that the verdict rests on was not seen.
    """
    if verdict not in get_args(Verdict):
        raise ValueError(f"a verdict is one of {get_args(Verdict)}, not {verdict!r}")
    if not shown:
        raise ValueError("a verdict needs something that was shown")
    missing = [finding for finding, seen in shown.items() if not seen]
    if missing:
        raise AssertionError(f"{statement!r} {verdict}? Not seen: {'; '.join(missing)}")
    return Claim(statement, source, measured, verdict)
