"""Match lines of derivatives: brands whose base hangs on version, size, place and date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from graphkit.catalogue.tables import Tables, split
from graphkit.catalogue.trusting import was_read
from graphkit.catalogue.words import CACHED_NAMES, Parts, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FROM_NAME = "="


class Brand(NamedTuple):
    """Hold one row: what a brand's name at that size, place and date is made from."""

    id: str
    pattern: str
    sizes: tuple[str, ...] | None
    context: str
    publisher: str
    base: str
    relations: tuple[str, ...]
    vendors: tuple[str, ...]
    licenses: tuple[str, ...]
    valid_from: str
    valid_to: str
    artefact: str
    row: str
    read: bool


class BrandMatch(NamedTuple):
    """Say which brand a name belongs to and where in the name it stands."""

    brand: Brand
    start: int
    end: int


@dataclass
class Brands:
    """Find brands in names; patterns are compiled when a name first needs them."""

    tables: Tables
    _by_run: dict[str, list[tuple[int, Brand]]] = field(default_factory=dict)
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the brands by the runs of letters that their names contain."""
        for order, row in enumerate(self.tables.rows("lines.csv")):
            for key in split(row["keys"]):
                self._by_run.setdefault(key, []).append((order, _brand(row)))

    def all(self) -> tuple[Brand, ...]:
        """List all rows in their order, each once."""
        found = {order: brand for rows in self._by_run.values() for order, brand in rows}
        return tuple(found[order] for order in sorted(found))

    def find(self, parts: Parts, *, places: frozenset[str], when: str) -> BrandMatch | None:
        """Return the first row that fits the name, its size, the places it was met in and the date."""
        return self._found(parts, places & self._contexts, when)

    @cached_property
    def _contexts(self) -> frozenset[str]:
        return frozenset(row["context"] for row in self.tables.rows("lines.csv"))

    @cached_property
    def _found(self) -> Callable[[Parts, frozenset[str], str], BrandMatch | None]:
        return lru_cache(maxsize=CACHED_NAMES)(self._find)

    def _find(self, parts: Parts, places: frozenset[str], when: str) -> BrandMatch | None:
        for brand in self._candidates(parts.text):
            if brand.context and brand.context not in places:
                continue
            if brand.sizes is not None and parts.size not in brand.sizes:
                continue
            if not _valid(brand, when):
                continue
            found = self._pattern(brand.pattern).search(parts.text)
            if found:
                return BrandMatch(brand, found.start(), found.end())
        return None

    def _candidates(self, text: str) -> Iterator[Brand]:
        found = {order: brand for run in runs(text) for order, brand in self._by_run.get(run, ())}
        for order in sorted(found):
            yield found[order]

    def _pattern(self, pattern: str) -> re.Pattern[str]:
        compiled = self._compiled.get(pattern)
        if compiled is None:
            body = pattern.replace("~", "-?")
            compiled = re.compile(rf"(?<![a-z])(?:{body})(?![a-z])(?!\.\d)")
            self._compiled[pattern] = compiled
        return compiled


def _valid(brand: Brand, when: str) -> bool:
    # Without a date the newest knowledge counts.
    if not when:
        return not brand.valid_to
    return (not brand.valid_from or brand.valid_from <= when) and (
        not brand.valid_to or when < brand.valid_to
    )


def _brand(row: Mapping[str, str]) -> Brand:
    return Brand(
        id=row["brand"],
        pattern=row["pattern"],
        sizes=None if row["sizes"] == "*" else tuple(row["sizes"].split("|")),
        context=row["context"],
        publisher=row["publisher"],
        base=row["base"],
        relations=split(row["relation"]),
        vendors=split(row["vendors"]),
        licenses=split(row["licenses"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        artefact=row["artefact"],
        row=f"lines.csv#{row['brand']}/{row['sizes']}",
        read=was_read(row),
    )
