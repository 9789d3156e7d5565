# about: An exception with a hostile name, text and display
# score: 3
# says: test-double: KeyboardInterrupt<img
class Hostile(Exception):
    def __str__(self):
        return "<script>alert(1)</script>\x1b[2J\x1b]0;title\x07\x00" * 10**5

    def _render_traceback_(self):
        raise SystemExit


Hostile.__name__ = "KeyboardInterrupt<img src=x>"


def double(x):
    raise Hostile
