"""Timing several runs side by side, so that only their ratios need be believed."""

import time
from collections.abc import Callable, Mapping
from statistics import median

from benchmarks.contenders import Run

REST = 0.05
"""Seconds of sleep before a contender's turn. The thread pools of torch and of NumPy's BLAS spin
for a while after their work is done, and would take the cores from the other one."""


def interleaved(
    runs: Mapping[str, Run],
    repeats: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
    rest: float = REST,
) -> dict[str, list[float]]:
    """Time every run in turn, again and again: what disturbs the machine disturbs all of them.

    Args:
        runs: What to time, by name.
        repeats: How many turns each gets.
        seconds: Length of a turn; a run that takes longer is timed once in each.
        clock: What is read before and after a run. ``time.process_time`` leaves out what other
            programs take, and adds up the threads of this one: it is for one thread.
        rest: Seconds of sleep before a turn; 0 is enough for one thread.

    Returns:
        Seconds of one run, by name: for each turn the median within it.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            time.sleep(rest)
            run()  # wakes the threads, fills the cache
            times[name].append(_turn(run, seconds, clock))
    return times


def _turn(run: Run, seconds: float, clock: Callable[[], float]) -> float:
    found: list[float] = []
    end = time.perf_counter() + seconds
    while not found or time.perf_counter() < end:
        start = clock()
        run()
        found.append(clock() - start)
    return median(found)


def ratio(numerators: list[float], denominators: list[float]) -> float:
    """Return the median over the turns of one time divided by another, taken turn by turn.

    Args:
        numerators: Seconds by turn.
        denominators: Seconds of another run by turn, in the same order.
    """
    return median(a / b for a, b in zip(numerators, denominators, strict=True))
