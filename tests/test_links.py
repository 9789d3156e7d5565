"""Links in all texts, without the network: their syntax, and the files that they name."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
CODE = re.compile(r"^(```+|~~~+)(?!\{(?:admonition|dropdown|warning|note)).*?^\1\s*$", re.M | re.S)
SPAN = re.compile(r"(`+).+?\1")
FRONT = re.compile(r"\A---\n.*?^---$", re.M | re.S)
LINK = re.compile(r"(?<![\\\]])\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]*)\)")
ADDRESS = re.compile(r"https?://[^\s<>)\"'`\]}]+")
HTTP_ONLY = ("http://127.0.0.1", "http://localhost")
"""A machine's own loopback has no certificate."""


def prose(text: str) -> str:
    """Return a page without its code."""
    return SPAN.sub("code", CODE.sub("", FRONT.sub("", text)))


def malformed(text: str) -> Iterator[str]:
    """Yield what was meant to be a link and is none, or a bad one."""
    words = prose(text)
    yield from re.findall(r"\][ ]+\(https?://[^)]*\)|\([^()\n]+\)\[https?://[^\]]*\]", words)
    for found in LINK.finditer(words):
        if not found["text"].strip() or not found["target"]:
            yield found[0]
    inside = {
        found.start() + offset for found in LINK.finditer(words) for offset in range(len(found[0]))
    }
    for found in ADDRESS.finditer(words):
        angle = words[found.start() - 1 : found.start()] == "<"
        attribute = words[found.start() - 2 : found.start()] in ('="', "='")
        if found.start() not in inside and not angle and not attribute:
            yield f"bare {found[0]}"


def bad_address(address: str) -> bool:
    """Whether an address has no host, ends in punctuation, or is not encrypted without need."""
    parts = urlsplit(address)
    if parts.scheme == "http":
        return not address.startswith(HTTP_ONLY)
    return "." not in parts.netloc or address[-1] in ".,;:"


@pytest.mark.parametrize("name", TRACKED)
def test_links_are_well_formed(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert list(malformed(text)) == []
    targets = [found["target"] for found in LINK.finditer(prose(text))]
    assert [target for target in targets if "://" in target and bad_address(target)] == []


@pytest.mark.parametrize("name", [name for name in TRACKED if not name.startswith("book/")])
def test_files_that_are_linked_exist(name: str) -> None:
    here = (ROOT / name).parent
    targets = (found["target"] for found in LINK.finditer(prose((ROOT / name).read_text("utf-8"))))
    files = (target.split("#")[0] for target in targets if "://" not in target)
    assert [file for file in files if file and not (here / file).exists()] == []


def test_addresses_in_the_bibliography_are_well_formed() -> None:
    text = (ROOT / "book" / "references.bib").read_text("utf-8")
    urls = re.findall(r"^\s*url\s*=\s*\{(.*)\}", text, re.M)
    dois = re.findall(r"^\s*doi\s*=\s*\{(.*)\}", text, re.M)
    assert urls
    assert dois
    assert [url for url in urls if bad_address(url)] == []
    assert [doi for doi in dois if not re.fullmatch(r"10\.\d{4,9}/[^\s{}]+", doi)] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](b.md) and <https://a.org> and [c](https://a.org/x).", False),
        ("`[a] (https://a.org)`\n\n```sh\ncurl https://a.org\n```\n", False),
        ('<a href="https://a.org">there</a>', False),
        ("[a] (https://a.org)", True),
        ("(a)[https://a.org]", True),
        ("[](b.md)", True),
        ("[a]()", True),
        ("See https://a.org for more.", True),
    ],
)
def test_malformed_links_are_found(text: str, wrong: bool) -> None:
    assert bool(list(malformed(text))) == wrong


@pytest.mark.parametrize("address", ["http://a.org", "https://nowhere", "https://a.org/x."])
def test_bad_addresses_are_found(address: str) -> None:
    assert bad_address(address)
