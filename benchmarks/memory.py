"""Peak memory of a forward and backward pass against the length of the sequence."""

import math
import tracemalloc

import numpy as np

from benchmarks.contenders import CELLS, Run, Shape, ours, problem
from rnncore import checkpointed_backward


def peak_bytes(run: Run) -> int:
    """Run once and return the most memory that it held at a time, in bytes, over what there was.

    Args:
        run: What to run.
    """
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def memory(name: str, shape: Shape) -> dict[str, object]:
    """Measure one cell with its whole tape, and with a checkpoint every √T steps.

    Args:
        name: A cell's name, as in ``CELLS``.
        shape: T, B, D and H.

    Returns:
        A row of the report; memory in bytes, including the gradients that are returned.
    """
    cell = CELLS[name].cell
    p = problem(cell, shape, np.random.default_rng(0))
    every = math.isqrt(shape.T)
    return {
        "cell": name,
        **shape._asdict(),
        "every": every,
        "plain_bytes": peak_bytes(ours(cell, p)),
        "checkpointed_bytes": peak_bytes(
            lambda: checkpointed_backward(cell, p.params, p.xs, p.dhs, every, p.state)
        ),
    }
