"""What the tests of bad input share."""

from pathlib import Path

import pytest

from tests.cli.running import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Give an empty working directory."""
    return Folder(tmp_path)
