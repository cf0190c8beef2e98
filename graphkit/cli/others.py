"""The other side of a comparison: what a date, a revision of the store, or another store means."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.cli.common import Settings, load_snapshots, moment_of, opened
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.querying import Snapshots
    from graphkit.stores import Store


def other(text: str, settings: Settings, store: Store) -> Snapshots:
    """Give what *text* means: what *store* knew on a day or at a moment, one of its revisions, or a store.

    A file of that name goes before a revision. Raises UsageError where nothing or several things are meant.
    """
    moment = _moment(text)
    if moment is None and ("://" in text or text == "memory:" or Path(text).is_file()):
        there = replace(settings, store=text, as_of=None)
        config = there.load_config()
        with opened(config) as elsewhere:
            return load_snapshots(there, config, elsewhere, other=True)
    then = replace(settings, as_of=moment or _of_revision(text, store))
    return load_snapshots(then, settings.load_config(), store, other=True)


def _moment(text: str) -> str | None:
    """Give a day, or a moment in UTC, as stores take it; None for what is neither."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text).isoformat()
        if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
            return moment_of(text)
    except (ValueError, OverflowError):
        raise UsageError(f"{text[:100]!r} is no date such as 2026-11-23") from None
    return None


def _of_revision(text: str, store: Store) -> str:
    """Give the last moment at which the revision of *store* began with *text*."""
    found: dict[str, str] = {}
    if re.fullmatch(r"[0-9a-f]{4,64}", text):
        for moment in store.moments():
            revision = store.state(moment).revision
            if revision.startswith(text):
                found[revision] = moment
    if len(found) > 1:
        several = ", ".join(sorted(revision[:16] for revision in found))
        raise UsageError(f"{text!r} may mean the revisions {several}: give more of one")
    if not found:
        raise UsageError(
            f"{text[:100]!r} is neither a date such as 2026-11-23, nor a revision of {store.uri}"
            " (`graphkit store info` shows it), nor a store"
        )
    return next(iter(found.values()))
