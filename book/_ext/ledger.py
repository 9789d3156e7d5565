"""The directive ``.. ledger::``: all claims that the book's pages put to the test.

A page's claims are the outputs of :func:`rnncore.claims.settle` in its executed notebook. They are
noted when the page is read, whoever executed it. The built pages get the same as data:
``claims.json``.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from docutils import nodes
from myst_nb.core import render
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from rnncore.claims import MIME_TYPE, Claim, Verdict

LOGGER = logging.getLogger(__name__)
DATA = "claims.json"
QUESTION = re.compile(r"\b(Q[1-4]|[Tt]he article)\b")
HEADINGS = {"Statement": 36, "Verdict": 18, "What we measured": 46}
"""The table's columns and their widths in percent."""


class Settled(NamedTuple):
    """A claim and the page that settles it."""

    page: str
    claim: Claim


class Ledger(nodes.General, nodes.Element):
    """Stands where the table will be, until the claims of all pages are known."""


class Noted(nodes.Invisible, nodes.Element):
    """Holds a claim where a page settles it."""


class LedgerDirective(SphinxDirective):
    """Leave a place for the table."""

    def run(self) -> list[nodes.Node]:
        """Return that place."""
        self.env.metadata[self.env.docname]["ledger"] = True
        return [Ledger()]


def claims_by_page(env: BuildEnvironment) -> dict[str, list[Claim]]:
    """Return what is known so far; it is kept with Sphinx's environment from build to build."""
    if not hasattr(env, "settled_claims"):
        env.settled_claims = {}  # type: ignore[attr-defined]  # a place of our own
    found: dict[str, list[Claim]] = env.settled_claims
    return found


class ClaimOutput:
    """Tells myst-nb how to read a claim; what a page shows is the output's form for people."""

    mime_priority_overrides = ()

    @staticmethod
    def handle_mime(
        _renderer: object, data: render.MimeData, _inline: bool
    ) -> list[nodes.Element] | None:
        """Return a claim as a node, or None for any other output."""
        return [Noted(claim=Claim(**data.content))] if data.mime_type == MIME_TYPE else None


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note the claims of a page that has just been read."""
    found = [node["claim"] for node in doctree.findall(Noted)]
    claims_by_page(app.env)[app.env.docname] = found


def forget(_app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Drop the claims of a page that is read again or is gone."""
    claims_by_page(env).pop(page, None)


def merge(_app: Sphinx, env: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:
    """Take over what another process has read."""
    theirs = claims_by_page(other)
    claims_by_page(env).update({page: theirs[page] for page in pages if page in theirs})


def settled(env: BuildEnvironment) -> list[Settled]:
    """Return all claims in the order of the book."""
    pages = claims_by_page(env)
    return [Settled(page, c) for page in env.collect_relations() for c in pages.get(page, [])]


def check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, which fails the build, of statements that are settled twice."""
    found = settled(env)
    times = Counter(row.claim.anchor for row in found)
    for page, claim in found:
        if times[claim.anchor] > 1:
            LOGGER.warning("settled more than once: %r", claim.statement, location=page)


def page_name(env: BuildEnvironment, page: str) -> str:
    """Return how the book speaks of a page: chapters have numbers."""
    chapter = re.match(r"(\d\d)-", page)
    title = str(env.titles[page].astext())
    return f"chapter {int(chapter[1])}, {title}" if chapter else title


def write_data(app: Sphinx, error: Exception | None) -> None:
    """Put the claims beside the pages as data."""
    if error is not None or app.builder.format != "html":
        return
    rows = [
        {"page": page, "title": page_name(app.env, page), "anchor": claim.anchor} | claim._asdict()
        for page, claim in settled(app.env)
    ]
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    (Path(app.outdir) / DATA).write_text(text + "\n", "utf-8")


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the table into its place."""
    for place in list(doctree.findall(Ledger)):
        place.replace_self(list(Writer(app, page).show(settled(app.env))))


class Writer:
    """Writes claims as docutils has it."""

    def __init__(self, app: Sphinx, page: str) -> None:
        self.app = app
        self.page = page

    def show(self, rows: list[Settled]) -> Iterator[nodes.Node]:
        """Yield how many claims there are of each verdict, and the table."""
        times = Counter(row.claim.verdict for row in rows)
        counts = ", ".join(f"{times[verdict]} {verdict}" for verdict in get_args(Verdict))
        yield nodes.paragraph("", f"{len(rows)} statements: {counts}.", classes=["claims-count"])
        table = nodes.table(classes=["claims"])
        group = nodes.tgroup(cols=len(HEADINGS))
        group.extend(nodes.colspec(colwidth=width) for width in HEADINGS.values())
        headings = [self.entry(nodes.Text(heading)) for heading in HEADINGS]
        group += nodes.thead("", nodes.row("", *headings))
        group += nodes.tbody("", *(self.row(row) for row in rows))
        table += group
        yield table

    def row(self, row: Settled) -> nodes.row:
        """Return a claim's row."""
        claim = row.claim
        where = self.link(f"{row.page}#{claim.anchor}", page_name(self.app.env, row.page))
        said = nodes.paragraph("", "", nodes.Text("“"), *texts(claim.statement), nodes.Text("”"))
        said["classes"].append("claim-statement")
        source = nodes.paragraph("", "", *self.source(claim.source), nodes.Text(" – "), where)
        verdict = nodes.strong("", claim.verdict, classes=["claim-verdict"])
        return nodes.row(
            "",
            nodes.entry("", said, source),
            self.entry(verdict),
            self.entry(*texts(claim.measured)),
            classes=["claim-" + claim.verdict.replace(" ", "-")],
        )

    def entry(self, *content: nodes.Node) -> nodes.entry:
        """Return a cell of one paragraph."""
        return nodes.entry("", nodes.paragraph("", "", *content))

    def source(self, text: str) -> Iterator[nodes.Node]:
        """Yield who says so, the book's four questions with links to their pages."""
        for part in QUESTION.split(text):
            page = "q4" if part.lower() == "the article" else part.lower()
            is_link = QUESTION.fullmatch(part) and page in self.app.env.found_docs
            yield self.link(page, part) if is_link else nodes.Text(part)

    def link(self, target: str, text: str) -> nodes.reference:
        """Return a link to a page, or to a place on it."""
        page, _, anchor = target.partition("#")
        uri = self.app.builder.get_relative_uri(self.page, page)
        return nodes.reference("", text, refuri=f"{uri}#{anchor}" if anchor else uri, internal=True)


def texts(text: str) -> Iterator[nodes.Node]:
    """Yield a claim's text with its names of code set apart."""
    for number, part in enumerate(text.split("`")):
        yield nodes.literal("", part) if number % 2 else nodes.Text(part)


def rewrite(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the page of the table, so that each build writes it again."""
    return [page for page in env.found_docs if env.metadata[page].get("ledger")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and what fills it."""
    plugins = render.load_mime_renders()  # they come from installed packages only
    render.load_mime_renders = lambda: [*plugins, ClaimOutput]
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-check-consistency", check)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", fill)
    app.connect("build-finished", write_data)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
