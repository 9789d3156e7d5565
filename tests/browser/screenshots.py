"""Take pictures of the built book: ``python tests/browser/screenshots.py OUTPUT [PAGE…]``.

Each page is taken whole in four ways: wide and phone, light and dark. Pages are named as in the
table of contents; without names all are taken.
"""

from pathlib import Path

import click
from chromium import PHONE, WIDE, launch  # its folder is on the path because this is a script
from playwright.sync_api import sync_playwright

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"


@click.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--html", default=HTML, type=click.Path(resolve_path=True, path_type=Path))
def main(output: Path, names: tuple[str, ...], html: Path) -> None:
    """Take pictures of the built book's pages, all of them or those named, into OUTPUT."""
    pages = [html / f"{name}.html" for name in names] or sorted(
        set(html.glob("*.html")) - {html / "index.html"}
    )
    missing = [str(page) for page in pages if not page.exists()]
    if missing or not pages:
        raise click.ClickException(f"no built page {', '.join(missing)} in {html}: run make book")
    output.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for scheme in ("light", "dark"):
            for size_name, size in (("wide", WIDE), ("phone", PHONE)):
                page = browser.new_page(viewport=size, color_scheme=scheme)
                for source in pages:
                    page.goto(source.as_uri())
                    page.evaluate("() => window.MathJax?.startup?.promise")
                    target = output / f"{source.stem}-{size_name}-{scheme}.png"
                    page.screenshot(path=target, full_page=True)
                    click.echo(target)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
