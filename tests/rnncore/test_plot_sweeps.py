"""Charts over settings show the values they were given."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from rnncore import plot


def test_a_sweep_shows_the_median_at_its_sizes() -> None:
    values = np.array([[1.0, 5.0], [2.0, 6.0], [9.0, 7.0]])
    axes = plot.sweep_chart([1, 64], {"a": values}, "size", "loss").axes[0]
    (line,) = axes.lines
    assert_array_equal(line.get_xdata(), [1, 64])
    assert_array_equal(line.get_ydata(), [2, 6])
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1", "64"]


def test_a_grid_writes_each_share_in_its_place() -> None:
    axes = plot.share_grid(np.array([[0, 0.5, 1], [0.25, 0.996, 0.1]]), "ab", "xyz", "r", "c").axes[
        0
    ]
    written = {t.get_position(): t.get_text() for t in axes.texts}
    assert written == {
        (0, 0): "0", (1, 0): "50", (2, 0): "100", (0, 1): "25", (1, 1): "100", (2, 1): "10",
    }  # fmt: skip


def test_wrong_values_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a: expected \(seeds, 2\), got \(3,\)"):
        plot.sweep_chart([1, 2], {"a": np.ones(3)}, "", "")
    with pytest.raises(ValueError, match=r"shares: expected 0 to 1, got 0\.0 to 2\.0"):
        plot.share_grid(np.array([[0.0, 2.0]]), "a", "xy", "", "")
