"""Build the book: ``python book/build.py [OUTPUT]``; the pages come to OUTPUT/_build/html.

Pages are executed first, side by side, into the cache that Jupyter Book then reads. Neither that
cache nor Sphinx's own looks at what a page imports, so both are dropped when it has changed.
"""

import fcntl
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import yaml

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
CONFIG = ROOT / "_config.yml"


def toc_pages() -> list[Path]:
    """Return the sources of all pages in the table of contents, in its order."""
    from sphinx_external_toc.parsing import parse_toc_yaml  # slow, and not needed when up to date

    return [BOOK / f"{name}.md" for name in parse_toc_yaml(BOOK / "_toc.yml")]


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of the interpreter's version and of the files' names and contents."""
    digest = hashlib.sha256(platform.python_version().encode())
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"\0{file.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def code_files() -> list[Path]:
    """Return what the results of a page depend on, beside the page itself."""
    packages = (file for name in ("rnncore", "benchmarks") for file in (ROOT / name).rglob("*.py"))
    return [*packages, ROOT / "constraints.txt", BOOK / "matplotlibrc"]


def book_files() -> list[Path]:
    """Return everything that the built book depends on."""
    files = (file for file in BOOK.rglob("*") if file.is_file())
    kept = (
        file
        for file in files
        if not any(part.startswith((".", "__")) for part in file.relative_to(BOOK).parts)
    )
    grader = ROOT / "grading"  # the instructor guide lists its settings
    settings = (grader / f"{name}.py" for name in ("settings", "confine", "submission"))
    return [*code_files(), *kept, CONFIG, *filter(Path.exists, settings)]


def execute_pages(cache_folder: Path) -> None:
    """Execute all pages that are not in the cache, as many at a time as there are processors.

    A page whose kernel could not be started is left for Jupyter Book to execute.

    Raises:
        click.ClickException: a cell failed; its traceback is shown.
    """
    from jupyter_cache import get_cache
    from jupyter_cache.executors import load_executor
    from myst_nb.core.read import is_myst_markdown_notebook

    cache = get_cache(str(cache_folder))
    pages = [page for page in toc_pages() if is_myst_markdown_notebook(page.read_text("utf-8"))]
    uris = [str(page) for page in pages]
    for uri in uris:
        cache.add_nb_to_project(uri, read_data={"name": "myst_nb_md", "type": "plugin"})
    waiting = cache.list_unexecuted(uris) if uris else []
    click.echo(f"book: executing {len(waiting)} of {len(pages)} pages with code")
    if not waiting:
        return
    logger = logging.getLogger("book")
    logger.setLevel(logging.INFO)  # without it the workers do not name the page they are at
    timeout = yaml.safe_load(CONFIG.read_text("utf-8"))["execute"]["timeout"]
    executor = load_executor("local-parallel", cache, logger)
    result = executor.run_and_cache(filter_uris=uris, timeout=timeout)
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
        raise click.ClickException("the book is not built, see the warnings above")


@contextmanager
def only_one(build: Path) -> Iterator[None]:
    """Wait until no other process builds into this folder."""
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def isolate_kernels(build: Path) -> None:
    """Execute pages without the user's own IPython settings and start-up files."""
    profile = build / ".ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    # Kernels of jupyter-cache are reached over the machine's own loopback and warn about it.
    (profile / "ipython_kernel_config.py").write_text(
        "c = get_config()\nc.Application.log_level = 40\n"
    )
    os.environ["IPYTHONDIR"] = str(profile.parent)
    # One page per processor, so one thread per page: more would wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def build_book(output: Path = ROOT) -> Path:
    """Build into ``output``/_build what is not up to date there.

    Args:
        output: The folder that holds ``_build``.

    Returns:
        The folder of the pages.

    Raises:
        click.ClickException: a cell failed, or Jupyter Book found a mistake.
    """
    build = output / "_build"
    with only_one(build):
        whole, results = build / ".book.sha256", build / ".results.sha256"
        current = fingerprint(book_files())
        if _holds(whole, current) and (build / "html" / "index.html").exists():
            click.echo("book: nothing has changed")
            return build / "html"
        whole.unlink(missing_ok=True)
        for folder in ("html", ".doctrees"):
            shutil.rmtree(build / folder, ignore_errors=True)
        code = fingerprint(code_files())
        if not _holds(results, code):
            shutil.rmtree(build / ".jupyter_cache", ignore_errors=True)
            results.write_text(code)
        isolate_kernels(build)
        execute_pages(build / ".jupyter_cache")
        make_html(output)
        whole.write_text(current)
    return build / "html"


def _holds(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


@click.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path), default=ROOT)
def main(output: Path) -> None:
    """Build the book into OUTPUT/_build/html; OUTPUT is the repository when left out."""
    click.echo(f"book: {build_book(output.resolve()) / 'index.html'}")


if __name__ == "__main__":
    main()
