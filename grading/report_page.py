"""A class's results as one HTML page that needs nothing else."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grading.drawing import inline_svg
from grading.harmless import one_line
from grading.report import Report

MOST_ROWS = 50
"""Rows of a table that has no natural end."""
_FOLDER = Path(__file__).parent
_BAR = "#3b7fc0"  # at least three to one against the white and the dark page
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def number(value: float) -> str:
    """Write points as short as they are clear."""
    return f"{round(float(value), 2):g}"


_TEMPLATES.filters |= {"number": number, "line": one_line, "of": lambda key, scores: scores[key]}


def make_page(report: Report, course_id: str) -> str:
    """Write the page.

    Args:
        report: The results.
        course_id: The course's name in nbgrader; empty when it has none.

    Returns:
        The page. It loads nothing and runs nothing: its content policy forbids both.
    """
    css = (_FOLDER / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
    template = _TEMPLATES.get_template("report.html.j2")
    return template.render(
        report=report,
        course_id=course_id,
        now=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        css=Markup(css),  # noqa: S704 - our own
        policy=policy,
        figure=inline_svg(draw_scores(report), scores_in_words(report)),
        most=MOST_ROWS,
    )


def draw_scores(report: Report) -> Figure:
    """Draw how many submissions have how many points."""
    figure = Figure(figsize=(4.8, 2.4), layout="constrained")
    axes = figure.add_subplot()
    lows, highs, counts = zip(*report.bins, strict=True)
    widths = [high - low for low, high in zip(lows, highs, strict=True)]
    axes.bar(lows, counts, width=[0.92 * width for width in widths], align="edge", color=_BAR)
    axes.set(xlabel="points", ylabel="submissions", xlim=(0, highs[-1]))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def scores_in_words(report: Report) -> str:
    """Say what the drawing shows."""
    parts = [f"{n} from {number(low)} to {number(high)}" for low, high, n in report.bins if n]
    return "Submissions by points: " + ", ".join(parts) + "."
