"""Measuring everything, printing it and writing it down."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.contenders import CELLS, Shape, ours, problem, products, torchs
from benchmarks.memory import memory
from benchmarks.timing import interleaved, ratio

SHAPES = (
    Shape(3, 1, 1, 2),
    Shape(10, 4, 8, 16),
    Shape(20, 32, 32, 64),
    Shape(35, 20, 200, 200),
    Shape(50, 32, 128, 128),
    Shape(100, 64, 256, 512),
    Shape(1000, 16, 64, 128),
)
MEMORY_SHAPES = tuple(Shape(T, 16, 64, 128) for T in (64, 256, 1024, 4096))


def speed(name: str, shape: Shape, repeats: int, seconds: float) -> dict[str, Any]:
    """Time one cell at one shape, forward and backward, against torch and the matrix products.

    Args:
        name: A cell's name, as in ``CELLS``.
        shape: T, B, D and H.
        repeats: Turns of every contender.
        seconds: Length of a turn.

    Returns:
        A row of the report: median seconds, and ratios taken turn by turn.
    """
    cell, module = CELLS[name]
    p = problem(cell, shape, np.random.default_rng(0))
    runs = {
        "ours": ours(cell, p),
        "readable": ours(cell._replace(kernel=None), p),
        "torch": torchs(module, p),
        "products": products(p),
    }
    times = interleaved(runs, repeats, seconds)
    return {
        "cell": name,
        **shape._asdict(),
        **{f"{who}_seconds": median(found) for who, found in times.items()},
        "torch_over_ours": ratio(times["torch"], times["ours"]),
        "torch_over_readable": ratio(times["torch"], times["readable"]),
        "products_over_ours": ratio(times["products"], times["ours"]),
    }


def measure(
    shapes: Sequence[Shape], memory_shapes: Sequence[Shape], repeats: int, seconds: float
) -> dict[str, Any]:
    """Measure every cell at every shape.

    Args:
        shapes: Where to measure speed.
        memory_shapes: Where to measure memory.
        repeats: Turns of every contender.
        seconds: Length of a turn.

    Returns:
        The report, ready to be written as JSON.
    """
    jobs = [(name, shape) for name in CELLS for shape in shapes]
    return {
        "machine": {"processor": platform.machine(), "python": platform.python_version()},
        "versions": {"numpy": np.__version__, "torch": torch.__version__},
        "threads": torch.get_num_threads(),
        "dtype": "float32",
        "speed": [speed(*job, repeats, seconds) for job in track(jobs, "speed", transient=True)],
        "memory": [memory(name, shape) for name in CELLS for shape in memory_shapes],
    }


def tables(report: dict[str, Any]) -> list[Table]:
    """Return the report as tables.

    Args:
        report: What :func:`measure` returned.
    """
    fast = Table(title=f"Forward and backward, {report['threads']} threads, {report['dtype']}")
    ratios = {
        "torch\n÷ ours": "torch_over_ours",
        "torch ÷\nreadable": "torch_over_readable",
        "products\n÷ ours": "products_over_ours",
    }
    for heading in ("cell", "(T, B, D, H)", "ours ms", *ratios):
        fast.add_column(heading, justify="right", no_wrap=True)
    for row in report["speed"]:
        fast.add_row(
            *(row["cell"], _shape(row), f"{row['ours_seconds'] * 1e3:.2f}"),
            *(f"{row[key]:.2f}" for key in ratios.values()),
        )
    held = Table(title="Peak memory of forward and backward")
    for heading in ("cell", "(T, B, D, H)", "whole tape MB", "checkpointed MB", "every"):
        held.add_column(heading, justify="right")
    for row in report["memory"]:
        sizes = (row[f"{how}_bytes"] / 1e6 for how in ("plain", "checkpointed"))
        held.add_row(
            row["cell"], _shape(row), *(f"{size:.1f}" for size in sizes), str(row["every"])
        )
    return [fast, held]


def _shape(row: dict[str, Any]) -> str:
    return "({T}, {B}, {D}, {H})".format(**row)


def main(path: Path, threads: int) -> None:
    """Measure everything, print the tables and write the report.

    Args:
        path: Where to write the JSON.
        threads: How many threads torch and BLAS use; BLAS must have been told before NumPy loaded.
    """
    torch.set_num_threads(threads)
    report = measure(SHAPES, MEMORY_SHAPES, repeats=7, seconds=0.1)
    console = Console()
    console.print(*tables(report))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n")
    console.print(f"Written to {path}")
