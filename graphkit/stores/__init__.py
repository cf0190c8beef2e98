"""What a store is, and how a URI becomes one: durable, versioned readings and the last built view."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from graphkit.errors import StoreError, UsageError
from graphkit.stores.history import Change

if TYPE_CHECKING:
    from graphkit.model import Reading, Scope
    from graphkit.snapshot import Snapshot

__all__ = ["Change", "State", "Store", "StoredScope", "open_store"]


class State(NamedTuple):
    """What the open readings are: *revision* by content, *stamp* by content and since."""

    revision: str
    stamp: str


class StoredScope(NamedTuple):
    """One open reading, without its claims."""

    scope: Scope
    digest: str
    claims: int
    skipped: int
    complete: bool
    time: str
    valid_from: str


class Store(Protocol):
    """Durable, versioned readings. A reading replaces the one before it, whole; the old one is closed."""

    uri: str

    def transaction(
        self, waiting: Callable[[], None] | None = None, *, keep: bool = True
    ) -> AbstractContextManager[None]:
        """Hold the one right to write; all that happens inside is kept whole, or (without *keep*) undone."""
        ...

    def consistent(self) -> AbstractContextManager[None]:
        """Look at one state: what others write meanwhile is not seen."""
        ...

    def put(self, readings: Iterable[Reading], *, accept_shrink: bool = False) -> Change:
        """Take readings; raises ShrinkRefused where too much of a scope would close."""
        ...

    def forget(self, scopes: Iterable[Scope]) -> Change:
        """Close the readings of *scopes*; they stay for earlier moments."""
        ...

    def readings(self, at: str | None = None) -> Iterator[Reading]:
        """Give the readings that are open, or were at *at*, ordered by scope."""
        ...

    def scopes(self, at: str | None = None) -> tuple[StoredScope, ...]:
        """Give what is open, without claims, ordered by scope."""
        ...

    def state(self, at: str | None = None) -> State:
        """Give the digests of what is open."""
        ...

    def moments(self) -> tuple[str, ...]:
        """Give the moments at which something was opened or closed, ascending."""
        ...

    def view(self, digest: str) -> Snapshot | None:
        """Give the saved view, if it is the one of *digest*."""
        ...

    def save_view(self, snapshot: Snapshot, *, digest: str) -> None:
        """Keep a built view in place of the last one."""
        ...

    def roots(self) -> Mapping[str, str]:
        """Give the known root names and their places."""
        ...

    def save_roots(self, roots: Mapping[str, str]) -> None:
        """Keep where roots are."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def open_store(uri: str, *, create: bool = False) -> Store:
    """Open the store that *uri* names: a path, `sqlite:///path` or `memory:`.

    Raises StoreError where there is none and *create* is false, or where it cannot be opened, UsageError
    for an unknown scheme.
    """
    from graphkit.stores.sqlite import SQLiteStore

    if uri == "memory:":
        return SQLiteStore(None)
    if "://" in uri and not uri.startswith("sqlite:///"):
        scheme = urlsplit(uri).scheme[:40]
        raise UsageError(f"--store: {scheme!r} is not a kind of store; use a path, sqlite:///path or memory:")
    path = Path(unquote(uri.removeprefix("sqlite:///"))) if uri.startswith("sqlite:///") else Path(uri)
    if not create and not path.exists():
        raise StoreError(f"{path}: there is no store here; `graphkit import PATH...` makes one")
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file in it: --store {path / 'graphkit.db'}")
    if path.exists() and not os.access(path, os.R_OK):
        raise StoreError(f"{path}: cannot be read; ask for permission, or name another with --store")
    if create and not path.parent.is_dir():
        raise StoreError(f"{path}: there is no folder {path.parent}; make it, or name another --store")
    return SQLiteStore(path)
