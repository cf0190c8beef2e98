"""Look up what is dated: prices, limits, ends, regions of what hosts offer, and alternatives of families."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.catalogue.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "alternatives.csv": ("family", "alternative", "rank", "why", "source", "read_date"),
    "ends.csv": (
        *("offering", "artefact", "announced", "retires", "kind", "replacement"),
        *("source", "read_date"),
    ),
    "limits.csv": (
        *("offering", "artefact", "context", "max_output", "tools", "json_schema", "vision"),
        *("source", "read_date"),
    ),
    "prices.csv": (
        *("offering", "artefact", "region", "tier", "input", "output", "cached", "valid_from", "as_of"),
        *("source", "read_date"),
    ),
    "regions.csv": ("host", "prefix", "area", "source", "read_date"),
}
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "alternatives.csv": ("family", "alternative"),
    "ends.csv": ("offering",),
    "limits.csv": ("offering",),
    "prices.csv": ("offering", "region", "tier", "valid_from"),
    "regions.csv": ("host", "prefix"),
}

# What is paid today, the first that there is; a tier that is not named here (historic) is not.
TIERS: Final = ("standard", "peak", "off_peak", "contributor")


class Price(NamedTuple):
    """Give what one offering costs, in USD for a million tokens; None where it is not known, never zero.

    *region* is empty for the price without one, *tier* ``standard`` unless the host sells others;
    *valid_from* and *as_of* are ISO dates or empty.
    """

    offering: str
    artefact: str
    region: str
    tier: str
    input: Decimal | None
    output: Decimal | None
    cached: Decimal | None
    valid_from: str
    as_of: str
    source: str
    row: str


class Limits(NamedTuple):
    """Give what one offering can do: tokens in and out, abilities; None where it is not known."""

    offering: str
    artefact: str
    context: int | None
    max_output: int | None
    tools: bool | None
    json_schema: bool | None
    vision: bool | None
    source: str
    row: str


class End(NamedTuple):
    """Give the day on which a host ends an offering, as it told; dates are ISO, a month or empty.

    *offering* is ``host/*`` where everything of a host ends.
    """

    offering: str
    artefact: str
    announced: str
    retires: str
    kind: str
    replacement: str
    source: str
    row: str


@dataclass(frozen=True)
class Offers:
    """Answer what is dated about offerings, named as in keys: ``groq/llama-3.1-8b-instant``."""

    tables: Tables = field(default_factory=Tables)

    def prices(self, offering: str) -> tuple[Price, ...]:
        """Return every price of an offering, the newest last within a tier; empty where none is known."""
        return tuple(_price(row) for row in self._rows["prices.csv"].get(offering.lower(), ()))

    def current(self, offering: str, *, region: str = "") -> Price | None:
        """Return the price to reckon with in a region, else without one; the dearer where hours differ.

        Look at its *tier*: ``contributor`` is cheap because inputs may train. None where nothing is known.
        """
        known = [price for price in self.prices(offering) if price.tier in TIERS]
        best = [price for price in known if price.region == region] or [p for p in known if not p.region]
        return min(best, key=lambda price: TIERS.index(price.tier), default=None)

    def limits(self, offering: str) -> Limits | None:
        """Return the limits of an offering, or None where none is known."""
        for row in self._rows["limits.csv"].get(offering.lower(), ()):
            return _limits(row)
        return None

    def ends(self, offering: str) -> tuple[End, ...]:
        """Return the announced ends of an offering, those of its whole host too."""
        host = offering.partition("/")[0]
        found = self._rows["ends.csv"]
        rows = (*found.get(offering.lower(), ()), *found.get(f"{host.lower()}/*", ()))
        return tuple(End(*(row[name] for name in (*COLUMNS["ends.csv"][:-1], "row"))) for row in rows)

    def offerings(self, artefact: str) -> tuple[str, ...]:
        """Return the offerings of an artefact that have a price or limits, sorted."""
        return self._by_artefact.get(artefact, ())

    def alternatives(self, family: str) -> tuple[str, ...]:
        """Return the families that can stand in for one, the nearest first."""
        rows = sorted(self._rows["alternatives.csv"].get(family, ()), key=lambda row: int(row["rank"]))
        return tuple(row["alternative"] for row in rows)

    def areas(self, host: str) -> Mapping[str, str]:
        """Return what the region prefixes of a host's ids mean, by prefix; empty where it is not known."""
        return {row["prefix"]: row["area"] for row in self._rows["regions.csv"].get(host, ())}

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, list[Mapping[str, str]]]]:
        found: dict[str, dict[str, list[Mapping[str, str]]]] = {}
        for file, columns in COLUMNS.items():
            by_first = found.setdefault(file, defaultdict(list))
            for row in self.tables.rows(file):
                by_first[row[columns[0]].lower()].append(row)
        return found

    @cached_property
    def _by_artefact(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for file in ("prices.csv", "limits.csv"):
            for rows in self._rows[file].values():
                for row in rows:
                    found[row["artefact"]].add(row["offering"])
        return {artefact: tuple(sorted(names)) for artefact, names in found.items() if artefact}


def _price(row: Mapping[str, str]) -> Price:
    return Price(
        offering=row["offering"],
        artefact=row["artefact"],
        region=row["region"],
        tier=row["tier"],
        input=_money(row["input"]),
        output=_money(row["output"]),
        cached=_money(row["cached"]),
        valid_from=row["valid_from"],
        as_of=row["as_of"],
        source=row["source"],
        row=row["row"],
    )


def _limits(row: Mapping[str, str]) -> Limits:
    return Limits(
        offering=row["offering"],
        artefact=row["artefact"],
        context=_count(row["context"]),
        max_output=_count(row["max_output"]),
        tools=_flag(row["tools"]),
        json_schema=_flag(row["json_schema"]),
        vision=_flag(row["vision"]),
        source=row["source"],
        row=row["row"],
    )


def _money(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _count(text: str) -> int | None:
    return int(text) if text else None


def _flag(text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)
