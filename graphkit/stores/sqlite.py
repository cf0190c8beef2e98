"""The embedded store: one SQLite file with readings as compressed JSON and the built view as one blob."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from graphkit.errors import NewerStore, NotOurStore, ShrinkRefused, StoreError
from graphkit.model import Reading, Scope
from graphkit.snapshot import Snapshot
from graphkit.stores import State, StoredScope
from graphkit.stores.history import (
    Change,
    decode,
    decode_since,
    decode_skipped,
    digest,
    encode,
    encode_since,
    encode_skipped,
    shrinks,
    succeed,
)

APPLICATION_ID: Final = 0x67726B74
VERSION: Final = 1
CHUNK: Final = 50_000
_LEVEL: Final = 1  # of compression: half the size of none, four times as fast as the default
_WAIT: Final = 600.0
_PATIENT: Final = f"PRAGMA busy_timeout = {int(_WAIT * 1000)}"
_SCHEMA: Final = """
CREATE TABLE reading (
    id INTEGER PRIMARY KEY, importer TEXT NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL,
    digest TEXT NOT NULL, time TEXT NOT NULL, complete INTEGER NOT NULL, claims INTEGER NOT NULL,
    content TEXT NOT NULL, since TEXT NOT NULL, skipped TEXT NOT NULL,
    valid_from TEXT NOT NULL, valid_to TEXT
);
CREATE UNIQUE INDEX reading_open ON reading (importer, root, path) WHERE valid_to IS NULL;
CREATE TABLE chunk (
    reading INTEGER NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (reading, number)
);
CREATE TABLE root (name TEXT PRIMARY KEY, place TEXT NOT NULL);
CREATE TABLE view (one INTEGER PRIMARY KEY CHECK (one = 1), digest TEXT NOT NULL, data BLOB NOT NULL);
"""
_BY_SCOPE: Final = "ORDER BY importer, root, path"
_COLUMNS: Final = (
    "id, importer, root, path, digest, time, complete, claims, since, skipped, valid_from, content"
)


class SQLiteStore:
    """Readings and the view in one file, or in memory."""

    def __init__(self, path: Path | None, *, now: Callable[[], dt.datetime] | None = None) -> None:
        """Open or make the store at *path*; None is in memory. *now* gives the moment of a write, in UTC.

        Raises NotOurStore, NewerStore, StoreError.
        """
        self.path = path
        self.uri = str(path) if path else "memory:"
        self._fresh: dict[int, Reading] = {}  # put in the open transaction: what is built next
        self._now = now or (lambda: dt.datetime.now(dt.UTC))
        with self._faults():
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=_WAIT)
            self._check()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self, waiting: Callable[[], None] | None = None, *, keep: bool = True) -> Iterator[None]:
        """Hold the one right to write; a second writer waits and *waiting* is called once.

        All that happens inside is kept whole, or, after an error or without *keep*, not at all.
        """
        with self._faults():
            self._begin(waiting)
            try:
                if not self._db.execute("PRAGMA application_id").fetchone()[0]:
                    self._create()
                yield
                self._db.execute("COMMIT" if keep else "ROLLBACK")
                self._fresh.clear()
            except BaseException:
                self._fresh.clear()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def consistent(self) -> Iterator[None]:
        """Look at one state: what others write meanwhile is not seen."""
        with self._faults():
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def put(self, readings: Iterable[Reading], *, accept_shrink: bool = False) -> Change:
        """Take readings, each whole, in one transaction.

        Raises ShrinkRefused, naming every scope that would lose too much, unless *accept_shrink*.
        """
        with self._writing():
            return self._put(readings, accept_shrink=accept_shrink)

    def forget(self, scopes: Iterable[Scope]) -> Change:
        """Close the readings of *scopes*; a scope that is not open is passed over."""
        closed, claims = [], 0
        with self._writing():
            moment = self._moment()
            for scope in scopes:
                row = self._open_row(scope)
                if row:
                    self._db.execute("UPDATE reading SET valid_to = ? WHERE id = ?", (moment, row[0]))
                    closed.append(scope)
                    claims += row[7]
        return Change(closed=tuple(closed), claims_closed=claims)

    def readings(self, at: str | None = None) -> Iterator[Reading]:
        """Give the readings that are open, or were at the end of the day or moment *at*, by scope."""
        with self._faults():
            rows = self._open_rows(at)
        for row in rows:
            yield self._load(row)

    def scopes(self, at: str | None = None) -> tuple[StoredScope, ...]:
        """Give what is open, without claims, ordered by scope."""
        with self._faults():
            return tuple(
                StoredScope(
                    Scope(*row[1:4]), row[4], row[7], len(json.loads(row[9])), bool(row[6]), row[5], row[10]
                )
                for row in self._open_rows(at)
            )

    def state(self, at: str | None = None) -> State:
        """Give the digests of what is open: by content, and by content and since."""
        with self._faults():
            if not self._made():
                return State(digest(), digest("since"))
            where, values = _at(at)
            query = f"SELECT importer, root, path, content, since FROM reading WHERE {where} {_BY_SCOPE}"  # noqa: S608 - constants
            rows = self._db.execute(query, values).fetchall()
        flat = [part for row in rows for part in row[:4]]
        return State(digest(*flat), digest("since", *flat, *(row[4] for row in rows)))

    def moments(self) -> tuple[str, ...]:
        """Give the moments at which something was opened or closed, ascending."""
        query = "SELECT valid_from FROM reading UNION SELECT valid_to FROM reading WHERE valid_to IS NOT NULL"
        with self._faults():
            return tuple(row[0] for row in self._db.execute(f"{query} ORDER BY 1")) if self._made() else ()

    def view(self, digest: str) -> Snapshot | None:
        """Give the saved view if it is the one of *digest*."""
        with self._faults():
            if not self._made():
                return None
            row = self._db.execute("SELECT data FROM view WHERE digest = ?", (digest,)).fetchone()
        try:
            return Snapshot.from_bytes(row[0]) if row else None
        except StoreError as error:
            raise StoreError(f"{self.uri}: {error}") from error

    def save_view(self, snapshot: Snapshot, *, digest: str) -> None:
        """Keep a built view in place of the last one."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO view VALUES (1, ?, ?)", (digest, snapshot.to_bytes()))

    def roots(self) -> Mapping[str, str]:
        """Give the known root names and their places."""
        with self._faults():
            return (
                dict(self._db.execute("SELECT name, place FROM root ORDER BY name")) if self._made() else {}
            )

    def save_roots(self, roots: Mapping[str, str]) -> None:
        """Keep where roots are; a known name gets the new place."""
        with self._writing():
            self._db.executemany("INSERT OR REPLACE INTO root VALUES (?, ?)", sorted(roots.items()))

    def _put(self, readings: Iterable[Reading], *, accept_shrink: bool) -> Change:
        moment = self._moment()
        added: list[Scope] = []
        changed: list[Scope] = []
        unchanged: list[Scope] = []
        refused: list[str] = []
        opened = closed = 0
        for new in readings:
            row = self._open_row(new.scope)
            old = self._load(row) if row else None
            step = succeed(old, new, today=moment[:10])
            if (why := shrinks(old, step)) and not accept_shrink:
                refused.append(f"{new.scope}: {why}; nothing was stored: --accept-shrink takes it")
                continue
            chunks = _chunks(step.reading)
            content = _content(step.reading, chunks)
            if row and content == row[11]:
                unchanged.append(new.scope)
                continue
            if row:
                self._db.execute("UPDATE reading SET valid_to = ? WHERE id = ?", (moment, row[0]))
            self._insert(step.reading, chunks, content=content, moment=moment)
            (changed if row else added).append(new.scope)
            opened += step.opened
            closed += step.closed
        if refused:
            raise ShrinkRefused("\n".join(refused))
        return Change(tuple(added), tuple(changed), tuple(unchanged), (), opened, closed)

    def _insert(self, reading: Reading, chunks: list[bytes], *, content: str, moment: str) -> None:
        cursor = self._db.execute(
            "INSERT INTO reading VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                *reading.scope,
                reading.digest,
                reading.time,
                int(reading.complete),
                len(reading.claims),
                content,
                encode_since(reading.since),
                encode_skipped(reading.skipped),
                moment,
            ),
        )
        self._fresh[cursor.lastrowid or 0] = reading
        rows = ((cursor.lastrowid, number, zlib.compress(data, _LEVEL)) for number, data in enumerate(chunks))
        self._db.executemany("INSERT INTO chunk VALUES (?, ?, ?)", rows)

    def _load(self, row: tuple[Any, ...]) -> Reading:
        if row[0] in self._fresh:
            return self._fresh[row[0]]
        query = "SELECT data FROM chunk WHERE reading = ? ORDER BY number"
        with self._faults():
            chunks = self._db.execute(query, (row[0],)).fetchall()
        try:
            claims = tuple(claim for (data,) in chunks for claim in decode(zlib.decompress(data)))
            since, skipped = decode_since(row[8], len(claims)), decode_skipped(row[9])
        except (zlib.error, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{self.uri}: damaged: {Scope(*row[1:4])!s:.200}".replace("\n", " ")) from error
        return Reading(Scope(*row[1:4]), row[4], claims, skipped, bool(row[6]), row[5], since)

    def _open_row(self, scope: Scope) -> tuple[Any, ...] | None:
        where = "importer = ? AND root = ? AND path = ? AND valid_to IS NULL"
        found = self._db.execute(f"SELECT {_COLUMNS} FROM reading WHERE {where}", scope).fetchone()  # noqa: S608 - constants
        return tuple(found) if found else None

    def _open_rows(self, at: str | None) -> list[tuple[Any, ...]]:
        if not self._made():
            return []
        where, values = _at(at)
        query = f"SELECT {_COLUMNS} FROM reading WHERE {where} {_BY_SCOPE}"  # noqa: S608 - constants
        return self._db.execute(query, values).fetchall()

    def _made(self) -> bool:
        return bool(self._db.execute("PRAGMA application_id").fetchone()[0])

    def _moment(self) -> str:
        """Give the moment of this write, later than every one before even if the clock went back."""
        now = self._now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        last = self._db.execute(
            "SELECT max(max(valid_from), max(coalesce(valid_to, ''))) FROM reading"
        ).fetchone()[0]
        return max(now, last or "")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._db.in_transaction:
            with self._faults():
                yield
        else:
            with self.transaction():
                yield

    def _begin(self, waiting: Callable[[], None] | None) -> None:
        try:
            self._db.execute("PRAGMA busy_timeout = 200")
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            if waiting:
                waiting()
            self._db.execute(_PATIENT)
            self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(_PATIENT)

    def _create(self) -> None:
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                self._db.execute(statement)
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._db.execute(f"PRAGMA user_version = {VERSION}")

    def _check(self) -> None:
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        ours = self._db.execute("PRAGMA application_id").fetchone()[0]
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if ours != APPLICATION_ID and (tables or ours):
            raise NotOurStore(f"{self.uri}: this database was not made by graphkit; it was not touched")
        if version > VERSION:
            raise NewerStore(
                f"{self.uri}: made by a newer graphkit (format {version}, this one knows {VERSION})"
            )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:
            raise StoreError(f"{self.uri}: damaged: {error}") from error
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) or 0
            if code == sqlite3.SQLITE_NOTADB:
                raise NotOurStore(
                    f"{self.uri}: this file is no graphkit store; it was not touched"
                ) from error
            raise StoreError(f"{self.uri}: {error}") from error


def _chunks(reading: Reading) -> list[bytes]:
    return [encode(reading.claims[start : start + CHUNK]) for start in range(0, len(reading.claims), CHUNK)]


def _content(reading: Reading, chunks: list[bytes]) -> str:
    head = (reading.digest, reading.time, str(reading.complete), encode_skipped(reading.skipped))
    return digest(*head, *chunks)


def _at(moment: str | None) -> tuple[str, tuple[str, ...]]:
    if moment is None:
        return "valid_to IS NULL", ()
    end = moment if "T" in moment else f"{moment}T23:59:59.999999Z"
    return "valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", (end, end)
