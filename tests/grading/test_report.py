"""The report on a class: what it counts, and its page in a real browser."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from playwright.sync_api import Browser

from grading.answered import Alike, Answered, Mistake, read_answered
from grading.cli import main
from grading.course import Course, nbgrader_api, nbgrader_running, open_course
from grading.recorded import ways
from grading.report import PassRate, Report, read_report
from grading.report_page import make_page
from tests.browser.checks import Opened, accessibility_violations, opened, wider_than_phone
from tests.grading.course import NAME, WRONG, grade_all, small_course, submit
from tests.grading.dask_cluster import dask_cluster
from tests.grading.mini import PAIR, mini

pytestmark = [
    pytest.mark.usefixtures("importable_reference"),
    pytest.mark.xdist_group("report"),  # one process, so that its class is made once
]
EVIL = "<img src=x onerror=window.hacked=1>[bold red]"
TRIPLED = "This is what comes out when x is tripled."
RAISES = f"def double(x):\n    raise ValueError({EVIL!r} * 40 + '\\nmore')\n"
SAYS = f"def double(x):\n    raise ValueError({TRIPLED!r})\n"
CLASS = {
    "ada": mini(),
    "bob": mini(WRONG),
    "cy": b"{",
    "dan": mini("# my own work\n" + WRONG.replace("\n    ", "   \n\n    ")),
    EVIL: mini(RAISES),
    "fay": mini(SAYS, PAIR + "1 / 0"),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graded class, and one student who handed in afterwards."""
    course = small_course(tmp_path_factory.mktemp("template") / "course")
    for student, content in CLASS.items():
        submit(course, student, content)
    with dask_cluster(tmp_path_factory.mktemp("dask"), 1) as (address, _):
        grade_all(course, scheduler=address)
    submit(course, "zoe")
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.add_student("never-came")
    return course.root


@pytest.fixture
def course(tmp_path: Path, template: Path) -> Course:
    """A copy of the graded class."""
    shutil.copytree(template, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture(scope="module")
def page(template: Path) -> Path:
    """The page, for tests that only look at it."""
    place = template / "looked-at.html"
    place.write_text(make_page(read_report(open_course(template), NAME), "small"))
    return place


def report(course: Course, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(course.root), "report", *arguments])


def test_what_is_counted(course: Course) -> None:
    found = read_report(course, NAME)
    assert found.scores == {"ada": 5, "bob": 3, "cy": 0, "dan": 3, EVIL: 3, "fay": 3}
    assert (found.median, found.mean, found.perfect, found.max_score) == (3, 17 / 6, 1, 5)
    assert (found.students, found.waiting, found.by_hand) == (7, ["zoe"], 1)
    assert found.tests == [
        PassRate("test-double", NAME, 2, 1, 6),
        PassRate("test-pair", NAME, 3, 5, 6),
    ]
    assert [count for _, _, count in found.bins] == [1, 0, 0, 0, 0, 0, 4, 0, 0, 1]


def test_what_went_wrong_is_counted_once_for_each_student(course: Course) -> None:
    found = read_report(course, NAME).answered
    assert found.unread == []
    counts = {mistake.text: mistake.students for mistake in found.mistakes}
    assert counts[TRIPLED] == 1
    assert counts[EVIL * 40 + " more"] == 1
    assert found.mistakes[0] == Mistake("Arrays are not equal", 2, named=False)
    assert not any(mistake.named for mistake in found.mistakes)


def test_known_mistakes_have_their_names(course: Course) -> None:
    hints = {"answers": {"a": {"misconception": "x is tripled"}}}
    (course.source / NAME / "hints.json").write_text(json.dumps(hints))
    found = read_report(course, NAME).answered.mistakes
    assert Mistake("x is tripled", 1, named=True) in found
    assert TRIPLED not in [mistake.text for mistake in found]


def test_refused_and_odd_submissions_are_named_with_their_reason(course: Course) -> None:
    (suspect,) = read_report(course, NAME).suspects
    assert (suspect.student, suspect.score) == ("cy", 0)
    assert suspect.reasons[0].startswith("mini: nothing to grade: ")
    assert len(suspect.reasons) == len(set(suspect.reasons))


def test_identical_answers_are_told_but_for_comments_and_blank_lines(course: Course) -> None:
    assert read_report(course, NAME).answered.alike == [Alike(["bob", "dan"], lines=4)]


def test_who_wrote_nothing_gave_no_identical_answers(course: Course) -> None:
    for student in ("gus", "hal"):
        shutil.copytree(course.release / NAME, course.autograded / student / NAME)
    coursedir = nbgrader_api(course).coursedir
    assert read_answered(coursedir, NAME, [NAME], ["gus", "hal"]) == Answered([], [], [])


def test_time_and_ways_come_from_the_graders_record(course: Course) -> None:
    found = read_report(course, NAME)
    assert found.timing
    assert sum(found.timing.parts.values()) == pytest.approx(found.timing.total, rel=0.1)
    assert 0 < found.timing.median <= found.timing.slowest <= found.timing.total
    assert found.timing.slowest_student in CLASS
    assert sum(found.ways.values()) == len(CLASS)
    assert any(way.startswith("in the sandbox") for way in found.ways)


def test_ways_say_what_was_less_safe_and_nothing_that_was_not_recorded() -> None:
    run = {"reason": "", "sandboxed": True}
    notebooks = {
        "old": run,
        "one": {**run, "interpreters": 1},
        "two": {**run, "interpreters": 2, "sandboxed": False},
    }
    assert list(ways({"ada": {"flags": [], "notebooks": notebooks}})) == [
        "in the sandbox",
        "in the sandbox, tests in the student's interpreter",
        "WITHOUT A SANDBOX, tests in an interpreter of their own",
    ]


def test_a_class_that_plain_nbgrader_graded_has_a_report_too(course: Course) -> None:
    before = read_report(course, NAME)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("drop table grading_runs")
    database.close()
    found = read_report(course, NAME)
    assert found == before._replace(suspects=[], timing=None, ways={})
    assert "plain nbgrader" in make_page(found, "")


def test_graded_notebooks_that_are_gone_or_broken_are_said(course: Course) -> None:
    shutil.rmtree(course.autograded / "ada")
    broken = course.autograded / "bob" / NAME / f"{NAME}.ipynb"
    broken.chmod(0o644)
    broken.write_text("{")
    found = read_report(course, NAME)
    assert found.answered.unread == ["ada", "bob"]
    assert "Graded notebooks of 2 students are not there" in make_page(found, "")


def test_the_command_writes_the_page_and_the_short_of_it(course: Course) -> None:
    result = report(course, NAME)
    assert result.exit_code == 0, result.output
    place = course.root / f"report-{NAME}.html"
    assert result.output.endswith(f"page  {place}\n")
    assert "6 graded of 7 students; median 3, mean 2.83 of 5 points; 1 with all" in result.output
    assert "1 handed in and not graded" in result.output
    assert re.search(r"test-pair +3 +5 of 6 \(83%\)", result.output)
    assert "bob, dan" in result.output
    assert EVIL in result.output.replace("\n", "")  # as it is: no markup of the terminal's
    other = course.root / "other.html"
    assert report(course, NAME, "--output", str(other)).exit_code == 0
    assert without_time(other) == without_time(place)


def without_time(page: Path) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "", page.read_text())


def test_what_is_not_there_is_said_in_one_line(course: Course) -> None:
    with nbgrader_running(), Gradebook(course.db_url) as gradebook:
        gradebook.add_assignment("next")
        gradebook.add_assignment("last")
    (course.submitted / "ada" / "next").mkdir()
    for arguments, said in (
        (["other"], "other: no such assignment; there are "),
        (["last"], "last: nobody has handed in"),
        (["next"], "next: 1 handed in and not graded; run: grading grade next"),
        ([NAME, "--db", f"sqlite:///{course.root}/no.db"], "no.db: no such gradebook"),
        ([NAME, "--db", f"sqlite:///{course.root}/nbgrader_config.py"], "not a database"),
        ([NAME, "--db", "nonsense"], "gradebook cannot be used: "),
        ([NAME, "--output", f"{course.root}/no/page.html"], "page.html cannot be written: No such"),
    ):
        before = sorted(course.root.iterdir())
        result = report(course, *arguments)
        assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
        assert said in result.output
        assert sorted(course.root.iterdir()) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_needs_nothing_and_fits_a_phone(page: Path, browser: Browser, scheme: str) -> None:
    with opened(browser, page.as_uri(), scheme) as view:
        assert view.files == {page}
        assert (view.outside, view.script_errors) == ([], [])
        assert wider_than_phone(view.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(page: Path, browser: Browser, scheme: str) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # axe is a script
    try:
        view = Opened(context.new_page(), "")
        view.load(page.as_uri())
        assert accessibility_violations(view.page) == []
        drawing = view.page.get_by_role("img")
        name = "Submissions by points: 1 from 0 to 0.5, 4 from 3 to 3.5, 1 from 4.5 to 5."
        assert drawing.get_attribute("aria-label") == name
        rows = view.page.locator("section[aria-labelledby=scores] tbody tr").all_inner_texts()
        assert [row.split("\t")[-1] for row in rows] == list("1000004001")
    finally:
        context.close()


def test_nothing_of_a_student_runs_even_without_the_policy(page: Path, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    try:
        view = Opened(context.new_page(), "")
        view.load(page.as_uri())
        assert view.page.evaluate("window.hacked") is None
        assert view.page.evaluate("document.scripts.length + document.images.length") == 0
        assert EVIL in view.page.inner_text("article")
    finally:
        context.close()


def test_the_policy_alone_would_stop_a_script(page: Path, browser: Browser, tmp_path: Path) -> None:
    unclean = tmp_path / "unclean.html"
    attack = f"{EVIL}<script>window.hacked = 1</script><style>p {{ color: red }}</style>"
    unclean.write_text(page.read_text().replace("</article>", f"{attack}</article>"))
    with opened(browser, unclean.as_uri()) as view:
        assert view.page.evaluate("window.hacked") is None
        assert len(view.script_errors) >= 2  # the browser says what it refused


def test_it_prints_dark_on_white(page: Path, browser: Browser) -> None:
    with opened(browser, page.as_uri(), "dark") as view:
        view.page.emulate_media(media="print", color_scheme="dark")
        style = "(e => [e.color, e.backgroundColor])(getComputedStyle(document.body))"
        assert view.page.evaluate(style) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_long_tables_are_cut_and_say_so(course: Course) -> None:
    many = [Mistake(f"message {n}", 1, named=False) for n in range(60)]
    found = read_report(course, NAME)._replace(answered=Answered(many, [], []))
    shown = make_page(found, "")
    assert "message 49" in shown
    assert "message 50" not in shown
    assert "and 10 more" in shown


@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=30),
    st.floats(0, 20).map(lambda value: round(value, 2)),
)
def test_every_submission_is_in_one_range(scores: list[float], most: float) -> None:
    by_student = {str(index): score for index, score in enumerate(scores)}
    found = Report(NAME, most, by_student, 0, [], 0, [], Answered([], [], []), [], None, {})
    assert sum(count for _, _, count in found.bins) == len(scores)
    assert found.bins[0][0] == 0
    assert found.bins[-1][1] == pytest.approx(max(most, *scores, 0.0) or 1.0, abs=1e-5)
