"""`graphkit doctor`: configuration and where each value came from; store, versions, catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from graphkit.cli.common import (
    Settings,
    as_json,
    chosen_format,
    digest_of,
    opened,
    with_settings,
    write_lines,
)
from graphkit.errors import GraphkitError

if TYPE_CHECKING:
    from graphkit.config import Config

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
@with_settings(unused=("as_of", "on", "plan"))
def COMMAND(settings: Settings) -> None:  # noqa: N802 - as the other commands
    """Show the configuration and where each value came from, the store, the catalogue and the versions."""
    form = chosen_format(settings, "table", "json")
    config = settings.load_config()
    state, warnings = _store(config)
    body: dict[str, Any] = {
        "settings": _settings(settings, config),
        "store": state,
        "catalogue": _catalogue(),
        "versions": _versions(),
        "warnings": warnings,
    }
    write_lines([as_json(body)] if form == "json" else _lines(body), settings)


def _lines(body: dict[str, Any]) -> Iterator[str]:
    for name, entry in body["settings"].items():
        yield f"{name:14} {entry['value']!s:32} from {entry['from']}"
    for title in ("store", "catalogue", "versions"):
        yield ""
        for name, value in body[title].items():
            yield f"{name:22} {value}"
    if body["warnings"]:
        yield ""
        yield from body["warnings"]


def _settings(settings: Settings, config: Config) -> dict[str, dict[str, Any]]:
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


def _store(config: Config) -> tuple[dict[str, Any], list[str]]:
    """Say what the store holds, and what the configuration says of things that it does not hold."""
    from graphkit.cli.configured import unused

    try:
        with opened(config) as store:
            state = store.state()
            told = f"{_redacted(store.uri)}: {len(store.scopes())} documents, {state.revision[:16]}"
            return {"store": told}, unused(store, config, store.view(digest_of(state, config)))
    except GraphkitError as error:
        return {"store": str(error)}, []


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
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
