"""Stores that are not ours, newer, damaged, read-only or full; output that cannot be written."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.badinput.baits import GOOD
from tests.cli.running import Done as Ended
from tests.cli.running import Folder, checked


@pytest.fixture
def good(folder: Folder) -> Folder:
    """Give a folder with an inventory and a store made of it."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    return folder


def test_a_database_of_somebody_else_is_not_touched(good: Folder) -> None:
    """Neither by a query nor by an import."""
    database = sqlite3.connect(good.path / "other.db")
    database.execute("CREATE TABLE mine (x)")
    database.commit()
    database.close()
    before = (good.path / "other.db").read_bytes()
    for words in (("import", "."), ("blast-radius", "vendor:meta"), ("store", "info"), ("store", "build")):
        assert "other.db" in good.run(*words, "--store", "other.db", code=4).err
    assert (good.path / "other.db").read_bytes() == before


def test_a_store_that_a_newer_graphkit_made_is_not_touched(good: Folder) -> None:
    """It may hold what this one would lose."""
    database = sqlite3.connect(good.path / "graphkit.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = (good.path / "graphkit.db").read_bytes()
    for words in (("import", "."), ("blast-radius", "vendor:meta")):
        assert "newer" in good.run(*words, code=4).err
    assert (good.path / "graphkit.db").read_bytes() == before


@pytest.mark.parametrize(
    "store", ["inventory.yaml", ".", "inventory.yaml/x.db", "nowhere/x.db", "/proc/x.db"]
)
def test_what_cannot_be_a_store_is_an_error_of_the_store(good: Folder, store: str) -> None:
    """A text file, a folder, below a file, in a folder that is missing, where nobody may write."""
    for words in (("import", "."), ("coverage",)):
        done = good.run(*words, "--store", store, code=4)
        assert len(done.err.splitlines()) == 1
    assert (good.path / "inventory.yaml").read_text() == GOOD


def test_a_query_makes_no_store(folder: Folder) -> None:
    """A wrong path must not look like an empty company."""
    assert "there is no store here" in folder.run("blast-radius", "vendor:meta", code=4).err
    assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["mysql://x/y", "file:///x.db", "neo5j://x"])
def test_an_unknown_kind_of_store_is_a_mistake_in_the_command(folder: Folder, scheme: str) -> None:
    """Exit code 2, and the kinds there are."""
    assert "sqlite" in folder.run("coverage", "--store", scheme, code=2).err


def test_a_damaged_store_is_called_damaged_wherever_the_damage_lies(good: Folder) -> None:
    """An answer is right, or there is none."""
    whole = (good.path / "graphkit.db").read_bytes()
    right = good.ask("blast-radius", "vendor:meta")
    for place in range(0, len(whole), 2_048):
        good.write("graphkit.db", whole[:place] + b"\xff" * 512 + whole[place + 512 :])
        done = good.run("blast-radius", "vendor:meta", "-f", "json", "--on", "2026-11-23", code=None)
        assert done.code in (0, 4)
        assert done.code == 4 or done.json() == right
    good.write("graphkit.db", whole[: len(whole) // 2])
    good.run("blast-radius", "vendor:meta", code=4)


def run_as(
    folder: Folder, *words: str, prefix: tuple[str, ...] = (), before: Callable[[], None] | None = None
) -> Ended:
    """Run a command in a process that *prefix* or *before* has taken rights from."""
    command = [*prefix, sys.executable, "-m", "graphkit", *words]
    done = subprocess.run(
        command, cwd=folder.path, capture_output=True, text=True, timeout=60, check=False, preexec_fn=before
    )
    return checked(Ended(done.returncode, done.stdout, done.stderr), words, None)


@pytest.fixture
def plain_user() -> tuple[str, ...]:
    """Give a prefix for commands that must obey the rights of files, as all but the administrator do."""
    if os.getuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is missing, and the administrator may write everywhere")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_in_a_read_only_folder_an_import_says_so_and_queries_answer(
    good: Folder, plain_user: tuple[str, ...]
) -> None:
    """A store on a read-only disk is still good to ask."""
    good.write("inventory.yaml", GOOD + "systems: [{id: x}]\n")
    (good.path / "graphkit.db").chmod(0o444)
    good.path.chmod(0o555)
    try:
        asked = run_as(good, "blast-radius", "vendor:meta", "-f", "json", prefix=plain_user)
        assert asked.code == 0, asked.err
        for words in (("import", "."), ("blast-radius", "vendor:meta", "-o", "x.json"), ("init", "new")):
            done = run_as(good, *words, prefix=plain_user)
            assert (done.code, len(done.err.splitlines())) == (4, 1), done.err
    finally:
        good.path.chmod(0o755)


def test_a_file_that_may_not_be_read_is_refused_and_the_rest_is_read(
    good: Folder, plain_user: tuple[str, ...]
) -> None:
    """One line, with its path."""
    good.write("closed.yaml", GOOD).chmod(0)
    done = run_as(good, "import", ".", prefix=plain_user)
    assert done.code == 3
    assert done.err.startswith("closed.yaml: ")
    assert good.services("vendor:meta") == ["chat"]


def small_disk() -> None:
    """Let no file grow beyond 100 KB, as on a disk that is full; the write fails instead of a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def many(count: int) -> str:
    """Make an inventory of many services."""
    lines = [
        f"  - {{id: service-{n}-{n * 7919}, requires: [{{model: own/m{n * 104729}}}]}}\n"
        for n in range(count)
    ]
    return "graphkit: 1\nservices:\n" + "".join(lines)


def test_a_full_disk_leaves_the_last_good_state(good: Folder) -> None:
    """Exit code 4, one line, and the answer of before."""
    before = good.ask("blast-radius", "vendor:meta")
    good.write("more.yaml", many(4_000))
    done = run_as(good, "import", ".", before=small_disk)
    assert done.code == 4, done.said
    assert good.ask("blast-radius", "vendor:meta") == before


def test_a_full_disk_leaves_no_half_written_output(good: Folder) -> None:
    """The old file stays, and nothing lies beside it."""
    good.write("more.yaml", many(4_000))
    good.run("import", ".")
    good.write("all.json", "before")
    names = sorted(path.name for path in good.path.iterdir())
    done = run_as(good, "unresolved", "-o", "all.json", before=small_disk)
    assert done.code == 4, done.said
    assert (good.path / "all.json").read_text() == "before"
    assert sorted(path.name for path in good.path.iterdir()) == names


def test_a_full_device_is_an_error_of_writing(good: Folder) -> None:
    """/dev/full takes nothing; it is not closed silently."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "graphkit", "blast-radius", "vendor:meta"]
        done = subprocess.run(
            command, cwd=good.path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("target", ["nowhere/x.json", "inventory.yaml/x.json", ".", "/proc/x.json"])
def test_output_that_cannot_be_written_is_exit_code_4(good: Folder, target: str) -> None:
    """The path is named."""
    assert target in good.run("blast-radius", "vendor:meta", "-o", target, code=4).err
    assert (good.path / "inventory.yaml").read_text() == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "store = 5\n",
        "stroe = 'x'\n",
        "store = \n",
        "[models]\nx = 1\n",
        "[gateway.x]\nurl = []\n",
        "[[same]]\nnames = ['a']\n",
        "[criticality]\nx = 'huge'\n",
        "company = " + "[" * 5_000 + "]" * 5_000 + "\n",
        "currency = " + "9" * 5_000 + "\n",
        "\x00",
    ],
    ids=["number", "key", "broken", "model", "gateway", "same", "level", "deep", "digits", "nul"],
)
def test_a_wrong_configuration_is_exit_code_2_with_its_file(good: Folder, text: str) -> None:
    """Found upwards or named, all problems at once, never a traceback."""
    good.write("graphkit.toml", text)
    for words in (("coverage",), ("import", "."), ("coverage", "--config", "graphkit.toml")):
        done = good.run(*words, code=2)
        assert all("graphkit.toml" in line for line in done.err.splitlines())


def test_a_configuration_that_is_named_must_exist(good: Folder) -> None:
    """A folder or nothing is no configuration."""
    for name in ("nowhere.toml", "."):
        assert name in good.run("coverage", "--config", name, code=2).err
