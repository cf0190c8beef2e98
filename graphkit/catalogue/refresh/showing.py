"""Gather what the catalogue knows under one name: the rows of every table that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphkit.catalogue.tables import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.catalogue.catalog import Catalogue
    from graphkit.catalogue.tables import Tables

# Where a thing of each kind is named, as (file, column).
_NAMED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "vendor": (
        *(("orgs.csv", "id"), ("orgs.csv", "parent"), ("families.csv", "vendor")),
        *(("licenses.csv", "issuer"), ("routes.csv", "vendor")),
    ),
    "family": (("families.csv", "id"), ("grammar.csv", "family"), ("alternatives.csv", "family")),
    "license": (
        *(("licenses.csv", "id"), ("releases.csv", "license"), ("lines.csv", "licenses")),
        ("artefacts.csv", "licenses"),
    ),
    "host": (("routes.csv", "name"), ("regions.csv", "host")),
    "model": (
        *(("artefacts.csv", "id"), ("artefacts.csv", "base"), ("lines.csv", "artefact")),
        *((file, "artefact") for file in ("prices.csv", "limits.csv", "ends.csv")),
    ),
    "offering": tuple((file, "offering") for file in ("prices.csv", "limits.csv", "ends.csv")),
}
KINDS: Final = tuple(_NAMED)


def counts(tables: Tables) -> list[dict[str, Any]]:
    """Count the rows of each table, with the oldest and newest day on which one was read."""
    found = []
    for path in tables.files:
        days = sorted(row["read_date"] for row in tables.rows(path.name))
        first, last = (days[0], days[-1]) if days else (None, None)
        found.append({"table": path.name, "rows": len(days), "oldest": first, "newest": last})
    return found


def meanings(name: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the keys that *name* stands for: itself where it is a key, else each kind that has it.

    What no table names may still be a model by the grammar; empty where nothing is known.
    """
    kind, found, rest = name.partition(":")
    bare = rest if found and kind in _NAMED else name
    known = {
        "vendor": catalogue.vendor(bare),
        "family": catalogue.family(bare),
        "license": catalogue.license(bare),
        "host": catalogue.host(bare),
        "model": catalogue.artefact(bare.lower()),
    }
    keys = tuple(f"{k}:{getattr(v, 'id', getattr(v, 'name', ''))}" for k, v in known.items() if v)
    resolution = catalogue.resolve(bare, context="gateway:litellm")
    if resolution.provider and resolution.served_id:
        keys += (f"offering:{resolution.provider}/{resolution.served_id}",)
    if bare is not name:
        return tuple(key for key in keys if key.startswith(f"{kind}:"))
    resolved = (f"model:{resolution.artefact}",) if resolution.artefact else ()
    named = tuple(key for key in keys if not key.startswith("offering:"))
    return named or (*keys, *resolved)


def rows_about(key: str, tables: Tables) -> Iterator[Mapping[str, str]]:
    """Yield the rows that name *key*, in the order of tables, each with its place under ``row``."""
    kind, _, identity = key.partition(":")
    for file, column in _NAMED[kind]:
        for row in tables.rows(file):
            if identity.lower() in (part.lower() for part in split(row[column])):
                yield row
