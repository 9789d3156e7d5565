"""A drawing of Matplotlib's as part of a page whose policy allows no style from elsewhere."""

import io
import re
import xml.etree.ElementTree as ET

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"


def inline_svg(figure: Figure, text: str) -> Markup:
    """Turn a figure into an ``<svg>`` element.

    What is drawn in black takes the colour of the page's text, so that it fits light and dark.

    Args:
        figure: The figure; its background is left out.
        text: What it shows, for those who cannot see it.
    """
    file = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "report"}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _LINK)
    root = ET.fromstring(file.getvalue())  # noqa: S314 - written by Matplotlib just now
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        for declaration in element.attrib.pop("style", "").split(";"):
            name, _, value = declaration.partition(":")
            if name.strip():
                element.set(name.strip(), value.strip())
        for name in ("fill", "stroke"):
            if element.get(name) == "#000000":
                element.set(name, "currentColor")
    root.attrib |= {"role": "img", "aria-label": text}
    for name in ("width", "height"):
        del root.attrib[name]  # the page decides, by the view box
    return Markup(re.sub(r">\s+<", "><", ET.tostring(root, encoding="unicode")))  # noqa: S704 - our own
