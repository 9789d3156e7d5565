"""The book's sources hold together."""

import ast
from pathlib import Path

import pytest

from book.build import BOOK, toc_pages
from rnncore import plot
from tests.book import sources

PAGES = toc_pages()
LABELS = {
    "01-one-example": (
        "sequence-or-elements",
        "what-each-gradient-covers",
        "reset-or-carry",
        "shapes-of-a-datum",
        "broadcast-trap",
        "range-of-tanh",
        "state-leaks",
    ),
    "02-forward-pass": (
        "unrolled-graph",
        "one-step",
        "shapes-of-the-rnn",
        "whole-sequence",
        "the-articles-model",
        "configurations",
    ),
    "03-backward-pass": (
        "one-neuron",
        "one-step-back",
        "tanh-derivative",
        "gradient-shapes",
        "path-through-the-state",
        "two-paths-meet",
        "backward-loop",
        "initial-state-gradient",
        "sum-over-time-and-batch",
        "readout-and-loss",
        "the-articles-gradients",
        "without-the-recurrent-path",
    ),
    "04-gradient-check": (
        "central-differences",
        "u-curve",
        "relative-error",
        "worst-entry",
        "sizes-that-hide",
        "wrong-oracle",
    ),
    "05-batching": (
        "what-batch-size-is",
        "what-num-steps-is",
        "contiguous-streams",
        "targets-shifted-by-one",
        "carry-the-state",
        "ragged-tail",
        "sliding-or-disjoint",
        "padding-and-masks",
        "sum-or-mean",
        "batch-and-steps-measured",
    ),
    "06-truncation": (
        "k1-and-k2",
        "what-a-window-keeps",
        "delayed-recall",
        "window-starts",
        "reset-or-truncate",
        "agreement",
        "update-inside-the-window",
        "race-on-text",
    ),
    "09-gates": (
        "why-gates",
        "lstm-step",
        "lstm-step-back",
        "cell-state-highway",
        "forget-bias",
        "gru-step",
        "gru-step-back",
        "adding-problem",
        "copy-task",
    ),
    "10-memory-and-online": (
        "cost-of-the-tape",
        "checkpoints",
        "square-root-schedule",
        "best-use-of-slots",
        "rtrl",
        "what-rtrl-costs",
        "exact-and-online",
    ),
    "11-making-it-fast": (
        "what-must-wait",
        "measuring-time",
        "per-step-or-split",
        "in-place",
        "matrix-product-limit",
        "benchmark-table",
        "what-stands-in-the-way",
    ),
    "16-parallel-recurrences": (
        "joining-steps",
        "the-scan",
        "scan-backward",
        "two-cells",
        "time-against-steps",
        "what-they-learn",
        "map-of-relatives",
    ),
    "07-cost-of-truncation": (
        "bias-of-truncation",
        "bias-is-not-noise",
        "influence-balancing",
        "random-truncation",
        "adaptive-truncation",
    ),
    "08-vanishing-exploding": (
        "jacobian-products",
        "spectral-radius",
        "linear-or-tanh",
        "gradient-reach",
        "many-time-steps",
        "clip-by-norm",
        "loss-cliff",
    ),
    "12-in-pytorch": (
        "map-of-names",
        "parity",
        "two-biases",
        "batch-first",
        "output-and-h-n",
        "stacked-in-torch",
        "bidirectional-in-torch",
        "the-article-in-torch",
    ),
    "13-training-loops": (
        "what-detach-cuts",
        "the-loop",
        "museum",
        "second-backward",
        "retain-graph",
        "detach-unassigned",
        "detach-every-step",
        "state-across-epochs",
        "stateful-and-shuffle",
        "short-last-batch",
        "last-step-under-padding",
        "backward-reads-padding",
        "packing-order",
        "view-or-transpose",
        "clip-after-step",
        "clip-norm-or-value",
        "mean-over-padding",
        "history-in-the-log",
        "museum-catalogue",
    ),
    "14-forecasting": (
        "energy-series",
        "split-in-time",
        "what-must-be-beaten",
        "two-ways-to-look-ahead",
        "train-a-forecaster",
        "energy-measured",
        "sudden-drop",
        "real-series",
    ),
    "15-character-language-model": (
        "text-as-tokens",
        "bits-per-character",
        "one-character-ahead",
        "same-model-in-torch",
        "race-in-full",
        "choose-the-rate",
        "sampling",
        "your-own-text",
    ),
}


def test_every_page_is_in_the_table_of_contents_once() -> None:
    assert sorted(PAGES) == sorted(BOOK.glob("*.md"))


def test_sections_that_exercises_point_to_exist() -> None:
    found = sources.labels()
    for page, wanted in LABELS.items():
        assert {label for label in wanted if found.get(label) != BOOK / f"{page}.md"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_describes_itself_in_one_sentence(page: Path) -> None:
    description = sources.front_matter(page)["myst"]["html_meta"]["description"]
    assert 20 < len(description) < 200
    assert description.endswith(".")


def draws(source: str) -> bool:
    """Whether a cell's last line shows what a function of ``rnncore.plot`` has drawn."""
    last = ast.parse(source).body[-1:]
    names = {node.id for line in last for node in ast.walk(line) if isinstance(node, ast.Name)}
    return bool(last) and isinstance(last[0], ast.Expr) and bool(names & set(plot.__all__))


def test_every_figure_has_a_caption_a_name_and_alt_text() -> None:
    figures = [
        (page.name, metadata.get("mystnb", {}))
        for page in PAGES
        for source, metadata in sources.cells(page)
        if draws(source) or "figure" in metadata.get("mystnb", {})
    ]
    assert figures
    for page, options in figures:
        assert options["figure"]["caption"].strip(), page
        assert options["figure"]["name"], page
        assert len(options["image"]["alt"].split()) >= 5, page


def test_figures_have_names_of_their_own() -> None:
    names = [
        metadata["mystnb"]["figure"]["name"]
        for page in PAGES
        for _, metadata in sources.cells(page)
        if "figure" in metadata.get("mystnb", {})
    ]
    assert len(names) == len(set(names))


def test_what_is_cited_is_in_the_bibliography_once() -> None:
    keys = sources.bibliography()
    assert len(keys) == len(set(keys))
    assert set(sources.citations()) <= set(keys)
