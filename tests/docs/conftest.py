"""What the tests of the pages share: the sample company, made once."""

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import shown


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `graphkit demo` was run; not to be written to."""
    folder = tmp_path_factory.mktemp("made")
    shown("graphkit demo --quiet", folder)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of the folder in which `graphkit demo` was run."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path
