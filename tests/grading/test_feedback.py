"""Feedback pages of a graded class, in a real browser."""

import json
import re
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from playwright.sync_api import Browser

from grading.cli import main
from grading.course import Course, nbgrader_api, nbgrader_running, open_course, run_nbgrader
from grading.errors import CourseError
from grading.feedback import Written, write_feedback
from grading.feedback_clean import clean_html, clean_markdown
from grading.feedback_page import About, make_page
from grading.shell import error_output
from rnncore._mismatch import MismatchError, mismatch
from tests.browser.checks import accessibility_violations, opened, wider_than_phone
from tests.grading.course import NAME, WRONG, grade_all, small_course, submit
from tests.grading.dask_cluster import dask_cluster
from tests.grading.hostile_pages import ATTACHMENTS, HTML, MARKDOWN, RUN, TEX, displays
from tests.grading.mini import DOUBLE, PAIR, SECRET, mini

pytestmark = [
    pytest.mark.usefixtures("importable_reference"),
    pytest.mark.xdist_group("feedback"),  # one process, so that its class is made once
]
FAILS_HIDDEN = "def double(x):\n    return 0 if isinstance(x, int) else 2 * x\n"
MESSAGE = "</pre>" + HTML[0] + HTML[2]
HOSTILE = f"def double(x):\n    raise ValueError({MESSAGE!r})\nprint({MESSAGE!r})\n"
NAMED = f"<script>{RUN}</script><img src=x onerror={RUN}>"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class, whose students differ in what the feedback has to show."""
    course = small_course(tmp_path_factory.mktemp("template") / "course")
    markdown = nbformat.v4.new_markdown_cell(MARKDOWN, id="own-text")
    equation = nbformat.v4.new_markdown_cell(
        r"My answer: $h_t = \tanh(W_h h_{t-1})$", id="own-equation"
    )
    classmates = {
        "ada": mini(DOUBLE, PAIR, equation),
        "bob": mini(WRONG),
        "cy": b"{",
        "dan": mini(FAILS_HIDDEN),
        "eve": mini(HOSTILE, PAIR, markdown),
    }
    for student, content in classmates.items():
        submit(course, student, content)
    submitted = course.submitted / "ada" / NAME
    (submitted / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    (submitted / "submission_secret.txt").write_text("0123456789abcdef")
    with dask_cluster(tmp_path_factory.mktemp("dask"), 1) as (address, _):
        grade_all(course, scheduler=address)
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.update_or_create_student("eve", first_name=NAMED, last_name="</title>")
        comment = gradebook.find_comment("double", NAME, NAME, "bob")
        comment.manual_comment = "Twice, **not** three times: $2x$"
        gradebook.db.commit()
    return course.root


@pytest.fixture
def course(tmp_path: Path, template: Path) -> Course:
    """A copy of the graded class."""
    shutil.copytree(template, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Course:
    """A class with its feedback, for tests that only look at it."""
    place = tmp_path_factory.mktemp("written") / "course"
    shutil.copytree(template, place)
    course = open_course(place)
    dress_up(course, "eve")
    assert [one.error for one in write_feedback(course, NAME)] == [""] * 5
    return course


def dress_up(course: Course, student: str) -> None:
    """Add outputs that our grader does not keep, but nbgrader's own does, and attachments."""
    change(course, student, hostile_cell)


def hostile_cell(cell: dict[str, Any]) -> None:
    if cell["cell_type"] == "code":
        cell["outputs"] += displays()
    else:
        cell["attachments"] = ATTACHMENTS
        cell["metadata"]["nbgrader"] = {"grade": True, "solution": True, "grade_id": NAMED}


def change(course: Course, student: str, to_cell: Callable[[dict[str, Any]], None]) -> None:
    """Change each cell of a graded notebook."""
    path = path_of(course, student)
    graded = json.loads(path.read_text())
    for cell in graded["cells"]:
        to_cell(cell)
    path.chmod(0o644)
    path.write_text(json.dumps(graded))


def path_of(course: Course, student: str) -> Path:
    return course.autograded / student / NAME / f"{NAME}.ipynb"


def page_of(course: Course, student: str) -> Path:
    return course.feedback / student / NAME / f"{NAME}.html"


def text_of(course: Course, student: str) -> str:
    return page_of(course, student).read_text(encoding="utf-8")


def feedback(course: Course, *students: str, hidden: bool = False) -> dict[str, Written]:
    found = write_feedback(course, NAME, students=students, with_hidden_tests=hidden)
    return {one.student: one for one in found}


def test_scores_comments_and_reasons_are_shown(written: Course, browser: Browser) -> None:
    said = {}
    for student in ("ada", "bob", "cy", "dan"):
        with opened(browser, page_of(written, student).as_uri()) as view:
            said[student] = view.page.inner_text("article")
            assert view.script_errors == []
            assert view.outside == []
    assert re.search(r"5 of 5 points", said["ada"])
    assert re.search(r"3 of 5 points", said["bob"])
    assert re.search(r"test-double\s*0 of 2", said["bob"])
    assert re.search(r"test-pair\s*3 of 3", said["bob"])
    assert "Twice, not three times" in said["bob"]
    assert "Arrays are not equal" in said["bob"]
    assert re.search(r"0 of 5 points", said["cy"])
    assert "nothing to grade: the file is not JSON" in said["cy"]
    assert "A person will look at this." in said["cy"]
    assert re.search(r"test-double\s*0 of 2", said["dan"])
    assert "in: (hidden test)" in said["dan"]


def test_the_hint_of_a_failed_test_is_shown(course: Course, browser: Browser) -> None:
    hints = course.root / "hints.json"
    answer = {"misconception": "x is tripled", "hint": "Count.", "section": "page#label"}
    known = {"answers": {"tripled": answer}, "results": {"test-double": {"tripled": {"y": [3.0]}}}}
    hints.write_text(json.dumps(known))
    error = mismatch(["double: y is wrong"], "test-double", "y", {"y": [3.0]}, hints)
    change(course, "bob", partial(replace_errors, error=error))
    feedback(course, "bob")
    with opened(browser, page_of(course, "bob").as_uri()) as view:
        said = view.page.inner_text(".points")
        assert "double: y is wrong" in said
        assert "This is what comes out when x is tripled." in said
        assert "Count." in said
        assert view.page.query_selector("details") is None


def replace_errors(cell: dict[str, Any], error: MismatchError) -> None:
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            lines = error._render_traceback_()
            output.update(ename="MismatchError", evalue=str(error), traceback=lines)


def test_a_penalty_is_taken_off_and_shown(course: Course) -> None:
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, NAME, "bob")
        notebook.late_submission_penalty = 1.5
        gradebook.db.commit()
    feedback(course, "bob")
    text = " ".join(re.sub("<[^>]*>", "", text_of(course, "bob")).split())
    assert "1.5 of 5 points; 1.5 taken off for being late" in text


def test_what_nbgrader_itself_graded_gets_the_same_page(course: Course) -> None:
    with nbgrader_running():
        run_nbgrader(nbgrader_api(course).autograde(NAME, "dan", force=True), "grade")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("DROP TABLE grading_runs")
    database.close()
    assert SECRET in path_of(course, "dan").read_text()
    assert feedback(course, "dan")["dan"].error == ""
    assert SECRET not in text_of(course, "dan")
    assert "3</strong> of 5 points" in text_of(course, "dan")
    assert "in: (hidden test)" in text_of(course, "dan")


def test_the_source_of_hidden_tests_is_left_out_unless_asked_for(
    written: Course, course: Course
) -> None:
    for student in ("ada", "bob", "cy", "dan", "eve"):
        text = text_of(written, student)
        assert SECRET not in text
        assert "HIDDEN TESTS" not in text
        assert "== 42" not in re.sub("<[^>]*>", "", text)
        assert "assert_array_equal" in text
    feedback(course, "dan", hidden=True)
    assert SECRET in text_of(course, "dan")
    assert "== 42" in re.sub("<[^>]*>", "", text_of(course, "dan"))


def test_hidden_lines_are_left_out_wherever_they_are_quoted(course: Course) -> None:
    line = f'secret = "{SECRET}"'
    quoting = ["1 / 0", "\x1b[32m      3 \x1b[39m" + line, f"In: {[line]!r}"]

    def quote(cell: dict[str, Any]) -> None:
        if cell["cell_type"] == "code":
            error = {"output_type": "error", "ename": "E", "evalue": line, "traceback": quoting}
            stream = {"output_type": "stream", "name": "stdout", "text": "\n".join(quoting)}
            data = {"text/html": f"<b>{line}</b>"}
            shown = {"output_type": "display_data", "metadata": {}, "data": data}
            cell["outputs"] = [error, stream, shown]

    change(course, "ada", quote)
    feedback(course, "ada")
    assert SECRET not in text_of(course, "ada")
    assert "(hidden test)" in text_of(course, "ada")


@pytest.mark.parametrize("end", ["", "### end of it"])
def test_the_delimiters_are_those_of_the_course(course: Course, end: str) -> None:
    """A hidden part without an end hides the whole cell."""
    course.config.ClearHiddenTests.begin_test_delimeter = "### mine"
    course.config.ClearHiddenTests.end_test_delimeter = "### end of it"
    path = path_of(course, "ada")
    text = path.read_text().replace("### BEGIN HIDDEN TESTS", "### mine")
    path.chmod(0o644)
    path.write_text(text.replace("### END HIDDEN TESTS", end))
    assert feedback(course, "ada")["ada"].error == ""
    assert SECRET not in text_of(course, "ada")
    assert ("assert_array_equal" in text_of(course, "ada")) == bool(end)


def test_nothing_of_a_student_runs_or_asks_a_host(written: Course, browser: Browser) -> None:
    for bypass in (False, True):  # what is left is harmless without the content policy too
        context = browser.new_context(bypass_csp=bypass)
        page = context.new_page()
        asked: list[str] = []
        dialogs: list[str] = []
        page.on("dialog", lambda dialog, seen=dialogs: (seen.append(dialog.type), dialog.dismiss()))
        page.on("request", lambda request, seen=asked: seen.append(request.url))
        page.goto(page_of(written, "eve").as_uri())
        for element in page.query_selector_all("summary"):
            element.click()
        links = page.eval_on_selector_all(".prose a[href]", "all => all.map(one => one.protocol)")
        assert set(links) == {"http:"}
        page.mouse.move(200, 200)
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked") is None
        assert dialogs == []
        assert [url for url in asked if not url.startswith(("file:", "data:image/png"))] == []
        assert len([url for url in asked if url.startswith("file:")]) == 1
        assert page.evaluate("document.scripts.length") == 0
        forbidden = "iframe, object, embed, form, input, base, link[href^=http], svg, video, audio"
        assert page.query_selector_all(forbidden) == []
        context.close()


def test_the_content_policy_alone_would_stop_a_script(written: Course, browser: Browser) -> None:
    unclean = "".join(html for html in HTML if "refresh" not in html)  # which no policy stops
    text = text_of(written, "ada").replace("</article>", unclean + "</article>")
    place = page_of(written, "ada").with_name("unclean.html")
    place.write_text(text, encoding="utf-8")
    with opened(browser, place.as_uri()) as view:
        assert view.page.evaluate("window.hacked") is None
        assert view.outside == []
        assert view.script_errors  # the browser says what it refused


@pytest.mark.parametrize("html", HTML)
def test_cleaned_twice_is_cleaned_once(html: str) -> None:
    once = clean_html(html)
    assert clean_html(once) == once
    assert "evil.example" not in once


@given(st.lists(st.sampled_from([*HTML, "</math>", "</svg>", "<table>", "<p>", "x"]), max_size=6))
def test_whatever_follows_whatever_nothing_but_text_is_left(parts: list[str]) -> None:
    shown = BeautifulSoup(clean_html("".join(parts)), "html.parser")
    for element in shown.find_all(True):
        assert element.name not in {"script", "style", "iframe", "svg", "form", "meta", "base"}
        assert not [name for name in element.attrs if name.startswith("on")]
        assert set(element.attrs) <= {"href", "rel", "src", "title", "alt"}


def test_no_control_character_of_an_output_reaches_the_page() -> None:
    control = "\x1b]0;owned\x07\x1b[2J\x00seen"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": control},
        error_output(control, control, [control]),
    ]
    cell = nbformat.v4.new_code_cell("f()", outputs=list(map(nbformat.from_dict, outputs)))
    about = About("a", "n", "s", 0, 1, 0, ())
    page = make_page(nbformat.v4.new_notebook(cells=[cell]), about)
    assert "seen" in page
    assert not set(page) & {"\x00", "\x07", "\x1b"}


def test_a_link_stays_and_a_picture_of_ones_own_too() -> None:
    shown = clean_markdown("[a](https://example.org/) ![b](data:image/png;base64,AAAA)")
    assert 'href="https://example.org/"' in shown
    assert 'src="data:image/png;base64,AAAA"' in shown


def test_equations_are_set_or_left_as_they_were_typed(written: Course, browser: Browser) -> None:
    with opened(browser, page_of(written, "ada").as_uri()) as view:
        box = view.page.locator("math msub").first.bounding_box()
        assert box is not None
        assert box["width"] > 0
    two = clean_markdown("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$")
    assert two.count("<mtr>") == 2
    assert "&amp;" not in two
    assert clean_markdown(r"$\nosuchcommand{x}$") == "<p><code>\\nosuchcommand{x}</code></p>\n"
    assert all("<script" not in clean_markdown(tex) for tex in TEX)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_phone(
    written: Course, browser: Browser, scheme: str
) -> None:
    for student in ("ada", "bob", "cy"):
        context = browser.new_context(bypass_csp=True, color_scheme=scheme)
        page = context.new_page()
        page.goto(page_of(written, student).as_uri())
        assert accessibility_violations(page) == []
        assert wider_than_phone(page) == []
        context.close()


def test_one_that_cannot_be_rendered_stops_nobody(course: Course) -> None:
    feedback(course, "bob")
    before = text_of(course, "bob")
    path = path_of(course, "bob")
    path.chmod(0o644)
    path.write_text('{"cells": 3')
    result = CliRunner().invoke(main, ["--course-dir", str(course.root), "feedback", NAME])
    assert result.exit_code == 1
    assert "bob  NO FEEDBACK: " in result.stderr
    assert "feedback for 4" in result.stdout
    assert text_of(course, "bob") == before
    assert sorted(path.name for path in page_of(course, "bob").parent.iterdir()) == ["mini.html"]


def test_who_handed_in_again_has_to_be_graded_first(course: Course) -> None:
    assert feedback(course, "ada")["ada"].error == ""
    submit(course, "ada", mini(WRONG)).joinpath("timestamp.txt").write_text("2026-01-03")
    assert "handed in again" in feedback(course, "ada")["ada"].error
    assert "5</strong> of 5 points" in text_of(course, "ada")


def test_one_that_takes_too_long_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grading.feedback.SECONDS", 0.5)
    monkeypatch.setattr("grading.feedback.make_page", lambda *_: time.sleep(60))
    assert feedback(course, "bob")["bob"].error == "rendering took more than 0.5 s"


# nbgrader misspells an argument of its own class, and leaves a file open
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments:DeprecationWarning")
def test_nbgrader_releases_what_was_written(course: Course, tmp_path: Path) -> None:
    feedback(course, "ada")
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    course.config.Exchange.root = str(exchange)
    with nbgrader_running():
        run_nbgrader(nbgrader_api(course).release_feedback(NAME), "release feedback")
    released = list(exchange.glob("small/feedback/*.html"))
    assert [path.read_text() for path in released] == [text_of(course, "ada")]


def test_permissions_are_those_that_nbgrader_gives(course: Course) -> None:
    feedback(course, "ada")
    assert stat.S_IMODE(page_of(course, "ada").stat().st_mode) == 0o644
    course.config.GenerateFeedback.permissions = 664
    feedback(course, "ada")
    assert stat.S_IMODE(page_of(course, "ada").stat().st_mode) == 0o664


def test_what_is_not_there_is_refused(course: Course, tmp_path: Path) -> None:
    refused = partial(pytest.raises, CourseError)
    with refused(match="nobody: no graded submission of mini"):
        feedback(course, "nobody")
    with refused(match="does not know the assignment other"):
        list(write_feedback(course, "other"))
    with refused(match="no such gradebook"):
        list(write_feedback(course, NAME, db_url=f"sqlite:///{tmp_path / 'none.db'}"))
