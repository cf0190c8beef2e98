"""Check the data: names that nothing defines, bases that do not exist, circles, rows that contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.catalogue.tables import Tables, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.identifying import Identifier


# What tells the rows of a file apart.
UNIQUE = {
    "artefacts.csv": ("id",),
    "contexts.csv": ("context",),
    "families.csv": ("id",),
    "grammar.csv": ("line",),
    "homes.csv": ("vendor",),
    "licenses.csv": ("id",),
    "lines.csv": ("pattern", "sizes", "context", "valid_from", "valid_to"),
    "mirrors.csv": ("owner",),
    "not_models.csv": ("text", "kind"),
    "orgs.csv": ("id",),
    "releases.csv": ("line", "version", "sizes"),
    "routes.csv": ("name",),
    "sizes.csv": ("family", "word"),
    "variants.csv": ("line",),
    "words.csv": ("word",),
}


def problems(tables: Tables, directory: Directory, identifier: Identifier) -> tuple[str, ...]:
    """List what is wrong in the data, each with its place, sorted."""
    found = (
        *_vendors(tables, directory),
        *_licenses(tables, directory),
        *_twice(tables),
        *_bases(identifier),
    )
    return tuple(sorted(found))


def _twice(tables: Tables) -> Iterator[str]:
    for file, columns in UNIQUE.items():
        seen: set[tuple[str, ...]] = set()
        for row in tables.rows(file):
            key = tuple(row[column] for column in columns)
            if key in seen:
                yield f"{row['row']}: stands twice, and the rows may contradict each other"
            seen.add(key)


def _vendors(tables: Tables, directory: Directory) -> Iterator[str]:
    for file, column in (("families.csv", "vendor"), ("licenses.csv", "issuer"), ("orgs.csv", "parent")):
        for row in tables.rows(file):
            if row[column] and row[column] not in directory.vendors:
                yield f"{row['row']}: unknown vendor {row[column]}"
    for row in tables.rows("grammar.csv"):
        if row["family"] not in directory.families:
            yield f"{row['row']}: unknown family {row['family']}"


def _licenses(tables: Tables, directory: Directory) -> Iterator[str]:
    for row in tables.rows("releases.csv"):
        if row["license"] and row["license"] not in directory.licenses:
            yield f"{row['row']}: unknown license {row['license']}"
    for file in ("lines.csv", "artefacts.csv"):
        for row in tables.rows(file):
            for name in split(row["licenses"]):
                if name not in directory.licenses:
                    yield f"{row['row']}: unknown license {name}"


def _bases(identifier: Identifier) -> Iterator[str]:
    for brand in identifier.brands.all():
        if brand.base and brand.base != "=" and not _reaches_root(identifier, brand.base):
            yield f"{brand.row}: base {brand.base} leads to no root"
    for known in identifier.exact.by_id.values():
        for base, _ in known.bases:
            if not _reaches_root(identifier, base):
                yield f"{known.row}: base {base} leads to no root"


def _reaches_root(identifier: Identifier, id_: str) -> bool:
    found = identifier.artefact(id_)
    if found is None:
        return False
    owner, _, _ = id_.partition("/")
    return found.id == id_ and bool(owner) and identifier.reaches_root(id_)
