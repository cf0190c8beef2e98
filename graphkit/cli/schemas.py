"""`graphkit schema`: the JSON Schemas of answers and of files that people write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import click

from graphkit.cli.common import Settings, as_json, chosen_format, with_settings, write_lines
from graphkit.errors import UsageError

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


@click.command("schema")
@click.argument("what", required=False, metavar="[QUERY|inventory|event|plan|config]")
@with_settings(unused=("as_of", "on", "plan"))
def COMMAND(settings: Settings, *, what: str | None) -> None:  # noqa: N802 - as the other commands
    """Print a JSON Schema; without an argument, list what there is."""
    chosen_format(settings, "table", "json")
    known = _known()
    if what is None:
        write_lines(sorted(known), settings)
        return
    if what not in known:
        from graphkit.config import nearest

        offer = nearest(what, tuple(known)) or f"; there are {', '.join(sorted(known))}"
        raise UsageError(f"schema: there is no schema of {what[:100]!r}{offer}")
    write_lines([as_json({"$schema": _DRAFT, "title": f"graphkit {what}", **known[what]()})], settings)


def _known() -> Mapping[str, Callable[[], Mapping[str, Any]]]:
    """Give every schema by name: each query's envelope, each file that an importer or graphkit defines."""
    from graphkit.cli.plugins import importers, queries
    from graphkit.config import schema as config_schema
    from graphkit.events.model import Event
    from graphkit.impact.plan import Plan
    from graphkit.querying.schema import envelope_schema

    found: dict[str, Callable[[], Mapping[str, Any]]] = {
        "config": config_schema,
        "event": Event.model_json_schema,
        "plan": Plan.model_json_schema,
    }
    for query in queries():
        found[query.name] = lambda query=query: envelope_schema(query)  # type: ignore[misc]
    for importer in importers():
        module = import_module(importer.read.__module__)
        for name in vars(module):
            if name.endswith("_schema"):
                found[name.removesuffix("_schema")] = getattr(module, name)
    return found
