"""Cutting time into blocks, for what need not be done step by step."""

from rnncore._shapes import Array

ROWS = 512
"""Rows (steps × batch) in a block: enough for a matrix product to run at full speed, and few
enough that what is written for a block is still in the cache when its steps read it."""


def blocks(num_steps: int, batch_size: int) -> list[slice]:
    """Cut steps into consecutive slices of about :data:`ROWS` rows each.

    Args:
        num_steps: T, how many steps there are.
        batch_size: B, rows in a step.

    Returns:
        Slices of time, in order.
    """
    length = max(1, ROWS // batch_size)
    return [slice(t, min(t + length, num_steps)) for t in range(0, num_steps, length)]


def rows(steps: Array) -> Array:
    """Return steps (K, B, N) as rows (K · B, N)."""
    return steps.reshape(-1, steps.shape[-1])
