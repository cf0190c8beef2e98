"""What only the SQLite store does: files, other people's files, damage, readers and writers."""

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphkit.build import build
from graphkit.catalogue import Catalogue
from graphkit.config import Config
from graphkit.errors import GraphkitError, NewerStore, NotOurStore, StoreError, UsageError
from graphkit.stores import open_store
from graphkit.stores.sqlite import SQLiteStore
from tests.laws.stating import a_store, facts, reading

_READ = """
import os, sys
from graphkit.stores.sqlite import SQLiteStore, Path
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
print(len(list(SQLiteStore(Path(sys.argv[1])).readings())))
"""
_WRITE = """
import sys, time
from pathlib import Path
from graphkit.stores.sqlite import SQLiteStore
from tests.laws.stating import facts, reading
store = SQLiteStore(Path(sys.argv[1]))
with store.transaction(lambda: print("waiting", flush=True)):
    print("writing", flush=True)
    time.sleep(float(sys.argv[2]))
    store.put([reading(facts(3), sys.argv[3])])
print("done", flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of a store that holds one reading of five claims."""
    path = tmp_path / "graphkit.db"
    store = SQLiteStore(path)
    store.put([reading(facts(5))])
    store.close()
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user may read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_store_that_is_not_there_is_not_made_by_a_question(tmp_path: Path) -> None:
    """The message says how one is made, and no file appears."""
    with pytest.raises(StoreError, match="graphkit import"):
        open_store(str(tmp_path / "no.db"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("uri", ["bolt//x", "mysql://me:secret@host/x", "sqlite://x", "://", "memory://x"])
def test_a_kind_of_store_that_is_none_is_refused_without_its_password(uri: str) -> None:
    """The scheme is named, the rest is not printed."""
    with pytest.raises(GraphkitError) as caught:
        open_store(uri)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, UsageError) or "://" not in uri


@pytest.mark.parametrize("name", ["a b.db", "ä.db", "50%.db", "a?b=c#d.db", "file:x.db"])
def test_a_path_may_hold_any_sign(tmp_path: Path, name: str) -> None:
    """A path is a path, not a URI."""
    open_store(str(tmp_path / name), create=True).put([reading(facts(1))])
    assert len(list(open_store(str(tmp_path / name)).readings())) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_uri_form_means_the_same_file(file: Path) -> None:
    """sqlite:///path is another way to write the path."""
    assert open_store(f"sqlite:///{file}").state() == open_store(str(file)).state()


def test_another_programs_database_is_not_touched(tmp_path: Path) -> None:
    """NotOurStore, and not one byte differs."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE reading (id)")
    database.close()
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(NotOurStore, match=r"other\.db"):
            open_store(str(path), create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"graphkit: 1\n" * 100, b"\0" * 4096, b"SQLite format 3\0" + b"x" * 200])
def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path, content: bytes) -> None:
    """A mistyped --store must not cost a file."""
    path = tmp_path / "inventory.yaml"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"inventory\.yaml"):
        open_store(str(path), create=True).put([reading(facts(1))])
    assert path.read_bytes() == content


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """One line, naming the path."""
    with pytest.raises(StoreError, match=str(tmp_path)):
        open_store(str(tmp_path), create=True)


def test_a_newer_graphkits_store_is_left_alone(file: Path) -> None:
    """NewerStore names both formats."""
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(NewerStore, match="99"):
        open_store(str(file))


def test_an_empty_file_is_an_empty_store(tmp_path: Path) -> None:
    """As `mktemp` leaves it; a question finds nothing, a put makes it a store."""
    path = tmp_path / "empty.db"
    path.touch()
    store = open_store(str(path))
    assert (list(store.readings()), store.scopes(), dict(store.roots())) == ([], (), {})
    assert store.view("x") is None
    assert store.state() == a_store().state()
    store.put([reading(facts(1))])
    assert len(list(open_store(str(path)).readings())) == 1


def exhaust(path: Path) -> None:
    """Read all that a store holds."""
    store = open_store(str(path))
    try:
        store.scopes(), store.state(), store.roots()
        list(store.readings())
        store.view("digest")
    finally:
        store.close()


def test_damage_is_told_in_one_line_and_never_a_crash(file: Path, catalogue: Catalogue) -> None:
    """Bytes that flip and files that end early: a StoreError naming the file, or no difference at all."""
    store = SQLiteStore(file)
    found = build(store.readings(), catalogue=catalogue, config=Config())
    store.save_view(found, digest="digest")
    store.close()
    chance, whole = random.Random(7), file.read_bytes()
    told: list[str] = []
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 1, 8))):
            damaged[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        file.write_bytes(bytes(damaged[: chance.choice((len(whole), chance.randrange(len(whole)))) or None]))
        try:
            exhaust(file)
        except StoreError as error:
            told.append(str(error))
    assert told
    assert all(text.startswith(str(file)) and "\n" not in text for text in told)


@pytest.mark.parametrize("column", ["since", "skipped"])
@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", "null", '[["2026-01-01", 9]]', '"x"'])
def test_a_damaged_row_is_a_store_error(file: Path, column: str, text: str) -> None:
    """Also where the text is valid JSON of another shape."""
    with sqlite3.connect(file) as database:
        database.execute(f"UPDATE reading SET {column} = ?", (text,))  # noqa: S608 - one of two words
    database.close()
    with contextlib.suppress(StoreError):
        for found in open_store(str(file)).readings():
            assert len(found.since) == len(found.claims)
            assert isinstance(found.skipped, tuple)


def test_an_error_of_whoever_writes_passes_as_it_is(file: Path) -> None:
    """A bug inside a transaction is a traceback, not a damaged store."""
    store = SQLiteStore(file)
    for bug in (KeyError("n_key"), ValueError("bug"), TypeError("bug")):
        with pytest.raises(type(bug)), store.transaction():
            raise bug


def test_a_transaction_without_keep_undoes_everything(file: Path) -> None:
    """Also the tables of a store that did not exist."""
    for store in (SQLiteStore(file), a_store()):
        before = store.state()
        with store.transaction(keep=False):
            store.put([reading(facts(9), "b.yaml")])
            store.save_roots({"x": "/x"})
            assert store.state() != before
        assert store.state() == before
        assert dict(store.roots()) == {}


def command(*words: str) -> list[str]:
    """Give the command of a Python process."""
    return [sys.executable, "-c", *words]


def test_a_second_writer_waits_for_the_first(file: Path) -> None:
    """Two processes: the second says that it waits, once, and both are stored."""
    first = subprocess.Popen(command(_WRITE, str(file), "4", "b.yaml"), stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    assert first.stdout.readline() == "writing\n"
    second = subprocess.run(
        command(_WRITE, str(file), "0", "c.yaml"), capture_output=True, text=True, timeout=30, check=True
    )
    first.communicate(timeout=30)
    assert second.stdout.split() == ["waiting", "writing", "done"]
    paths = [scope.scope.path for scope in SQLiteStore(file).scopes()]
    assert paths == ["a.yaml", "b.yaml", "c.yaml"]


def test_writers_in_threads_each_keep_what_they_put(file: Path) -> None:
    """One after the other, none lost."""

    def write(number: int) -> None:
        store = SQLiteStore(file)
        for round_ in range(4):
            store.put([reading(facts(round_ + 1), f"{number}.yaml")])
        store.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = {scope.scope.path: scope.claims for scope in SQLiteStore(file).scopes()}
    assert found == {"a.yaml": 5, "0.yaml": 4, "1.yaml": 4, "2.yaml": 4, "3.yaml": 4}


def test_a_reader_sees_the_state_before_while_a_writer_writes(file: Path) -> None:
    """A question need not wait for an import."""
    writer, reader = SQLiteStore(file), SQLiteStore(file)
    before = reader.state()
    with writer.transaction():
        writer.put([reading(facts(9), "b.yaml")])
        assert reader.state() == before
    assert reader.state() != before


def test_a_writer_waits_for_a_reader_that_takes_its_time(file: Path) -> None:
    """An import must not be lost because somebody reads a large view for a second."""
    writer = SQLiteStore(file)
    reader = sqlite3.connect(file, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM reading").fetchone()

    def leave() -> None:
        time.sleep(1)
        reader.execute("COMMIT")
        reader.close()

    thread = threading.Thread(target=leave)
    thread.start()
    try:
        writer.put([reading(facts(9), "b.yaml")])
    finally:
        thread.join()
    assert len(writer.scopes()) == 2


def test_a_question_needs_no_right_to_write(open_folder: Path) -> None:
    """A store in a folder that is only readable answers, and leaves no file beside it."""
    path = open_folder / "graphkit.db"
    store = SQLiteStore(path)
    store.put([reading(facts(5))])
    store.close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    done = subprocess.run(command(_READ, str(path)), capture_output=True, text=True, timeout=30, check=False)
    open_folder.chmod(0o755)
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert [found.name for found in open_folder.iterdir()] == ["graphkit.db"]


def test_a_store_may_be_closed_twice(file: Path) -> None:
    """Closing is allowed at any time; a closed store says so."""
    store = SQLiteStore(file)
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.scopes()
