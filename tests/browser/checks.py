"""What is looked for on a page that a real browser shows."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, Page, Route

from tests.browser.chromium import PHONE, WIDE

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOCAL = {"file", "data", "blob", "about"}
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}
"""What a web server compresses on its way."""


class Opened:
    """A page in a browser without network, and what went wrong while it loaded."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.script_errors: list[str] = []
        self.outside: list[str] = []
        self.files: set[Path] = set()
        page.on("pageerror", lambda error: self.script_errors.append(str(error)))
        page.on("console", self._listen)
        page.context.route("**/*", self._guard)

    def _listen(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.script_errors.append(getattr(message, "text", ""))

    def _guard(self, route: Route) -> None:
        url = route.request.url
        if url.startswith("file:"):
            self.files.add(Path(unquote(urlsplit(url).path)))
        if urlsplit(url).scheme in LOCAL or (self.origin and url.startswith(self.origin)):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def load(self, url: str) -> None:
        """Open a page and wait until its equations are set and its answers unfolded."""
        self.page.goto(url)
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        self.page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        self.page.wait_for_timeout(50)  # the unfolded parts tell book.js through an event


@cache
def transferred(file: Path) -> int:
    """Return the bytes in which a web server sends a file."""
    content = file.read_bytes()
    return len(gzip.compress(content) if file.suffix in COMPRESSED else content)


def too_heavy(view: Opened, limit: int = 2_000_000) -> list[str]:
    """Return a page's files, heaviest first, if with all it loads it is over the limit in bytes."""
    weights = sorted(((transferred(file), file.name) for file in view.files), reverse=True)
    heavy = sum(weight for weight, _ in weights) > limit
    return [f"{name}: {weight}" for weight, name in weights] if heavy else []


@contextmanager
def opened(browser: Browser, url: str, scheme: str = "light", origin: str = "") -> Iterator[Opened]:
    """Open a page in a fresh profile; requests to anything but ``origin`` and files are cut."""
    context = browser.new_context(viewport=WIDE, color_scheme=scheme)
    context.set_default_timeout(30_000)
    try:
        view = Opened(context.new_page(), origin)
        view.load(url)
        yield view
    finally:
        context.close()


def unset_equations(page: Page) -> list[str]:
    """Return the TeX of equations that are missing or in which something was not understood."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".math")]
            .filter(math => {
                const set = math.querySelectorAll("mjx-container");
                const wrong = "mjx-merror, [data-mjx-error], [data-mml-node=merror], " +
                    "mjx-container [fill=red], mjx-container [mathcolor=red]";
                return set.length === 0 || math.querySelector(wrong) !== null;
            })
            .map(math => math.textContent.trim().slice(0, 80))"""
    )


def unset_tex(page: Page) -> list[str]:
    """Return the TeX commands that stand in the text as they were typed."""
    return page.evaluate(
        r"""() => {
            const article = document.querySelector("article").cloneNode(true);
            article.querySelectorAll("pre, code, script, mjx-container").forEach(e => e.remove());
            return article.textContent.match(/\\[a-zA-Z({\[]+|\$\$?[^$\n]+\$/g) ?? [];
        }"""
    )


def images_without_text(page: Page) -> list[str]:
    """Return images that say nothing to those who cannot see them, or only a file name."""
    return page.evaluate(
        r"""() => [...document.querySelectorAll("article img")]
            .filter(image => {
                const alt = (image.getAttribute("alt") ?? "").trim();
                const file = decodeURI(image.src).split("/").pop();
                return alt === "" || alt.includes(file) || file.startsWith(alt)
                    || /^\S+\.(svg|png|jpe?g|gif)$/.test(alt);
            })
            .map(image => image.getAttribute("src"))"""
    )


def broken_images(page: Page) -> list[str]:
    """Return images that could not be shown."""
    return page.evaluate(
        """() => [...document.images]
            .filter(image => image.complete && image.naturalWidth === 0)
            .map(image => image.src)"""
    )


def wider_than_phone(page: Page) -> list[str]:
    """Return what makes the page scroll sideways on a phone, or is cut off there."""
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(100)  # book.js measures again after the resize
    wide = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            const own = element => {
                for (let e = element; e && e.tagName !== "ARTICLE"; e = e.parentElement) {
                    const flow = getComputedStyle(e).overflowX;
                    if (flow === "auto" || flow === "scroll") return true;
                }
                return false;
            };
            const wide = [...document.querySelectorAll("article *")]
                .filter(e => e.getBoundingClientRect().right > width + 1)
                .filter(e => e.checkVisibility())
                .filter(e => !e.closest("mjx-assistive-mml, .visually-hidden"))
                .filter(e => !own(e.parentElement))
                .filter((e, _, all) => !all.includes(e.parentElement));
            const page = document.documentElement.scrollWidth > width ? ["the page"] : [];
            return page.concat(wide.map(e => e.outerHTML.slice(0, 120)));
        }"""
    )
    page.set_viewport_size(WIDE)
    return wide


def accessibility_violations(page: Page, rules: str = "all") -> list[str]:
    """Return the serious and critical violations that axe-core finds in our own content.

    ``rules`` is ``all``, for everything WCAG asks at level AA, or the name of a single rule.
    """
    page.add_script_tag(path=AXE)
    return page.evaluate(
        """async rules => {
            const found = await axe.run(
                {include: ["article"], exclude: ["mjx-container > *"]}, // MathJax's own drawing
                {
                    preload: false, // it would read style sheets, which a folder does not allow
                    resultTypes: ["violations"],
                    runOnly: rules,
                },
            );
            return found.violations
                .filter(violation => ["serious", "critical"].includes(violation.impact))
                .flatMap(violation => violation.nodes
                    .map(node => `${violation.id}: ${node.html.slice(0, 160)}`));
        }""",
        WCAG if rules == "all" else [rules],
    )
