"""Series of numbers."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from rnncore.data import EnergySettings, energy_series, monthly_temperature, toy_series


def test_the_toy_series_is_the_articles() -> None:
    assert_array_equal(toy_series()[:, 0], [10, 20, 30, 40, 50, 60, 70, 80, 90])
    assert toy_series(np.float32).dtype == np.float32


def test_the_energy_series_rises_swings_and_drops() -> None:
    still = EnergySettings(noise=0)
    series = energy_series(np.random.default_rng(0), still)[:, 0]
    assert series.shape == (still.num_months,)
    years = series.reshape(-1, 12).mean(axis=1)
    drop_year = still.drop_month // 12
    rises = np.diff(years)
    np.testing.assert_allclose(np.delete(rises, drop_year - 1), 12 * still.growth)
    np.testing.assert_allclose(rises[drop_year - 1], 12 * still.growth - still.drop)
    np.testing.assert_allclose(series[3] - series[9], 2 * still.season - 6 * still.growth)


def test_the_noise_comes_from_the_generator_and_has_its_size() -> None:
    long = EnergySettings(num_months=5000, drop_month=5000)
    one, again, other = (energy_series(np.random.default_rng(s), long) for s in (0, 0, 1))
    assert_array_equal(one, again)
    assert abs((one - other).std() / (long.noise * 2**0.5) - 1) < 0.05
    assert energy_series(np.random.default_rng(0), dtype=np.float32).dtype == np.float32


def test_wrong_settings_are_named() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="num_months: expected at least 1, got 0"):
        energy_series(rng, EnergySettings(num_months=0))
    with pytest.raises(ValueError, match="drop_month: expected 0 to 10, got 11"):
        energy_series(rng, EnergySettings(num_months=10, drop_month=11))
    with pytest.raises(ValueError, match="noise: expected 0 or more, got -1"):
        energy_series(rng, EnergySettings(noise=-1))


def test_the_measured_series_is_complete_and_seasonal() -> None:
    series = monthly_temperature()[:, 0]
    assert series.shape == (61 * 12,)
    assert np.isfinite(series).all()
    assert 15 < series.min() < series.max() < 31
    months = series.reshape(61, 12).mean(axis=0)
    assert months.argmax() == 2  # March, the end of the southern summer
    assert months.argmin() in (7, 8)
    assert monthly_temperature(np.float32).dtype == np.float32


def test_without_statsmodels_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['statsmodels'] = None\n"
        "from rnncore.data import monthly_temperature; monthly_temperature()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "expected statsmodels, which ships the numbers, got none" in last
    assert "pip install statsmodels" in last
