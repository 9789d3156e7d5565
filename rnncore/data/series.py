"""Series of numbers: the article's two, and one that was measured."""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnncore._shapes import Array


def toy_series(dtype: DTypeLike = np.float64) -> Array:
    """Return 10, 20, …, 90 (book chapter "The forward pass, by hand"), shape (9, 1)."""
    return np.arange(10, 100, 10, dtype=dtype)[:, np.newaxis]


class EnergySettings(NamedTuple):
    """A household's monthly use of energy, made by rule; in kilowatt hours where not said."""

    num_months: int = 120
    """S, months in the series."""
    base: float = 300.0
    """Use in the first month, season aside."""
    growth: float = 1.5
    """What is added month by month."""
    season: float = 60.0
    """Amplitude of the yearly sinusoid."""
    drop_month: int = 84
    """First month after the sudden drop, counted from 0."""
    drop: float = 120.0
    """How much less is used from then on."""
    noise: float = 5.0
    """Standard deviation of what no rule explains."""


def energy_series(
    rng: np.random.Generator,
    settings: EnergySettings | None = None,
    dtype: DTypeLike = np.float64,
) -> Array:
    """Make a series like the article's: a rising sinusoid with a sudden drop.

    Value t is base + growth·t + season·sin(2π t / 12), less the drop from its month on,
    plus normal noise.

    Args:
        rng: Source of the noise.
        settings: Sizes of all parts; :class:`EnergySettings` when left out.
        dtype: ``float32`` or ``float64``.

    Returns:
        Shape (S, 1), in kilowatt hours per month.

    Raises:
        ValueError: there is no month, the drop lies outside them, or the noise is negative.
    """
    made = settings or EnergySettings()
    if made.num_months < 1:
        raise ValueError(f"num_months: expected at least 1, got {made.num_months}")
    if not 0 <= made.drop_month <= made.num_months:
        raise ValueError(f"drop_month: expected 0 to {made.num_months}, got {made.drop_month}")
    if made.noise < 0:
        raise ValueError(f"noise: expected 0 or more, got {made.noise}")
    t = np.arange(made.num_months)
    values = made.base + made.growth * t + made.season * np.sin(2 * np.pi * t / 12)
    values -= made.drop * (t >= made.drop_month)
    values += made.noise * rng.standard_normal(made.num_months)
    return values.astype(dtype)[:, np.newaxis]


def monthly_temperature(dtype: DTypeLike = np.float64) -> Array:
    """Return the sea surface temperature off Peru, every month from 1950 to 2010.

    Monthly means of the region Niño 1+2, data set ERSST.V3B of the U.S. National Oceanic and
    Atmospheric Administration, in the public domain. The numbers come with statsmodels
    (``statsmodels.datasets.elnino``).

    Args:
        dtype: ``float32`` or ``float64``.

    Returns:
        Shape (732, 1), in degrees Celsius.

    Raises:
        ModuleNotFoundError: statsmodels is not installed; the message says how to get it.
    """
    try:
        from statsmodels.datasets import elnino
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "monthly_temperature: expected statsmodels, which ships the numbers, got none; "
            "pip install statsmodels"
        ) from error
    table = elnino.load_pandas().data.to_numpy(dtype)  # a row is a year: YEAR, JAN, …, DEC
    return np.ascontiguousarray(table[:, 1:]).reshape(-1, 1)
