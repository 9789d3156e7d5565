"""Imports point down: the core knows NumPy and nothing above itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import rnncore

ROOT = Path(rnncore.__file__).parent
ABOVE_THE_CORE = {
    "data": {"statsmodels"},
    "plot": {"matplotlib"},
    "progress": {"tqdm"},
    "pytorch": {"torch"},
}
"""What sits above the core, and what else it may import."""

SOURCES = sorted(ROOT.rglob("*.py"))


def top_level_imports(source: Path) -> set[str]:
    """Every package a file imports, wherever in the file, and rnncore's parts by full name."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative import"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: str(s.relative_to(ROOT)))
def test_a_module_imports_only_what_its_place_allows(source: Path) -> None:
    part = source.relative_to(ROOT).parts[0].removesuffix(".py")
    allowed = {"numpy", "rnncore", *sys.stdlib_module_names, *ABOVE_THE_CORE.get(part, ())}
    imports = top_level_imports(source)
    assert {name.split(".")[0] for name in imports} <= allowed
    if part not in ABOVE_THE_CORE:
        assert not imports & {f"rnncore.{above}" for above in ABOVE_THE_CORE}


def test_importing_rnncore_loads_neither_torch_nor_matplotlib() -> None:
    code = "import rnncore, sys; print(sorted({'torch', 'matplotlib', 'tqdm'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_names_everything_public_and_only_that() -> None:
    assert rnncore.__all__ == sorted(rnncore.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(rnncore, name) for name in rnncore.__all__)
    submodules = {p.stem for p in ROOT.iterdir()}
    public = {n for n in vars(rnncore) if not n.startswith("_")} - submodules
    assert public - set(rnncore.__all__) == set()
