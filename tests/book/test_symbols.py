"""Every symbol of the book is in the tables of the notation page."""

from pathlib import Path

import pytest

from book.build import BOOK, toc_pages
from tests.book.symbols import formulas, listed, of_page, symbols


@pytest.mark.parametrize("page", toc_pages(), ids=lambda page: page.stem)
def test_symbols_of_a_page_are_in_the_notation_tables(page: Path) -> None:
    assert of_page(page) - listed(BOOK / "notation.md") == set()


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        ("h_t = \\tanh(x_t W_x + b)", {"h", "t", "x", "W", "b"}),
        ("d\\hat y_{t-1}", {"\\hat y", "t"}),
        ("\\frac{\\partial L}{\\partial h_{\\rm prev}}", {"L", "h", "p", "r", "e", "v"}),
        ("dW_{jk} = \\sum_n x_{nj}", {"W", "j", "k", "n", "x"}),
        ("x^{\\mathsf T} \\odot \\lambda_i", {"x", "\\mathsf", "T", "\\odot", "\\lambda", "i"}),
        ("\\text{rows of } Z", {"Z"}),
        ("\\begin{aligned} u &= 1 \\end{aligned}", {"u"}),
    ],
)
def test_symbols_are_found(tex: str, found: set[str]) -> None:
    assert set(symbols(tex)) - {"d"} == found


def test_formulas_are_found_wherever_they_stand() -> None:
    page = """---
title: $a$
---
Text $b$, `$c$`, and a table.

| $e$ | f |
|---|---|
| $g$ | 1 |

$$
h
$$ (label)

```{math}
:label: eq-i
j
```

:::{admonition} T
:class: tip

Inside $k$.

```{dropdown} Answer
And $l$.
```
:::

```{code-cell} ipython3
print("$m$")
```
"""
    assert [tex.strip() for tex in formulas(page)] == ["b", "e", "g", "h", "j", "k", "l"]
