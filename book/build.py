"""Build the book: ``python book/build.py [OUTPUT]``; the pages come to OUTPUT/_build/html.

Pages are executed first, side by side, into the cache that Jupyter Book then reads. That cache
looks only at a page's own cells, so this script drops it when what the cells import has changed.
"""

import fcntl
import hashlib
import logging
import platform
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import yaml
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"


def toc_pages() -> list[Path]:
    """Return the sources of all pages in the table of contents, in its order."""
    site = parse_toc_yaml(BOOK / "_toc.yml")
    return [BOOK / f"{name}.md" for name in site]


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of the interpreter and of the files' names and contents."""
    digest = hashlib.sha256(platform.python_version().encode())
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"\0{file.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def drop_stale(build: Path) -> None:
    """Remove executed results and pages that were made from other code than today's."""
    code = [
        *(ROOT / "rnncore").rglob("*.py"),
        ROOT / "constraints.txt",
        BOOK / "matplotlibrc",
    ]
    looks = [*(BOOK / "_ext").glob("*.py"), BOOK / "_toc.yml", ROOT / "_config.yml"]
    _keep_if_current(build, "results", fingerprint(code), [".jupyter_cache"])
    _keep_if_current(build, "pages", fingerprint(code + looks), [".doctrees", "html"])


def _keep_if_current(build: Path, name: str, current: str, folders: list[str]) -> None:
    stamp = build / f".{name}.sha256"
    if stamp.exists() and stamp.read_text() == current:
        return
    for folder in folders:
        shutil.rmtree(build / folder, ignore_errors=True)
    stamp.write_text(current)


def execute_pages(cache_folder: Path, timeout: int) -> None:
    """Execute all pages that are not in the cache, as many at a time as there are processors.

    A page whose kernel could not be started is left for Jupyter Book to execute.

    Raises:
        click.ClickException: a cell failed; its traceback is shown.
    """
    cache = get_cache(str(cache_folder))
    pages = [page for page in toc_pages() if is_myst_markdown_notebook(page.read_text("utf-8"))]
    for page in pages:
        cache.add_nb_to_project(str(page), read_data={"name": "myst_nb_md", "type": "plugin"})
    uris = [str(page) for page in pages]
    waiting = cache.list_unexecuted(uris) if uris else []
    click.echo(f"book: executing {len(waiting)} of {len(pages)} pages with code")
    if not waiting:
        return
    logger = logging.getLogger("book")
    logger.setLevel(logging.INFO)  # without it the workers do not name the page they are at
    result = load_executor("local-parallel", cache, logger).run_and_cache(
        filter_uris=uris, timeout=timeout
    )
    for uri in result.excepted:
        click.echo(cache.get_project_record(uri).traceback, err=True)
    if result.excepted:
        raise click.ClickException(f"a cell failed in {', '.join(result.excepted)}")


def make_html(output: Path) -> None:
    """Run Jupyter Book; warnings and references that lead nowhere are errors.

    Raises:
        click.ClickException: it found one.
    """
    program = Path(sysconfig.get_path("scripts")) / "jupyter-book"
    flags = ["-W", "--keep-going", "-n", "--path-output", str(output)]
    if subprocess.run([program, "build", BOOK, *flags], cwd=ROOT).returncode != 0:
        # Read from the kept state, the same page would pass without its warning.
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        raise click.ClickException("the book is not built, see the warnings above")


@contextmanager
def only_one(build: Path) -> Iterator[None]:
    """Wait until no other process builds into this folder."""
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_book(output: Path = ROOT) -> Path:
    """Build into ``output``/_build and return the folder of the pages."""
    build = output / "_build"
    build.mkdir(parents=True, exist_ok=True)
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["execute"]["timeout"]
    with only_one(build):
        drop_stale(build)
        execute_pages(build / ".jupyter_cache", timeout)
        make_html(output)
    return build / "html"


@click.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path), default=ROOT)
def main(output: Path) -> None:
    """Build the book into OUTPUT/_build/html; OUTPUT is the repository when left out."""
    click.echo(f"book: {build_book(output.resolve()) / 'index.html'}")


if __name__ == "__main__":
    main()
