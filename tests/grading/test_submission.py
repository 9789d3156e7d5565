import gc
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.utils import is_grade

from grading import warm
from grading.errors import CourseError
from grading.result import Result
from grading.submission import Assignment, Settings, grade
from grading.warm import UnsafeWarning, WarmError
from tests.grading.mini import (
    ASSIGNMENT,
    DOUBLE,
    PAIR,
    SETTINGS,
    cell,
    children,
    graded,
    hand_in,
    mini,
    notebook,
    outputs,
    scores,
    solution,
    wait_for_children,
)

pytestmark = pytest.mark.usefixtures("grader")
NO_NOTEBOOKS = [b"", b"  ", b"{", b"[]", b"\xff\xfe\x00", b'{"cells": 3}', b"[" * 9999]
FULL = {"test-double": 2, "test-pair": 3}


def one(answer: str, check: str, wanted: str = "f = 1", **settings: object) -> Result:
    """Grade one solution cell with one test cell."""

    def make(source: str) -> bytes:
        given = cell("given", "import numpy as np\n\ndef given(x):\n    return x + 1\n")
        return notebook(given, solution("answer", source), graded("check", check, 4))

    return grade(make(answer), Assignment(make(wanted)), SETTINGS._replace(**settings))  # type: ignore[arg-type]


def test_an_honest_submission_gets_all_points() -> None:
    result = hand_in()
    assert scores(result) == FULL
    assert result.flags == ()
    assert result.sandboxed
    assert [outcome.error for outcome in result.cells] == [""] * 5


@pytest.mark.parametrize("one_interpreter", [False, True])
def test_a_withheld_function_is_back_when_a_locked_cell_needs_it(one_interpreter: bool) -> None:
    def make(answer: str) -> bytes:
        return notebook(
            cell("given", "from reference.parts import double as reference_double"),
            solution("double", f"def double(x):\n    return {answer}\n"),
            graded("test-double", "assert double(21) == 42", 2),
            cell("stand-in", "def double(x):\n    return reference_double(x)\n"),
            solution("four", "def four(x):\n    return double(double(x))\n"),
            graded("test-four", "assert four(2) == 8", 3),
        )

    settings = SETTINGS._replace(
        withheld=("reference.parts:double@stand-in",), one_interpreter=one_interpreter
    )
    for answer, points in (("2 * x", 2), ("reference_double(x)", 0)):
        result = grade(make(answer), Assignment(make("2 * x")), settings)
        assert scores(result) == {"test-double": points, "test-four": 3}
        assert result.flags == ()


def test_the_result_does_not_depend_on_what_ran_before() -> None:
    assert [hand_in().notebook for _ in range(2)] == [hand_in().notebook] * 2


def test_a_wrong_function_fails_its_own_test_only() -> None:
    result = hand_in(double="def double(x):\n    return 3 * x\n")
    assert scores(result) == {"test-double": 0, "test-pair": 3}


@pytest.mark.parametrize(
    "content", [b"", b"  ", b"{", b"[]", b"\xff\xfe\x00", b'{"cells": 3}', b"[" * 9999]
)
def test_what_is_no_notebook_gets_nothing_and_a_reason(content: bytes) -> None:
    result = grade(content, ASSIGNMENT, SETTINGS)
    assert scores(result) == {"test-double": 0, "test-pair": 0}
    assert result.reason
    assert result.flags == (result.reason,)


def test_a_file_that_is_too_big_is_not_read() -> None:
    result = grade(mini() + b" " * 2000, ASSIGNMENT, SETTINGS._replace(notebook_bytes=2000))
    assert "bytes" in result.reason
    assert scores(result) == {"test-double": 0, "test-pair": 0}


def test_much_text_in_a_notebook_is_no_trouble() -> None:
    comment = "#" + "x" * (3 << 20) + "\n"
    assert scores(hand_in(comment + DOUBLE, comment + PAIR)) == FULL
    assert scores(hand_in(2 * comment + DOUBLE)) == FULL


def test_only_the_source_of_solution_cells_is_taken() -> None:
    tampered = json.loads(mini())
    for part in tampered["cells"]:
        part["metadata"]["tags"] = ["skip-execution", "raises-exception"]
        if part["metadata"]["nbgrader"]["grade"]:
            part["source"] = "1"
            part["metadata"]["nbgrader"] |= {"points": 1000, "solution": True}
    tampered["metadata"] = {"kernelspec": {"name": "evil", "display_name": "e"}}
    result = grade(json.dumps(tampered).encode(), ASSIGNMENT, SETTINGS)
    assert scores(result) == FULL
    read = nbformat.reads(result.notebook, as_version=4)
    assert [c.metadata.nbgrader.points for c in read.cells if is_grade(c)] == [2, 3]
    assert "evil" not in result.notebook
    assert "skip-execution" not in result.notebook


def test_deleted_duplicated_and_reordered_cells_are_flagged() -> None:
    cells = json.loads(mini())["cells"]
    given, double, _, pair, test_pair = cells
    wrong = {**double, "source": "double = None"}
    moved = json.dumps({"cells": [test_pair, pair, wrong, wrong, double, given]}).encode()
    result = grade(moved, ASSIGNMENT, SETTINGS)
    assert scores(result) == FULL
    assert result.flags == (
        "cell double is there more than once; the last counts",
        "cells in another order; they ran in the order of the assignment",
    )
    without = json.dumps({"cells": [given, double]}).encode()
    result = grade(without, ASSIGNMENT, SETTINGS)
    assert scores(result) == {"test-double": 2, "test-pair": 0}
    assert result.flags == ("solution cells missing: pair",)


def test_old_format_is_read() -> None:
    cells = [
        {**c, "input": c.pop("source"), "language": "python"} for c in json.loads(mini())["cells"]
    ]
    old = {"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}
    result = grade(json.dumps(old).encode(), ASSIGNMENT, SETTINGS)
    assert scores(result) == FULL
    assert "old format" in result.flags[0]


def test_cells_of_their_own_run_where_they_stand() -> None:
    cells = json.loads(mini(double="def double(x):\n    return factor * x\n"))["cells"]
    cells.insert(1, {"cell_type": "code", "source": ["factor = ", "2"], "metadata": {}})
    result = grade(json.dumps({"cells": cells}).encode(), ASSIGNMENT, SETTINGS)
    assert scores(result) == FULL
    kinds = [outcome.kind for outcome in result.cells]
    assert kinds == ["given", "added", "solution", "test", "solution", "test"]


def test_a_cell_that_nbgrader_does_not_know_runs_in_both() -> None:
    def make(answer: str) -> bytes:
        plain = cell("", "import math\nfrom fractions import Fraction")
        return notebook(
            plain, solution("answer", answer), graded("check", "assert f(math.pi) == 3", 4)
        )

    right = "def f(x):\n    return math.floor(x)\n"
    assert scores(grade(make(right), Assignment(make(right)), SETTINGS)) == {"check": 4}


def test_a_given_cell_that_fails_only_with_the_student_is_flagged() -> None:
    def make(given: str) -> bytes:
        return notebook(cell("given", given), solution("s", "f = 3"), graded("t", "assert f", 1))

    for given, flags in (
        ("from reference.both import triple", ()),
        (
            "from reference.whole import double",
            (
                "cell given failed only in the student's process: "
                "ModuleNotFoundError: reference.whole is not part of this exercise",
            ),
        ),
    ):
        result = grade(make(given), Assignment(make(given)), SETTINGS)
        assert result.flags == flags
        assert scores(result) == {"t": 1}


def test_tests_see_what_holds_at_their_place() -> None:
    def make(answer: str) -> bytes:
        return notebook(
            solution("one", answer),
            graded("first", "assert f(1) == 2", 1),
            cell("stand-in", "def f(x):\n    return 'stand-in'\nf.is_stand_in = True"),
            solution("two", "def g(x):\n    return f(x)\n"),
            graded("second", "assert g(1) == f(1) == 'stand-in' and f.is_stand_in", 2),
        )

    right = make("def f(x):\n    return 2 * x\n")
    assert scores(grade(right, Assignment(right), SETTINGS)) == {"first": 1, "second": 2}
    wrong = make("def f(x):\n    return 3 * x\n")
    assert scores(grade(wrong, Assignment(right), SETTINGS)) == {"first": 0, "second": 2}


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ("f = [1, (2.5, None), {'a': {1, 2}}]", "assert f == [1, (2.5, None), {'a': {1, 2}}]"),
        ("f = np.arange(6).reshape(2, 3)", "assert f.shape == (2, 3) and f.sum() == 15"),
        ("f = np.float32(2)", "assert type(f) is np.float32 and f == 2"),
        ("f = lambda g, x: g(x)", "assert f(given, 3) == 4 and f(np.exp, 0) == 1"),
        ("f = lambda: given", "assert f()(3) == 4"),
        (
            "f = lambda x: x.flags.writeable",
            "x = np.ones(2)\nassert f(x)\nx.flags.writeable = False\nassert not f(x)",
        ),
        (
            "f = lambda d: np.ones(2, d)",
            "assert f(np.float32).dtype == 'f4'\nassert f(np.dtype('>i2')).dtype == '>i2'",
        ),
        (
            "def f():\n    raise ValueError('no')",
            "with np.testing.assert_raises_regex(ValueError, 'no'):\n    f()",
        ),
        ("import sys\ndef f():\n    print('hello')\n    return 1", "assert f() == 1"),
        ("f = open('own', 'w').write('a')", "assert f == 1 and open('given').read() == 'mine'"),
    ],
)
def test_data_passes_both_ways(answer: str, check: str) -> None:
    def make(source: str) -> bytes:
        given = cell("given", "import numpy as np\n\ndef given(x):\n    return x + 1\n")
        return notebook(given, solution("answer", source), graded("check", check, 4))

    result = grade(make(answer), Assignment(make("f = 1"), {"given": b"mine"}), SETTINGS)
    assert scores(result) == {"check": 4}, outputs(result, "check")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("def f():\n    return object()", "f returned a value of type object; expected plain data"),
        ("def f():\n    return (i for i in 'ab')", "f returned a value of type generator"),
        ("def f():\n    return np.array([{}])", "f returned an array of object"),
        ("def f():\n    return np.ma.array([1])", "f returned a value of type MaskedArray"),
        ("class f:\n    pass", "f returned a value of type f"),
        ("def f():\n    return f()", "RecursionError: maximum recursion depth exceeded"),
        ("def f():\n    raise NotImplementedError('not written yet')", "not written yet"),
        (
            "def f():\n    class Mine(Exception):\n        pass\n    raise Mine('bad')",
            "StudentError: Mine: bad",
        ),
        ("def f():\n    raise StopIteration", "StudentError: StopIteration"),
        ("def f():\n    raise SystemExit(3)", "StudentError: SystemExit: 3"),
        ("def f():\n    a = []\n    while True: a.append(a); a = [a]", "stopped after 1.5 s"),
        ("f = 3", "not callable"),
        ("g = 3", "name 'f' is not defined"),
        ("f = {1: object()}", "f is a value of type object; expected plain data"),
    ],
)
def test_what_is_not_an_answer_fails_the_test_and_says_why(answer: str, words: str) -> None:
    result = one(answer, "assert f() == 1")
    assert scores(result) == {"check": 0}
    assert words in outputs(result, "check")


def test_what_is_not_data_disturbs_only_a_test_that_uses_it() -> None:
    model = "x = object()\ndef f():\n    return 1"
    assert scores(one(model, "x = 1\nassert f() == x", model)) == {"check": 4}
    assert scores(one(model, "assert f() == 1", model)) == {"check": 4}
    assert scores(one(model, "assert f() == 1 and x", model)) == {"check": 0}


def test_a_test_that_shows_a_number_gives_partial_credit() -> None:
    assert scores(one("def f():\n    return 2.5", "f() + 1")) == {"check": 3.5}


def test_what_they_print_is_shown_with_the_test_and_stderr_counts_as_in_nbgrader() -> None:
    loud = "import sys\ndef f():\n    print('hello', file=sys.{})\n    return 1"
    for stream, points in (("stdout", 4), ("stderr", 0)):
        result = one(loud.format(stream), "assert f() == 1")
        assert scores(result) == {"check": points}
        assert "hello" in outputs(result, "check")


def test_a_warning_elsewhere_costs_nothing() -> None:
    result = one("import warnings\nwarnings.warn('old')\ndef f():\n    return 1", "assert f() == 1")
    assert scores(result) == {"check": 4}
    assert "UserWarning" in outputs(result, "answer")


def test_their_traceback_names_their_line() -> None:
    result = one("def f():\n    x = 0\n    return 1 / x", "assert f() == 1")
    assert "line 3 in f: return 1 / x" in outputs(result, "check")


def test_pictures_and_magics_work() -> None:
    source = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n%time f = 1"
    result = one(source, "assert f == 1", cell_seconds=20)
    assert scores(result) == {"check": 4}
    assert "image/png" in outputs(result, "answer")


def test_a_referee_that_dies_or_hangs_costs_the_rest_and_is_said() -> None:
    for check, words in (("import os; os._exit(1)", "ended"), ("while True: pass", "too long")):
        result = one("f = 1", check, cell_seconds=0.1, total_seconds=1.5)
        assert scores(result) == {"check": 0}
        assert words in result.flags[0]


def test_without_a_sandbox_it_says_so_loudly() -> None:
    with pytest.warns(UnsafeWarning, match="NO SANDBOX"):
        result = grade(mini(DOUBLE, PAIR), ASSIGNMENT, Settings(no_sandbox=True))
    assert scores(result) == FULL
    assert not result.sandboxed


def test_errors_show_the_test_and_the_answer_but_nothing_between() -> None:
    result = one("def f():\n    return object()", "x = 1\nassert f() == 1")
    shown = outputs(result, "check")
    assert "----> 2 assert f() == 1" in shown
    assert "proxy.py" not in shown


def test_a_long_or_broken_text_of_theirs_is_cut_and_can_be_written() -> None:
    result = one("def f():\n    return 'ab\\ud800' * 10**5", "assert False, f()")
    assert scores(result) == {"check": 0}
    assert len(result.notebook.encode()) < 4 * SETTINGS.limits.output


def test_many_at_a_time_do_not_disturb_each_other() -> None:
    answers = [f"import time\ntime.sleep(0.1)\ndef f():\n    return {n}" for n in range(12)]

    def right(number: int) -> bool:
        return scores(one(answers[number], f"assert f() == {number}")) == {"check": 4}

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(right, range(12)))


def test_two_at_a_time_cannot_meet() -> None:
    host = """
import socket, time
from pathlib import Path
Path("/tmp/meet").touch()
Path("/dev/shm/meet").touch()
servers = [socket.socket(), socket.socket(socket.AF_UNIX)]
servers[0].bind(("127.0.0.1", 4711))
servers[1].bind("\\0meet")
for server in servers:
    server.listen()
time.sleep(1)
f = 1
"""
    guest = """
import socket
from pathlib import Path
met = [str(path) for path in (Path("/tmp/meet"), Path("/dev/shm/meet")) if path.exists()]
for family, place in ((socket.AF_INET, ("127.0.0.1", 4711)), (socket.AF_UNIX, "\\0meet")):
    if socket.socket(family).connect_ex(place) == 0:
        met.append(place)
f = met, sum(path.name.isdigit() for path in Path("/proc").iterdir())
"""
    with ThreadPoolExecutor(2) as pool:
        hosting = pool.submit(one, host, "assert f == 1", cell_seconds=20)
        time.sleep(0.5)
        visit = one(guest, "assert f == ([], 1)", cell_seconds=20)
        assert not hosting.done()
        assert scores(hosting.result()) == {"check": 4}
    assert scores(visit) == {"check": 4}, outputs(visit, "check")


def test_nothing_piles_up() -> None:
    def held() -> list[int]:
        pairs = list(warm._pairs.values())
        mine = [os.getpid(), *(warm.process.pid for pair in pairs for warm in pair)]
        return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in mine]

    hand_in()
    before = held()
    for _ in range(5):
        hand_in()
    assert held() == before


def test_an_answer_cannot_name_a_function_that_the_notebook_does_not_give() -> None:
    forged = (
        "import grading.student\n"
        "def call(*_):\n    return {'value': {'function': 'open'}, 'outputs': []}, []\n"
        "grading.student._Student.do_call = call\n"
        "def f():\n    pass\n"
    )
    result = one(forged, "f()")
    assert scores(result) == {"check": 0}
    assert "a function that the notebook does not give" in outputs(result, "check")


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        ({"data": b"a file"}, "file data left out: Is a directory"),
        ({"data/x.txt/y": b"1"}, "file data/x.txt/y left out: File exists"),
        ({"big": bytes(SETTINGS.limits.disk)}, "file big left out: No space left on device"),
    ],
)
def test_a_file_without_a_place_is_left_out(theirs: dict[str, bytes], why: str) -> None:
    ours = Assignment(mini(), {"data/x.txt": b"ours"})
    answer = 'def double(x):\n    assert open("data/x.txt").read() == "ours"\n    return 2 * x'
    result = grade(mini(answer), ours, SETTINGS, theirs)
    assert (scores(result), result.flags) == (FULL, (why,))


def test_a_warm_process_that_dies_is_replaced() -> None:
    hand_in()
    for pair in list(warm._pairs.values()):
        pair.student.process.kill()
        pair.referee.process.kill()
        pair.student.process.wait()
        pair.referee.process.wait()
    assert scores(hand_in()) == FULL


def test_what_does_not_start_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in()
    kind = next(reversed(warm._pairs))
    before = children()
    with pytest.raises(CourseError, match=r"no\.such:thing"):
        warm.warm_pair(kind._replace(withheld=("no.such:thing",)))
    start = warm.Warm._start

    def start_student(self: warm.Warm, name: str, *rest: Any) -> subprocess.Popen[bytes]:
        if name == "referee":
            raise WarmError("no referee")
        return start(self, name, *rest)

    monkeypatch.setattr(warm.Warm, "_start", start_student)
    with pytest.raises(WarmError, match="no referee"):
        warm.warm_pair(kind._replace(modules=("colorsys",)))
    gc.collect()  # an open file or socket would say so here
    assert wait_for_children(before) == set()


@pytest.mark.parametrize("role", ["student", "referee"])
def test_a_submission_is_not_blamed_for_a_warm_process_that_dies(role: str) -> None:
    hand_in()
    pair = next(reversed(warm._pairs.values()))
    slow = "import time\ntime.sleep(1)\n" + DOUBLE
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(hand_in, slow, seconds=20)
        time.sleep(0.5)
        getattr(pair, role).process.kill()
        assert scores(running.result()) == FULL
        assert running.result().flags == ()


def test_a_killed_grader_leaves_nothing_behind() -> None:
    program = (
        "import os, time; from tests.grading.mini import hand_in, children;"
        "hand_in(); print(*children(), flush=True); hand_in('while True: pass', seconds=100)"
    )
    before = children()
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    started = set(map(int, process.stdout.readline().split()))
    assert len(started) >= 3
    time.sleep(0.5)
    process.kill()
    process.wait()
    process.stdout.close()
    end = time.monotonic() + 5
    while time.monotonic() < end and any(Path(f"/proc/{pid}").exists() for pid in started):
        time.sleep(0.05)
    left = {pid for pid in started if Path(f"/proc/{pid}").exists()}
    assert left == set()
    assert wait_for_children(before) == set()


def test_what_all_cells_put_out_together_has_an_end() -> None:
    picture = (
        "from IPython.display import Image, display\ndisplay(Image(bytes(1_400_000), format='png'))"
    )
    pictures = [cell("", picture) for _ in range(20)]
    for number, one_of_them in enumerate(pictures):
        one_of_them["id"] = f"own{number}"
    result = grade(mini(DOUBLE, PAIR, *pictures), ASSIGNMENT, SETTINGS._replace(cell_seconds=20))
    assert scores(result) == FULL
    assert 10 << 20 < len(result.notebook) < 20 << 20
    assert result.flags == ("the cells put out more than 16 MB; the rest is left out",)


def test_many_texts_are_as_limited_as_one() -> None:
    shown = "from IPython.display import display\nfor _ in range(100):\n    display('x' * 10_000)"
    result = hand_in(f"{shown}\n{DOUBLE}")
    assert scores(result) == FULL
    assert len(result.notebook) < 3 * SETTINGS.limits.output


def test_a_student_writes_no_line_of_ours() -> None:
    broken = cell(
        "",
        "import builtins\nreal = builtins.__import__\n"
        "def broken(name, *rest):\n"
        "    if name == 'reference':\n"
        "        raise ImportError('x\\nsomebody-else  0/5; copied\\x1b[2J')\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = broken",
    )
    (flag,) = grade(
        notebook(broken, *nbformat.reads(mini().decode(), as_version=4).cells), ASSIGNMENT, SETTINGS
    ).flags
    assert "failed only in the student's process: ImportError: x somebody-else" in flag
    assert flag.isprintable()
