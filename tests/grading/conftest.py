"""What the tests of grading share: a place of their own, and a secret that must not get out."""

from collections.abc import Iterator

import pytest

from grading import warm
from tests.grading.mini import install_reference


@pytest.fixture(scope="module")
def importable_reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A package ``reference`` that has the answers, installed for the grader and its workers."""
    packages = install_reference(tmp_path_factory.mktemp("packages"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(packages))
        patch.setenv("PYTHONPATH", str(packages))
        yield


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New warm processes, in a folder of their own, of a grader that has secrets.

    A package ``reference`` that has the answers is installed for the grader.
    """
    folder = tmp_path_factory.mktemp("grader")
    packages = install_reference(folder)
    temporary = folder / "temporary"
    temporary.mkdir()
    warm.close_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(packages))
        patch.setenv("PYTHONPATH", str(packages))
        patch.setenv("COURSE_SECRET_TOKEN", "environment-secret")
        patch.setattr("tempfile.tempdir", str(temporary))
        yield
        warm.close_all()
        assert list(temporary.iterdir()) == []
