"""`graphkit store`: what is in the store, and the store itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.common import (
    Settings,
    as_json,
    chosen_format,
    digest_of,
    kept_view,
    opened,
    printable,
    with_settings,
    write_lines,
)
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.config import Config
    from graphkit.model import Scope
    from graphkit.stores import Store


@click.group("store")
def COMMAND() -> None:  # noqa: N802 - as the other commands
    """Look at the store itself: what was read into it, and whether its view is current."""


@COMMAND.command("info")
@with_settings(unused=("plan",))
def info(settings: Settings) -> None:
    """Say what the store holds."""
    form = chosen_format(settings, "table", "json")
    config = settings.load_config()
    with opened(config) as store:
        scopes, state = store.scopes(settings.as_of), store.state(settings.as_of)
        view = store.view(digest_of(state, config))
    body = {
        "store": store.uri,
        "revision": state.revision[:16],
        "documents": len(scopes),
        "claims": sum(scope.claims for scope in scopes),
        "skipped": sum(scope.skipped for scope in scopes),
        "incomplete": sum(not scope.complete for scope in scopes),
        "last_change": max((scope.valid_from for scope in scopes), default=None),
        "view": "current" if view else "behind",
        "nodes": view.nodes if view else None,
        "edges": view.edges if view else None,
    }
    table = (f"{name.replace('_', ' '):12} {'-' if value is None else value}" for name, value in body.items())
    write_lines([as_json(body)] if form == "json" else table, settings)


@COMMAND.command("scopes")
@with_settings(unused=("plan",))
def scopes(settings: Settings) -> None:
    """List what was read: one scope a line, by the name that `forget` takes."""
    form = chosen_format(settings, "table", "json", "ndjson")
    with opened(settings.load_config()) as store:
        found = store.scopes(settings.as_of)
    rows = [
        {
            "scope": str(s.scope),
            "claims": s.claims,
            "skipped": s.skipped,
            "complete": s.complete,
            "time": s.time or None,
            "imported": s.valid_from,
        }
        for s in found
    ]
    lines = {
        "json": [as_json(rows)],
        "ndjson": [json.dumps(row, ensure_ascii=False) for row in rows],
        "table": [_shown(row) for row in rows],
    }
    write_lines(lines[form], settings)


def _shown(row: dict[str, Any]) -> str:
    state = "" if row["complete"] else "  incomplete"
    return f"{row['claims']:>8} claims  {row['imported'][:16]}  {printable(row['scope'])}{state}"


@COMMAND.command("forget")
@click.argument("names", nargs=-1, required=True, metavar="SCOPE...")
@with_settings(unused=("format", "output", "as_of", "on", "plan"))
def forget(settings: Settings, *, names: tuple[str, ...]) -> None:
    """Close scopes, or all scopes of a root: they no longer count, and stay for `--as-of`."""
    with _writing(settings) as (store, config):
        change = store.forget(_meant(names, store))
        kept_view(store, config)
    settings.say(f"closed {len(change.closed)} scopes with {change.claims_closed} claims")


def _meant(names: tuple[str, ...], store: Store) -> Iterator[Scope]:
    """Give the scopes that *names* mean. Raises UsageError for all that mean none, before the first."""
    from graphkit.config import nearest

    known = [found.scope for found in store.scopes()]
    every = tuple(sorted({name for scope in known for name in (str(scope), scope.root)}))
    wrong = [f"{name}: there is no such scope{nearest(name, every)}" for name in names if name not in every]
    if wrong:
        raise UsageError("\n".join(wrong))
    yield from (scope for scope in known if str(scope) in names or scope.root in names)


@COMMAND.command("build")
@with_settings(unused=("format", "output", "as_of", "on", "plan"))
def build(settings: Settings) -> None:
    """Bring the stored view up to date with readings, catalogue and graphkit.toml."""
    with _writing(settings) as (store, config):
        _, was_behind = kept_view(store, config)
    settings.say("built" if was_behind else "the view was already current")


@contextmanager
def _writing(settings: Settings) -> Iterator[tuple[Store, Config]]:
    """Open the store to change it; all that happens is kept, or after an error nothing."""
    config = settings.load_config()
    waiting = partial(settings.say, "an import is writing; waiting for it")
    with opened(config) as store, store.transaction(waiting):
        yield store, config
