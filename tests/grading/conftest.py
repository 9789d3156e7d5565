"""What the tests of grading share: a place of their own, and a secret that must not get out."""

from collections.abc import Iterator

import pytest

from grading import warm


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New warm processes, in a folder of their own, of a grader that has secrets.

    A package ``reference`` that has the answers is installed for the grader.
    """
    folder = tmp_path_factory.mktemp("grader")
    package = folder / "packages" / "reference"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "whole.py").write_text("def double(x):\n    return 2 * x\n")
    parts = "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n"
    (package / "parts.py").write_text(parts)
    (package / "both.py").write_text("from reference.parts import triple\n")
    temporary = folder / "temporary"
    temporary.mkdir()
    warm.close_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(package.parent))
        patch.setenv("PYTHONPATH", str(package.parent))
        patch.setenv("COURSE_SECRET_TOKEN", "environment-secret")
        patch.setattr("tempfile.tempdir", str(temporary))
        yield
        warm.close_all()
        assert list(temporary.iterdir()) == []
