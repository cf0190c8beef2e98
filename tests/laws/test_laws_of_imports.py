"""The laws of whole imports, on the real command line: killed ones, and what is no longer there."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphkit.catalogue.stamp import stamp
from graphkit.config import Config
from graphkit.snapshot import view_digest
from graphkit.stores import State, open_store
from tests.conftest import CommandLine

KILLS = 12
FILES = 30
SERVICES = 120


def write_estate(folder: Path, version: str) -> None:
    """Write an inventory of many files; every claim of it names *version*."""
    for number in range(FILES):
        needs = "{need: chat, any_of: [{model: groq/llama-3.1-8b-instant}, {model: mistral-small-latest}]}"
        rows = [
            f"  - {{id: s{number}-{row}, name: {version}, owner: team-{row % 7}, requires: [{needs}]}}"
            for row in range(SERVICES)
        ]
        text = "graphkit: 1\nservices:\n" + "\n".join(rows) + "\n"
        (folder / f"inventory-{number:02}.yaml").write_text(text)


def importing(folder: Path, store: Path) -> subprocess.Popen[bytes]:
    """Start an import."""
    command = [sys.executable, "-m", "graphkit", "import", str(folder), "--store", str(store), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def state_of(store: Path) -> State:
    """Read what a store holds, after asking SQLite whether the file is whole and the view current."""
    with sqlite3.connect(store) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    opened = open_store(str(store))
    try:
        list(opened.readings())
        state = opened.state()
        assert opened.view(view_digest(state.stamp, catalogue=stamp().digest, config=Config().digest))
        return state
    finally:
        opened.close()


def test_a_killed_import_leaves_the_last_good_state_whole(tmp_path: Path) -> None:
    """SIGKILL at random moments: the store holds the state before or the state after, never another."""
    chance, store, folder = random.Random(20261123), tmp_path / "graphkit.db", tmp_path / "estate"
    folder.mkdir()
    good = {}
    for version in ("one", "two"):
        write_estate(folder, version)
        began = time.monotonic()
        assert importing(folder, store).wait(60) == 0
        took = time.monotonic() - began
        good[version] = state_of(store)
    assert good["one"].revision != good["two"].revision
    for round_ in range(KILLS):
        write_estate(folder, ("one", "two")[round_ % 2])
        process = importing(folder, store)
        time.sleep(took * chance.uniform(0.2, 1.0))
        process.kill()
        process.wait(10)
        assert state_of(store) in good.values()
    write_estate(folder, "one")
    assert importing(folder, store).wait(60) == 0
    assert state_of(store) == good["one"]


def inventory(*names: str) -> str:
    """Write an inventory file of services."""
    return "graphkit: 1\nservices:\n" + "".join(f"  - id: {name}\n" for name in names)


def scopes(command_line: CommandLine) -> list[str]:
    """List the scopes that are open."""
    rows = json.loads(command_line("store", "scopes", "--format", "json").stdout)
    return [row["scope"] for row in rows]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Give a folder that is a root, with two inventories, one of them in a folder below."""
    folder = tmp_path / "estate"
    (folder / "below").mkdir(parents=True)
    (folder / "graphkit.toml").write_text("")
    (folder / "a.yaml").write_text(inventory("api"))
    (folder / "below/b.yaml").write_text(inventory("bot"))
    return folder


def test_scopes_no_longer_found_are_reported_and_closed_only_by_prune(
    command_line: CommandLine, estate: Path
) -> None:
    """Scopes of a root that are no longer found are reported, and closed only by --prune."""
    command_line("import", "estate")
    (estate / "a.yaml").unlink()
    told = command_line("import", "estate").stderr
    assert "native:estate/a.yaml" in told
    assert "--prune" in told
    assert scopes(command_line) == ["native:estate/a.yaml", "native:estate/below/b.yaml"]
    assert "1 documents" in command_line("import", "estate", "--prune").stderr
    assert scopes(command_line) == ["native:estate/below/b.yaml"]


def test_scopes_are_reported_missing_and_pruned_only_under_the_paths_given(
    command_line: CommandLine, estate: Path
) -> None:
    """An import of one folder says nothing of what lies beside it."""
    command_line("import", "estate")
    (estate / "a.yaml").unlink()
    assert "a.yaml" not in command_line("import", "estate/below", "--prune").stderr
    assert "native:estate/a.yaml" in scopes(command_line)


def test_a_refused_document_is_not_a_missing_one(command_line: CommandLine, estate: Path) -> None:
    """What cannot be read keeps its last good state, also with --prune."""
    command_line("import", "estate")
    (estate / "a.yaml").write_text("graphkit: 1\nservices: [\n")
    assert "E-SYNTAX" in command_line("import", "estate", "--prune", code=3).stderr
    assert "native:estate/a.yaml" in scopes(command_line)


def test_scopes_below_a_folder_with_a_hash_in_its_name_are_found_missing(
    command_line: CommandLine, estate: Path
) -> None:
    """A folder may be called C#; the sign parts documents inside documents from their file."""
    (estate / "C#").mkdir()
    (estate / "C#/c.yaml").write_text(inventory("compiler"))
    command_line("import", "estate")
    (estate / "C#/c.yaml").unlink()
    assert "native:estate/C#/c.yaml" in command_line("import", "estate/C#").stderr


def test_importing_twice_changes_nothing(command_line: CommandLine, estate: Path) -> None:
    """The same command again: the same store, and it says so."""
    command_line("import", "estate")
    before = command_line("store", "info", "--format", "json").stdout
    told = command_line("import", "estate").stderr
    assert "0 new, 0 changed, 2 unchanged; claims: 0 opened, 0 closed" in told
    assert command_line("store", "info", "--format", "json").stdout == before
    assert sorted(path.name for path in estate.iterdir()) == ["a.yaml", "below", "graphkit.toml"]


def test_a_dry_run_stores_nothing(command_line: CommandLine, estate: Path, tmp_path: Path) -> None:
    """It tells what would change, and makes no file."""
    told = command_line("import", "estate", "--dry-run").stderr
    assert "2 new" in told
    assert not (tmp_path / "graphkit.db").exists()
    command_line("import", "estate")
    (estate / "a.yaml").write_text(inventory("api", "web"))
    before = (tmp_path / "graphkit.db").read_bytes()
    assert "1 changed" in command_line("import", "estate", "--dry-run").stderr
    assert (tmp_path / "graphkit.db").read_bytes() == before


def test_a_scope_that_shrinks_stops_the_import_and_says_how_to_go_on(
    command_line: CommandLine, estate: Path
) -> None:
    """More than 30 % and more than 20 claims: exit code 3, nothing stored, --accept-shrink takes it."""
    (estate / "a.yaml").write_text(inventory(*(f"s{number}" for number in range(100))))
    command_line("import", "estate")
    before = command_line("store", "info", "--format", "json").stdout
    (estate / "a.yaml").write_text(inventory("s1"))
    assert "--accept-shrink" in command_line("import", "estate", code=3).stderr
    assert command_line("store", "info", "--format", "json").stdout == before
    command_line("import", "estate", "--accept-shrink")


def test_a_second_place_under_a_used_root_name_is_refused(command_line: CommandLine, tmp_path: Path) -> None:
    """Two folders of one name would replace each other's scopes: exit code 2, naming --scope."""
    for place in ("one", "two"):
        folder = tmp_path / place / "shop"
        folder.mkdir(parents=True)
        (folder / "a.yaml").write_text(inventory(place))
    command_line("import", "one/shop")
    assert "--scope" in command_line("import", "two/shop", code=2).stderr
    assert "--scope" in command_line("import", "one/shop", "two/shop", code=2).stderr
    command_line("import", "two/shop", "--scope", "second")
    assert scopes(command_line) == ["native:second/a.yaml", "native:shop/a.yaml"]


@pytest.mark.usefixtures("estate")
def test_many_pipelines_may_feed_one_store(command_line: CommandLine) -> None:
    """--no-build only puts readings; a query finds the view behind and says so; store build mends it."""
    command_line("import", "estate", "--no-build")
    assert json.loads(command_line("store", "info", "--format", "json").stdout)["view"] == "behind"
    assert "behind" in command_line("coverage").stderr
    command_line("store", "build")
    assert "behind" not in command_line("coverage").stderr
