"""Figures of the book: values in, a matplotlib ``Figure`` out, nothing global touched.

Every figure is transparent and at most 4.8 inches wide, so that it is legible on a phone, and
says nothing by colour alone. Needs matplotlib, which the core of the package does not.
"""

from rnncore.plot._accuracy import slice_chart, step_size_chart
from rnncore.plot._batches import batch_grid
from rnncore.plot._charts import curves, dots, tanh_chart
from rnncore.plot._cliffs import descent_map
from rnncore.plot._configurations import (
    bidirectional,
    configurations,
    many_to_many,
    many_to_one,
    one_to_many,
    stacked,
)
from rnncore.plot._datum import TrainedDatum, datum_explorer
from rnncore.plot._gates import gru_step, lstm_step
from rnncore.plot._graphs import backward_graph, unrolled_graph
from rnncore.plot._passes import truncation_explorer
from rnncore.plot._ratios import ratio_chart
from rnncore.plot._reach import reach_map, truncation_graph
from rnncore.plot._reach_explorer import reach_explorer
from rnncore.plot._scan import scan_graph
from rnncore.plot._shapes import Matrix, shape_diagram
from rnncore.plot._streams import stream_explorer
from rnncore.plot._sweeps import share_grid, sweep_chart
from rnncore.plot._training import training_curves

__all__ = [
    "Matrix",
    "TrainedDatum",
    "backward_graph",
    "batch_grid",
    "bidirectional",
    "configurations",
    "curves",
    "datum_explorer",
    "descent_map",
    "dots",
    "gru_step",
    "lstm_step",
    "many_to_many",
    "many_to_one",
    "one_to_many",
    "ratio_chart",
    "reach_explorer",
    "reach_map",
    "scan_graph",
    "shape_diagram",
    "share_grid",
    "slice_chart",
    "stacked",
    "step_size_chart",
    "stream_explorer",
    "sweep_chart",
    "tanh_chart",
    "training_curves",
    "truncation_explorer",
    "truncation_graph",
    "unrolled_graph",
]
