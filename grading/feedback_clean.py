"""What students and instructors wrote, as HTML that can neither run nor load anything."""

import re
from collections.abc import Mapping
from typing import Any

import nh3
from latex2mathml.converter import convert
from markupsafe import Markup, escape
from mistune import HTMLRenderer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

MAX_MARKDOWN = 50_000
"""Longer Markdown is shown as it was typed: its parser may need the square of that in steps."""
MAX_CODE = 200_000
"""Longer code is shown without colours."""
MAX_TEX = 2_000
"""A longer equation is shown as it was typed."""

_RASTER = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_CELL = {"colspan", "rowspan", "scope"}
_WORDS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd"),
    *("li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"),
}
_EQUATIONS = {
    *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
    *("mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub"),
    *("msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
_LOOKS = {
    *("accent", "columnalign", "columnlines", "columnspacing", "depth", "display"),
    *("displaystyle", "fence", "form", "height", "largeop", "linethickness", "lspace"),
    *("mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines"),
    *("rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset"),
    "width",
}


def _address(tag: str, name: str, value: str) -> str | None:
    """Keep pictures that are inside the page, and links that are not."""
    if name == "src":
        return value if _RASTER.fullmatch(value) else None
    if name == "href" and value.strip().lower().startswith("data:"):
        return None
    del tag
    return value


_CLEANER = nh3.Cleaner(
    tags=_WORDS | _EQUATIONS,
    clean_content_tags={"script", "style", "title", "svg", "iframe", "object", "template"},
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "title", "width", "height"},
        "ol": {"start"},
        "td": _CELL,
        "th": _CELL,
        **dict.fromkeys(_EQUATIONS, _LOOKS),
    },
    attribute_filter=_address,
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto", "data"},
    url_relative="deny",
)


class _Renderer(IPythonRenderer):
    """nbconvert's, with equations as MathML, and no lexer that a student chooses."""

    def block_code(self, code: str, info: str | None = None) -> str:
        del info
        return HTMLRenderer.block_code(self, code)

    def inline_math(self, body: str) -> str:
        return str(equation(body, "inline"))

    def block_math(self, body: str) -> str:
        return str(equation(body, "block"))

    def latex_environment(self, name: str, body: str) -> str:
        return str(equation(rf"\begin{{{name}}}{body}\end{{{name}}}", "block"))

    def _embed_image_or_attachment(self, src: str) -> str:
        attached = self.attachments.get(src.removeprefix("attachment:"), {})
        for kind in ("image/png", "image/jpeg", "image/gif"):
            if src.startswith("attachment:") and isinstance(attached.get(kind), str):
                return f"data:{kind};base64,{''.join(attached[kind].split())}"
        return src


def equation(tex: str, display: str) -> Markup:
    """Set an equation as MathML, which browsers show without any program.

    Args:
        tex: Its TeX, without dollars.
        display: ``inline`` or ``block``.

    Returns:
        The equation; its TeX where that is too long or not understood.
    """
    if len(tex) <= MAX_TEX:
        try:
            # the library knows the one of the two environments that makes no equation of its own
            shown = convert(tex.replace("{aligned}", "{align*}"), display=display)
        except Exception:  # whatever it stumbles over, the TeX is shown
            shown = "\\"
        if "\\" not in shown and "<mi>&amp;</mi>" not in shown:  # it writes out what it cannot set
            return clean_html(shown)
    return Markup("<code>{}</code>").format(tex)


def clean_html(html: str) -> Markup:
    """Keep the text, tables, links and own pictures of HTML."""
    return Markup(_CLEANER.clean(html))  # noqa: S704 - cleaned


def clean_markdown(source: str, attachments: object = None) -> Markup:
    """Show Markdown with equations.

    Args:
        source: The text.
        attachments: A cell's, as in nbformat: name → type → base64.
    """
    if len(source) > MAX_MARKDOWN:
        return Markup("<pre>{}</pre>").format(source)
    kept: dict[str, Any] = {}
    if isinstance(attachments, Mapping):
        kept = {name: one for name, one in attachments.items() if isinstance(one, Mapping)}
    renderer = _Renderer(escape=False, exclude_anchor_links=True, attachments=kept)
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))


def clean_code(source: str, language: str) -> Markup:
    """Show code, coloured where it is Python and not too long."""
    if language != "python" or len(source) > MAX_CODE:
        return escape(source)
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    return Markup(highlight(source, PythonLexer(stripnl=False), formatter))  # noqa: S704 - escaped
