"""`graphkit store`: what is in the store, and the store itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.common import (
    Settings,
    as_json,
    build_snapshot,
    chosen_format,
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
@with_settings()
def info(settings: Settings) -> None:
    """Say what the store holds."""
    from graphkit.catalogue.stamp import stamp
    from graphkit.snapshot import view_digest
    from graphkit.stores import open_store

    form = chosen_format(settings, "table", "json")
    config = settings.load_config()
    store = open_store(config.store)
    try:
        scopes, state = store.scopes(settings.as_of), store.state(settings.as_of)
        view = store.view(view_digest(state.stamp, catalogue=stamp().digest, config=config.digest))
    finally:
        store.close()
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
@with_settings()
def scopes(settings: Settings) -> None:
    """List what was read: one scope a line, by the name that `forget` takes."""
    from graphkit.stores import open_store

    form = chosen_format(settings, "table", "json", "ndjson")
    store = open_store(settings.load_config().store)
    try:
        found = store.scopes(settings.as_of)
    finally:
        store.close()
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
    return f"{row['claims']:>8} claims  {row['imported'][:16]}  {_plain(row['scope'])}{state}"


@COMMAND.command("forget")
@click.argument("names", nargs=-1, required=True, metavar="SCOPE...")
@with_settings(formats=False, moments=False)
def forget(settings: Settings, *, names: tuple[str, ...]) -> None:
    """Close scopes: they no longer count, and stay for `--as-of`."""
    from graphkit.config import nearest
    from graphkit.stores import open_store

    config = settings.load_config()
    store = open_store(config.store)
    try:
        with store.transaction(lambda: settings.say("an import is writing; waiting for it")):
            known: dict[str, Scope] = {str(found.scope): found.scope for found in store.scopes()}
            wrong = [
                f"{name}: there is no such scope{nearest(name, tuple(known))}"
                for name in names
                if name not in known
            ]
            if wrong:
                raise UsageError("\n".join(wrong))
            change = store.forget([known[name] for name in names])
            _rebuild(store, config)
    finally:
        store.close()
    settings.say(f"closed {len(change.closed)} scopes with {change.claims_closed} claims")


@COMMAND.command("build")
@with_settings(formats=False, moments=False)
def build(settings: Settings) -> None:
    """Bring the stored view up to date with readings, catalogue and graphkit.toml."""
    from graphkit.stores import open_store

    config = settings.load_config()
    store = open_store(config.store)
    try:
        with store.transaction(lambda: settings.say("an import is writing; waiting for it")):
            built = _rebuild(store, config)
    finally:
        store.close()
    settings.say("built" if built else "the view was already current")


def _rebuild(store: Store, config: Config) -> bool:
    from graphkit.catalogue.stamp import stamp
    from graphkit.snapshot import view_digest

    digest = view_digest(store.state().stamp, catalogue=stamp().digest, config=config.digest)
    if store.view(digest) is not None:
        return False
    store.save_view(build_snapshot(store, config), digest=digest)
    return True


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
