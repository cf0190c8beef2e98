"""Find artefacts by their own names: the Hub id, or a name that only one artefact has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from graphkit.catalogue.tables import Tables, split
from graphkit.catalogue.trusting import was_read
from graphkit.catalogue.words import Parts, take_apart

if TYPE_CHECKING:
    from collections.abc import Mapping


class Known(NamedTuple):
    """Hold one row of artefacts."""

    id: str
    bases: tuple[tuple[str, str], ...]
    size: str
    vendors: tuple[str, ...]
    licenses: tuple[str, ...]
    released: str
    row: str
    read: bool


@dataclass
class Exact:
    """Hold the artefacts that are known one by one."""

    tables: Tables

    @cached_property
    def by_id(self) -> Mapping[str, Known]:
        """Give the artefacts by id."""
        return {row["id"]: _known(row) for row in self.tables.rows("artefacts.csv")}

    def find(self, owner: str, written_owner: str, parts: Parts) -> Known | None:
        """Return the artefact of that owner and name, or of a name that no other artefact has."""
        plain = _plain(parts)
        for who in dict.fromkeys((written_owner.lower(), owner)):
            known = self._by_path.get((who, plain))
            if known:
                return known
        return self._by_name.get(plain)

    @cached_property
    def _by_path(self) -> Mapping[tuple[str, str], Known]:
        found: dict[tuple[str, str], Known] = {}
        for id_, plain in self._plain_names.items():
            found.setdefault((id_.partition("/")[0], plain), self.by_id[id_])
        return found

    @cached_property
    def _plain_names(self) -> Mapping[str, str]:
        return {id_: _plain(take_apart(id_.partition("/")[2])) for id_ in self.by_id}

    @cached_property
    def _by_name(self) -> Mapping[str, Known]:
        found: dict[str, Known | None] = {}
        for row in self.tables.rows("artefacts.csv"):
            others = (_plain(take_apart(name)) for name in split(row["names"]))
            for plain in dict.fromkeys((self._plain_names[row["id"]], *others)):
                # A name that two artefacts share tells neither, nor does a single word.
                found[plain] = self.by_id[row["id"]] if plain not in found and "-" in plain else None
        return {name: known for name, known in found.items() if known}


def _plain(parts: Parts) -> str:
    size = f"-{parts.size.lower()}" if parts.size else ""
    return parts.rest + size


def _known(row: Mapping[str, str]) -> Known:
    return Known(
        id=row["id"],
        bases=tuple((base, relation) for base in split(row["base"]) for relation in split(row["relation"])),
        size=row["size"],
        vendors=split(row["vendors"]),
        licenses=split(row["licenses"]),
        released=row["released"],
        row=row["row"],
        read=was_read(row),
    )
