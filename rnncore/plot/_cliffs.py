"""A loss over two weights, and the ways that descents take on it."""

from collections.abc import Mapping

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from rnncore._shapes import Array, expect_shape
from rnncore.plot._canvas import BLUE, GREEN, INK, ORANGE, TEXT_SIZE
from rnncore.plot._charts import _DASHES, _MARKERS, _chart, _expect_few, _label, _legend

_HIGHER = LinearSegmentedColormap.from_list("higher", [(BLUE, 0.03), (BLUE, 0.55)])
_COLORS = (ORANGE, GREEN, INK, BLUE)


def descent_map(
    xs: Array, ys: Array, losses: Array, paths: Mapping[str, Array], xlabel: str, ylabel: str
) -> Figure:
    """Draw a loss over two weights as a map, and descents as lines on it.

    Args:
        xs: Values of the first weight, shape (X,), growing.
        ys: Values of the second weight, shape (Y,), growing.
        losses: Entry (y, x) is the loss there, shape (Y, X).
        paths: Label → places in their order, shape (points, 2), x before y. What lies outside
            the map is not shown.
        xlabel: What the first weight is.
        ylabel: What the second weight is.

    Returns:
        The map, stronger for larger, with level lines; each path has its own mark and dash.

    Raises:
        ValueError: an array has another shape, or there are no paths or more than four.
    """
    expect_shape("losses", losses, len(ys), len(xs))
    _expect_few(paths)
    figure, axes = _chart(3.8)
    image = axes.pcolormesh(xs, ys, losses, cmap=_HIGHER, shading="nearest", rasterized=True)
    axes.contour(xs, ys, losses, levels=8, colors=INK, linewidths=0.6, alpha=0.5)
    styles = zip(paths.items(), _COLORS, _DASHES, _MARKERS, strict=False)
    for (label, path), color, dash, marker in styles:
        expect_shape(label, path, "points", 2)
        axes.plot(*path.T, marker, ms=4.5, lw=1.4, ls=dash, color=color, label=label)
    axes.set(xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    _label(axes, xlabel, ylabel)
    _legend(axes)
    bar = figure.colorbar(image, ax=axes, shrink=0.9)
    bar.set_label("loss", fontsize=TEXT_SIZE)
    bar.ax.set_facecolor("none")
    bar.ax.tick_params(labelsize=TEXT_SIZE)
    bar.locator = MaxNLocator(5)
    return figure
