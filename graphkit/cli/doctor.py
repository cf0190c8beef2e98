"""`graphkit doctor`: configuration and where each value came from; store, versions, catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import click

from graphkit.cli.common import Settings, as_json, chosen_format, with_settings, write_lines
from graphkit.errors import GraphkitError

_PACKAGES: Final = (
    "graphkit-inventory",
    "click",
    "networkx",
    "neo4j",
    "numpy",
    "pydantic",
    "PyYAML",
    "pyvis",
    "rich",
)


@click.command("doctor")
@with_settings(moments=False)
def COMMAND(settings: Settings) -> None:  # noqa: N802 - as the other commands
    """Show the configuration and where each value came from, the store, the catalogue and the versions."""
    form = chosen_format(settings, "table", "json")
    body = {
        "settings": _settings(settings),
        "store": _store(settings),
        "catalogue": _catalogue(),
        "versions": _versions(),
    }
    write_lines([as_json(body)] if form == "json" else _lines(body), settings)


def _lines(body: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, entry in body["settings"].items():
        yield f"{name:14} {entry['value']!s:32} from {entry['from']}"
    for title in ("store", "catalogue", "versions"):
        yield ""
        for name, value in body[title].items():
            yield f"{name:22} {value}"


def _settings(settings: Settings) -> dict[str, dict[str, Any]]:
    config = settings.load_config()
    tables = {"company": config.company, "criticality": config.criticality, "models": config.models}
    tables |= {"cost": config.cost, "policy": config.policy}
    shown: dict[str, Any] = {
        "file": str(config.file) if config.file else None,
        "store": _redacted(config.store),
        "currency": config.currency,
    }
    shown |= {name: f"{len(table)} entries" if table else "empty" for name, table in tables.items()}
    shown["gateway"] = ", ".join(gateway.name for gateway in config.gateways) or "none"
    shown["same"] = f"{len(config.same)} entries" if config.same else "empty"
    origins = {
        **config.origins,
        "file": "--config" if settings.config else "the working directory and upwards",
    }
    return {name: {"value": value, "from": origins.get(name, "default")} for name, value in shown.items()}


def _redacted(uri: str) -> str:
    scheme, found, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else uri


def _store(settings: Settings) -> dict[str, Any]:
    from graphkit.stores import open_store

    try:
        store = open_store(settings.load_config().store)
    except GraphkitError as error:
        return {"store": str(error)}
    try:
        scopes = store.scopes()
        return {"store": f"{_redacted(store.uri)}: {len(scopes)} documents, {store.state().revision[:16]}"}
    finally:
        store.close()


def _catalogue() -> dict[str, Any]:
    from graphkit.catalogue.stamp import stamp

    known = stamp()
    return {
        "catalogue": f"data of {known.date}, digest {known.digest[:16]}",
        "prices": _prices(),
    }


def _prices() -> str:
    from graphkit.catalogue.tables import Tables

    days = sorted(row["as_of"] for row in Tables().rows("prices.csv") if row["as_of"])
    return f"as of {days[0]} to {days[-1]}, half of them {days[len(days) // 2]} or younger"


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
