"""Make rows of the dated tables from what packages list: one row an offering, named as in keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.catalogue.offers import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphkit.catalogue.catalog import Catalogue
    from graphkit.catalogue.refresh.listing import Listed, Listing

Row = dict[str, str]
MAX_NAME: Final = 200
_REGION: Final = re.compile(r"[a-z]{2}(?:-gov)?-[a-z]+-\d|us|eu|apac|us-gov|global|global-standard")
_PROFILE: Final = re.compile(r"(us-gov|us|eu|apac|global|jp|au|ca|sa|af|me|mx|il|in|kr|uk)\.(?=[a-z0-9-]+\.)")
_AMOUNTS: Final = ("input", "output", "cached")


class _Placed(NamedTuple):
    """A listed model whose host and offering are certain."""

    listed: Listed
    host: str
    offering: str
    artefact: str
    region: str


class Built(NamedTuple):
    """Give the rows by table, and how many listed models were left out as their host is not certain."""

    rows: Mapping[str, tuple[Row, ...]]
    left_out: int


def build(listings: Iterable[Listing], catalogue: Catalogue, *, day: str) -> Built:
    """Make the rows, dated *day*; of two listings that know one fact the first is believed.

    Limits that the first does not know are filled from the next, and their source names both.
    """
    tables: dict[str, dict[tuple[str, ...], Row]] = {file: {} for file in COLUMNS}
    left_out = 0
    for listing in listings:
        dated = {"as_of": listing.as_of, "source": listing.source, "read_date": day}
        placed = [_placed(entry, catalogue) for entry in listing.listed]
        left_out += placed.count(None)
        for at in sorted((at for at in placed if at), key=_plainest_first):
            for file, key, cells in _rows(at):
                row = {name: {**dated, **cells}.get(name, "") for name in COLUMNS[file]}
                known = tables[file].setdefault(key, row)
                if file == "limits.csv" and known["source"] != row["source"]:
                    _fill(known, row)
    return Built({file: tuple(rows.values()) for file, rows in tables.items()}, left_out)


def _placed(listed: Listed, catalogue: Catalogue) -> _Placed | None:
    if len(listed.name) > MAX_NAME or not listed.name.isprintable() or "commitment" in listed.name:
        return None
    found = catalogue.resolve(listed.name, context=listed.context)
    hosted, said = catalogue.host(found.provider), catalogue.host(listed.host)
    # Where the name leads elsewhere than the package says, the price is of one and the name of another.
    if (
        hosted is None
        or hosted.kind != "vendor"
        or not found.served_id
        or (said and said.name != hosted.name)
    ):
        return None
    before = listed.name.removesuffix(found.served_id).split("/")
    region = next((part for part in before if _REGION.fullmatch(part)), "")
    # Some names resolve to a line ("latest"), which is no artefact that a row could point to.
    artefact = found.artefact if catalogue.artefact(found.artefact) else ""
    return _Placed(listed, hosted.name, f"{hosted.name}/{found.served_id}", artefact, region)


def _plainest_first(at: _Placed) -> tuple[bool, int, str]:
    """Order so that of several spellings of one offering the one with the least around it counts."""
    return bool(at.region), at.listed.name.count("/"), at.listed.name


def _rows(at: _Placed) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    named = {"offering": at.offering, "artefact": at.artefact}
    price, limits = at.listed.price, at.listed.limits
    # Packages write zero also for what they do not know and for what a subscription includes.
    if any(price.get(name, "0") not in ("", "0") for name in _AMOUNTS):
        cells = {**named, **price, "region": at.region, "tier": "standard"}
        yield "prices.csv", (at.offering, at.region), cells
    if any(limits.values()):
        yield "limits.csv", (at.offering,), {**named, **limits}
    if at.listed.retires:
        cells = {**named, "retires": at.listed.retires, "kind": "end_of_life"}
        yield "ends.csv", (at.offering,), cells
    profile = _PROFILE.match(at.offering.partition("/")[2]) if at.host == "aws-bedrock" else None
    for prefix in (profile[0] if profile else "", f"{at.region}/" if at.region else ""):
        if prefix:
            yield "regions.csv", (at.host, prefix), {"host": at.host, "prefix": prefix}


def _fill(known: Row, more: Row) -> None:
    missing = [name for name, cell in known.items() if not cell and more[name]]
    for name in missing:
        known[name] = more[name]
    if missing:
        known["source"] += f"; {more['source']}"
