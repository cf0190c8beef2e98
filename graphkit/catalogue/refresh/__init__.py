"""Bring the catalogue's tables up to date from packages and own files: plan, look, write."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphkit.catalogue.catalog import Catalogue
from graphkit.catalogue.checking import UNIQUE
from graphkit.catalogue.offers import COLUMNS, KEYS
from graphkit.catalogue.refresh.building import Row, build
from graphkit.catalogue.refresh.differences import Change, Difference, compare
from graphkit.catalogue.refresh.listing import read
from graphkit.catalogue.refresh.own import own_rows
from graphkit.catalogue.refresh.packages import PACKAGES, Package, find, installed
from graphkit.catalogue.tables import Tables
from graphkit.errors import OutputError, UsageError

if TYPE_CHECKING:
    from graphkit.catalogue.records import Resolution

__all__ = ["Plan", "plan", "write"]

# The first is believed: litellm names the vendors' pages, the others mostly do not.
_ORDER: Final = tuple(PACKAGES)


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what a refresh would do: from what, table by table, what it left out and what it must not do."""

    sources: tuple[str, ...]
    differences: tuple[Difference, ...]
    left_out: int
    refused: tuple[Change, ...]


def plan(folder: Path, *, sources: Sequence[str], accepted: Iterable[str] = (), day: str) -> Plan:
    """Compare the tables in *folder* with what *sources* (packages, wheels, folders) say on *day*.

    Without *sources*, the packages that are installed are read. A row that comes from elsewhere than the
    packages read is kept and wins. *accepted* are places (``orgs.csv#groq``) whose vendor, base or license
    may change. Raises UsageError where a source cannot be read or holds nothing.
    """
    packages, own = _found(folder, sources)
    tables = {file: _rows(folder, file) for file in _files(folder)}
    listings = [read(package, day=day) for package in packages]
    catalogue = Catalogue(Tables(folder))
    built = build(listings, catalogue, day=day)
    names = {package.name for package in packages}
    differences = []
    for file, before in tables.items():
        after = list(before)
        if file in COLUMNS:
            after = _merged(file, before, built.rows[file], names=names)
        after = _with_own(file, after, own.get(file, ()))
        differences.append(compare(file, before, after, key=_key(file)))
    free = frozenset(accepted)
    refused = tuple(
        change
        for difference in differences
        for change in difference.guarded
        if change.place not in free and not _renamed(change, catalogue)
    )
    sources_told = (*(listing.source for listing in listings), *sorted(own))
    return Plan(sources_told, tuple(d for d in differences if d.any), built.left_out, refused)


def write(folder: Path, differences: Iterable[Difference]) -> tuple[str, ...]:
    """Write the changed tables, each whole or not at all; return their names. Raises OutputError."""
    written = []
    for difference in differences:
        text = io.StringIO()
        columns = COLUMNS.get(difference.file) or tuple(difference.rows[0])
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(difference.rows)
        _replace(folder / difference.file, text.getvalue())
        written.append(difference.file)
    return tuple(written)


def _found(folder: Path, sources: Sequence[str]) -> tuple[tuple[Package, ...], Mapping[str, tuple[Row, ...]]]:
    packages = list(installed()) if not sources else []
    own: dict[str, tuple[Row, ...]] = {}
    for where in sources:
        found = find(where)
        rows = own_rows(Path(where), folder, files=_files(folder)) if Path(where).is_dir() else {}
        if not found and not rows:
            raise UsageError(
                f"{where}: holds no data of {', '.join(PACKAGES)}, and no table of the catalogue"
            )
        packages += found
        for file, more in rows.items():
            own[file] = (*own.get(file, ()), *more)
    if not packages and not own:
        raise UsageError(f"none of {', '.join(PACKAGES)} is installed; give wheels or folders with --from")
    by_name = {package.name: package for package in packages}
    if len(by_name) < len(packages):
        raise UsageError("--from: the same package is given twice")
    return tuple(by_name[name] for name in _ORDER if name in by_name), own


def _merged(file: str, before: Sequence[Row], fresh: Sequence[Row], *, names: set[str]) -> list[Row]:
    """Replace the rows that come only from the packages *names*; all others stay and win."""
    kept = [row for row in before if not _origins(row["source"]) <= names]
    # Packages know one tier only and call it standard; who states another by hand knows better.
    columns = ("offering", "region") if file == "prices.csv" else KEYS[file]
    taken = {tuple(row[name] for name in columns) for row in kept if row.get("tier") != "historic"}
    return [*kept, *(row for row in fresh if tuple(row[name] for name in columns) not in taken)]


def _renamed(change: Change, catalogue: Catalogue) -> bool:
    """Tell whether an artefact only gets another id: whose it is, its base and its license stay."""
    if [name for name, _, _ in change.guarded] != ["artefact"]:
        return False
    _, before, after = change.guarded[0]
    was, becomes = (catalogue.resolve(id_, context="hf") for id_ in (before, after))
    return was.resolved and _lineage(was) == _lineage(becomes)


def _lineage(found: Resolution) -> tuple[object, ...]:
    return found.vendor_origin, found.family, found.version, found.derivation, found.license_ids


def _origins(source: str) -> set[str]:
    return {part.strip().partition(" ")[0] for part in source.split(";")}


def _with_own(file: str, rows: list[Row], own: Sequence[Row]) -> list[Row]:
    key = _key(file)
    found = {key(row): row for row in rows}
    found.update((key(row), row) for row in own)
    # The order of the other tables may matter: what is new stands at their end.
    return sorted(found.values(), key=key) if file in COLUMNS else list(found.values())


@dataclass(frozen=True, slots=True)
class _Key:
    columns: tuple[str, ...]

    def __call__(self, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in self.columns)


def _key(file: str) -> _Key:
    return _Key(KEYS.get(file) or UNIQUE[file])


def _files(folder: Path) -> tuple[str, ...]:
    """List the tables that are in *folder* or ought to be, sorted."""
    there = {path.name for path in folder.glob("*.csv")} & set(UNIQUE)
    return tuple(sorted(there | set(COLUMNS)))


def _rows(folder: Path, file: str) -> tuple[Row, ...]:
    if not (folder / file).exists():
        return ()
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _replace(path: Path, text: str) -> None:
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
