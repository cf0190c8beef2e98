"""What the tests of estates share."""

from pathlib import Path

import pytest

from tests.cli.running import Folder

CARAVEL = Path(__file__).parent / "caravel"


@pytest.fixture(scope="module")
def caravel(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Give a folder whose store holds Caravel Freight, imported once."""
    folder = Folder(tmp_path_factory.mktemp("caravel"))
    folder.run("import", str(CARAVEL), "--scope", "caravel")
    return folder
