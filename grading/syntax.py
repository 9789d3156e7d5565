"""Python's parser, one thread at a time."""

import ast
import threading

_lock = threading.Lock()


def syntax_tree(source: str) -> ast.Module:
    """Parse Python source, as ``ast.parse`` does.

    CPython 3.11 counts the depth of the tree that it builds in one place for all threads, and
    fails with a SystemError when two of them build one.

    Raises:
        SyntaxError: it is not Python.
    """
    with _lock:
        return ast.parse(source)
