"""The mathematical symbols that pages use."""

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

READER = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(front_matter_plugin)
    .use(colon_fence_plugin)
    .use(dollarmath_plugin)
)
OPTION = re.compile(r"^(:[\w-]+:.*|---\n(.|\n)*?\n---)$", re.MULTILINE)
WORDS = re.compile(r"\\(text|operatorname|begin|end|tag)\*?\s*\{[^{}]*\}")
UPRIGHT = re.compile(r"\{\s*\\rm\s+([^{}]*)\}|\\mathrm\s*\{([^{}]*)\}")
ACCENT = re.compile(r"\\(hat|tilde|bar|vec|dot)(?![A-Za-z])\s*\{?\s*([A-Za-z])\s*\}?")
COMMAND = re.compile(r"\\([A-Za-z]+)")
SPELLED = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi"
    "|omega|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega|nabla|odot|circ|bullet|otimes|oplus|mathsf"
)
"""Commands with a meaning that a page has to say; others are known signs, or layout."""


def formulas(text: str) -> Iterator[str]:
    """Yield the TeX of all formulas of a page, those inside directives too."""
    for token in READER.parse(text):
        yield from _of_token(token)


def _of_token(token: Token) -> Iterator[str]:
    if token.type in ("math_inline", "math_block", "math_block_label"):
        yield token.content
    elif token.type in ("fence", "colon_fence"):
        content = OPTION.sub("", token.content)
        if token.info.startswith("{math}"):
            yield content
        elif token.info.startswith("{") and not token.info.startswith(("{code", "{eval")):
            yield from formulas(content)
    for child in token.children or ():
        yield from _of_token(child)


def symbols(tex: str) -> Iterator[str]:
    r"""Yield the symbols of a formula: letters, also accented, Greek or low ones, and operators.

    A ``d`` in front of letters is a gradient's, so ``dh`` has the symbol ``h``. Of upright letters
    there is one, the ``\mathsf T`` of a transpose.
    """
    tex = UPRIGHT.sub(lambda found: f" {found[1] or found[2]} ", WORDS.sub(" ", tex))
    for accent, letter in ACCENT.findall(tex):
        yield f"\\{accent} {letter}"
    tex = ACCENT.sub(" ", tex)
    yield from (f"\\{name}" for name in COMMAND.findall(tex) if SPELLED.fullmatch(name))
    for word in re.findall(r"[A-Za-z]+", COMMAND.sub(" ", tex)):
        yield from word.removeprefix("d")


def of_page(page: Path) -> set[str]:
    """Return all symbols of a page."""
    return {name for tex in formulas(page.read_text("utf-8")) for name in symbols(tex)}


def listed(page: Path) -> set[str]:
    """Return the symbols in the first columns of a page's tables."""
    rows = re.findall(r"^\|(.+?)(?<!\\)\|", page.read_text("utf-8"), re.MULTILINE)
    return {name for row in rows for tex in formulas(row) for name in symbols(tex)}
