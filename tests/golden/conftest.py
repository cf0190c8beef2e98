"""The option that re-creates golden files, and the company that the golden answers are about."""

import datetime as dt
import os
from importlib.resources import files
from pathlib import Path

import pytest

from graphkit.importers import IMPORTERS
from graphkit.importing.running import Request, run
from graphkit.stores.sqlite import SQLiteStore

DAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --golden."""
    parser.addoption("--golden", action="store_true", help="re-create golden files; review the diff")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be re-created."""
    return bool(request.config.getoption("--golden", default=False))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store that holds the sample company, imported on a fixed day."""
    path = tmp_path_factory.mktemp("golden") / "graphkit.db"
    source = os.fspath(files("graphkit.demo") / "files")  # type: ignore[call-overload]
    store = SQLiteStore(path, now=lambda: DAY)
    store.put(run(Request((source,), scope="pinecrest"), IMPORTERS).readings)
    store.close()
    return path
