"""How training went."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from rnncore.plot._canvas import SERIES
from rnncore.plot._charts import _DASHES, _chart, _expect_few, _label, _legend
from rnncore.training import Log


def training_curves(
    logs: Mapping[str, Log],
    against: Literal["tokens", "seconds"],
    ylabel: str,
    smoothing: int = 1,
    yscale: str = "linear",
) -> Figure:
    """Draw the loss of one or more trainings against what it cost.

    Args:
        logs: Label → log, as :func:`rnncore.fit` returns it.
        against: What is counted along x: tokens seen, or seconds passed.
        ylabel: What the loss is, with its unit.
        smoothing: Updates in the running mean that is drawn, at least 1.
        yscale: ``"linear"`` or ``"log"``.

    Returns:
        A curve per training, each with its own dash and its label in a legend above.

    Raises:
        ValueError: there are no logs or more than four, or one is shorter than the mean.
    """
    _expect_few(logs)
    figure, axes = _chart(3.0)
    for (label, log), color, dash in zip(logs.items(), SERIES, _DASHES, strict=False):
        if not 1 <= smoothing <= len(log.loss):
            raise ValueError(
                f"smoothing: expected 1 to {len(log.loss)}, the updates of {label}, got {smoothing}"
            )
        means = np.convolve(log.loss, np.full(smoothing, 1 / smoothing), mode="valid")
        places = (log.tokens if against == "tokens" else log.seconds)[smoothing - 1 :]
        axes.plot(places, means, color=color, linestyle=dash, label=label, lw=1.8)
    axes.set_yscale(yscale)
    _label(axes, "tokens seen" if against == "tokens" else "seconds", ylabel)
    _legend(axes)
    return figure
