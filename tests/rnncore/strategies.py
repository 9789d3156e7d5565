"""What the property tests of rnncore draw from."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

lengths = st.integers(1, 5)
"""Every size starts at 1, where transposes and missing sums hide."""

seeds = st.integers(0, 2**32 - 1)
"""Seed of the numbers; the shapes are drawn apart, so that they shrink."""


class Sizes(NamedTuple):
    """Shape of one recurrent problem."""

    T: int
    B: int
    D: int
    H: int


sizes = st.builds(Sizes, lengths, lengths, lengths, lengths)
rngs = seeds.map(np.random.default_rng)
