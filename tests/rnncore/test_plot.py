import io
import re
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rnncore import Log, plot
from rnncore.plot import Matrix

RNG = np.random.default_rng(0)
LOG = Log(np.arange(1, 6) * 10, np.linspace(0.1, 0.5, 5), RNG.random(5), RNG.random(5))
FIGURES = {
    "unrolled_graph": plot.unrolled_graph(),
    "unrolled_graph of one step": plot.unrolled_graph(1),
    "backward_graph": plot.backward_graph(),
    "lstm_step": plot.lstm_step(),
    "gru_step": plot.gru_step(),
    "backward_graph, cut": plot.backward_graph(3, cut=(2, 3)),
    "shape_diagram": plot.shape_diagram(
        [Matrix("z", ("B", "H")), "=", Matrix("x", ("B", "D")), Matrix("W_x", ("D", "H"))],
        [Matrix("dW_x", ("D", "H")), "+", Matrix("b", ("1", "H"))],
    ),
    "curves": plot.curves({"a": RNG.random((3, 9)), "b": RNG.random((3, 9))}, "x", "y", "log"),
    "dots": plot.dots({"$W_x$": RNG.random(5), "$b$": RNG.random(5)}, "cosine"),
    "tanh_chart": plot.tanh_chart({"raw": RNG.normal(size=(3, 2))}, limit=2.0),
    "batch_grid": plot.batch_grid(29, 3, 4),
    "batch_grid without a rest": plot.batch_grid(3, 2, 1),
    "truncation_graph": plot.truncation_graph(6, 1, 3),
    "truncation_graph of one step": plot.truncation_graph(1, 1, 1),
    "reach_map": plot.reach_map(np.tril(RNG.random((7, 7)))),
    "training_curves": plot.training_curves(
        {"a rather long label": LOG, "another long label": LOG}, "tokens", "nats", smoothing=2
    ),
    **plot.configurations(),
}
every_figure = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


def texts(figure: Figure) -> list[Text]:
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]


@every_figure
def test_is_transparent_and_fits_a_page_and_a_phone(figure):
    FigureCanvasAgg(figure).draw()
    width, height = figure.get_size_inches()
    assert width <= 4.8
    assert height <= 4.8
    assert figure.get_facecolor()[3] == 0
    assert all(axes.get_facecolor()[3] == 0 for axes in figure.axes if axes.axison)


@every_figure
def test_every_text_is_large_enough_and_inside(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for text in texts(figure):
        assert text.get_fontsize() >= 10
        if figure.axes[0].axison:
            continue  # charts are laid out by matplotlib
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text


@every_figure
def test_becomes_an_svg(figure):
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    assert b"</svg>" in file.getvalue()


def test_forward_graph_repeats_the_shared_weights_at_every_step():
    found = [text.get_text() for text in texts(plot.unrolled_graph(3))]
    assert found.count("$W_x$") == found.count("$W_h$") == 3


def test_cut_replaces_the_path_through_the_state_with_a_cross():
    found = [text.get_text() for text in texts(plot.backward_graph(3, cut=(1, 3)))]
    assert found.count("✕") == 2
    assert found.count(r"$W_h^{\mathsf{T}}$") == 1
    assert "$dh_0$" not in found


def test_matrices_are_drawn_to_the_lengths_given():
    figure = plot.shape_diagram([Matrix("a", ("R", "C"))], lengths={"R": 5, "C": 2})
    assert len(figure.axes[0].patches) == 10


def test_a_chart_shows_what_it_was_given():
    values = np.array([0.2, 0.4, 0.9])
    dots, median = plot.dots({"row": values}, "x").axes[0].lines
    np.testing.assert_array_equal(dots.get_xdata(), values)
    np.testing.assert_array_equal(median.get_xdata(), [0.4, 0.4])

    seeds = np.array([[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]])
    (line,) = plot.curves({"a": seeds}, "x", "y", every=50).axes[0].lines
    np.testing.assert_array_equal(line.get_xdata(), [0, 50])
    np.testing.assert_array_equal(line.get_ydata(), [3, 4])

    marks = plot.tanh_chart({"raw": np.array([0.5, -9.0])}, limit=2).axes[0].lines[-1]
    np.testing.assert_allclose(marks.get_xdata(), [0.5, -2])
    np.testing.assert_allclose(marks.get_ydata(), np.tanh([0.5, -2]))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plot.unrolled_graph(0), "num_steps: expected at least 1, got 0"),
        (lambda: plot.backward_graph(2, cut=(3,)), "cut: expected steps in 1 … 2, got [3]"),
        (
            lambda: plot.shape_diagram([Matrix("x", ("B", "D")), Matrix("W_h", ("H", "H"))]),
            "W_h: expected (D, …) after x (B, D), got (H, H)",
        ),
        (lambda: plot.shape_diagram([Matrix("x", ("Q", "D"))]), "expected a length for 'Q'"),
        (lambda: plot.curves({"a": np.ones(3)}, "", ""), "a: expected (seeds, points), got (3,)"),
        (lambda: plot.curves({}, "", ""), "expected 1 to 4 series, got 0"),
        (lambda: plot.tanh_chart({}, 1.0), "expected 1 to 4 series, got 0"),
    ],
)
def test_bad_input_is_refused_in_one_line(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()


def test_leaves_no_global_state():
    code = (
        "import sys, matplotlib; before = matplotlib.rcParams.copy()\n"
        "from rnncore import plot; plot.unrolled_graph(); plot.configurations()\n"
        "assert matplotlib.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
