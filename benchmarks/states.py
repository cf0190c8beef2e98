"""Complete states of a store: kept aside, put back, and recognized in what a killed import left."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from graphkit import config
from graphkit.catalogue.stamp import stamp
from graphkit.errors import GraphkitError
from graphkit.snapshot import view_digest
from graphkit.stores import open_store
from graphkit.stores.history import encode

_TABLES: Final = ("reading", "chunk", "root", "view")
_UNTOUCHED: Final = 0


class State(NamedTuple):
    """A complete store put aside: its file, a digest of every row, and a digest of what is open."""

    file: Path
    rows: str
    claims: str


def keep(store: Path, file: Path) -> State:
    """Copy a complete store to *file* and take its digests. Raises ValueError where it is not complete."""
    shutil.copyfile(store, file)
    return State(file, *_digests(file))


def restore(state: State, store: Path) -> None:
    """Put a complete state in the place of *store*, nothing beside it, with a time by which it is known."""
    journal(store).unlink(missing_ok=True)
    shutil.copyfile(state.file, store)
    os.utime(store, (_UNTOUCHED, _UNTOUCHED))


def touched(store: Path) -> bool:
    """Tell whether the file was written to since it was put back."""
    return store.stat().st_mtime_ns != _UNTOUCHED


def journal(store: Path) -> Path:
    """Give the place of the journal, which is there while a transaction writes."""
    return store.with_name(f"{store.name}-journal")


def recognize(store: Path, *, old: State, new: State) -> str:
    """Say what a store holds: `old` (row for row), `new` (every open claim), else what is wrong with it.

    Both are said only where graphkit opens the store, SQLite finds no fault in the file, and the view is
    the one of the open readings.
    """
    try:
        rows, claims = _digests(store)
    except (GraphkitError, ValueError, sqlite3.Error) as error:
        return f"damaged: {error}"
    if rows == old.rows:
        return "old"
    return "new" if claims == new.claims else "damaged: neither state"


def _digests(store: Path) -> tuple[str, str]:
    claims = _claims(store)  # first, so that it is graphkit that takes the journal back
    with closing(sqlite3.connect(store)) as database:
        (fault,) = database.execute("PRAGMA integrity_check").fetchone()
        if fault != "ok":
            raise ValueError(f"{store}: {fault}")
        rows = hashlib.sha256()
        for table in _TABLES:
            for row in database.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608 - constants
                rows.update(repr(row).encode())
    return rows.hexdigest(), claims


def _claims(store: Path) -> str:
    opened = open_store(str(store))
    try:
        found = hashlib.sha256()
        for reading in opened.readings():
            found.update(repr((reading.scope, reading.digest, reading.complete)).encode())
            found.update(encode(reading.claims))
        own = config.load(None, store=str(store))
        if (
            opened.view(view_digest(opened.state().stamp, catalogue=stamp().digest, config=own.digest))
            is None
        ):
            raise ValueError(f"{store}: the view is not the one of the open readings")
    finally:
        opened.close()
    return found.hexdigest()
