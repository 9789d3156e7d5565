"""Ratios and scan trees show what they were given."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from rnncore import plot


def test_ratios_show_median_and_range_in_their_rows() -> None:
    values = np.array([[1.0, 8.0], [2.0, 4.0], [4.0, 2.0]])
    axes = plot.ratio_chart(["small", "large"], {"a": values}, "theirs ÷ ours").axes[0]
    assert_array_equal(axes.lines[0].get_xdata(), [2, 4])
    assert_array_equal(axes.lines[1].get_xdata(), [1, 1])  # the line at 1
    spans = [segment[:, 0].tolist() for segment in axes.collections[0].get_segments()]
    assert spans == [[1, 4], [2, 8]]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["small", "large"]


def test_wrong_ratios_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a: expected \(turns, 2\), got \(3,\)"):
        plot.ratio_chart(["x", "y"], {"a": np.ones(3)}, "")
    with pytest.raises(ValueError, match=r"a: expected positive ratios, got 0\.0"):
        plot.ratio_chart(["x"], {"a": np.zeros((1, 1))}, "")


@pytest.mark.parametrize(("num_steps", "joins"), [(2, 1), (4, 4), (8, 11)])
def test_a_scan_joins_every_prefix(num_steps: int, joins: int) -> None:
    axes = plot.scan_graph(num_steps).axes[0]
    names = [t.get_text() for t in axes.texts]
    prefixes = {"1"} | {f"1–{t}" for t in range(2, num_steps + 1)}
    assert prefixes <= set(names)
    assert len(names) == len(set(names)) == num_steps + joins


def test_a_scan_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="num_steps: expected 2, 4 or 8, got 6"):
        plot.scan_graph(6)
