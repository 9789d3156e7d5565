import ast
import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grading.syntax import syntax_tree

FUNCTION = "def f(x):\n    y = [x for x in (1, (2, (3, (4,))))]\n    return g(h(k(y)))\n"


class Rubbish:
    """Something that the garbage collector runs code for, and so lets another thread on."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        sum(range(50))


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that change all the time, and a garbage collector that is always at work."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_many_threads_may_parse() -> None:
    def parse(_: int) -> str:
        for _ in range(8):
            Rubbish()
            tree = syntax_tree(60 * FUNCTION)
        return ast.dump(tree)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(parse, range(8)))) == 1


def test_what_is_not_python_is_said() -> None:
    with pytest.raises(SyntaxError):
        syntax_tree("def")
