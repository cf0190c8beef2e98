"""Check the dated tables: hosts and artefacts that nothing defines, wrong dates, order, contradictions."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from graphkit.catalogue.offers import COLUMNS, KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from graphkit.catalogue.catalog import Catalogue
    from graphkit.catalogue.tables import Tables

ENDS: Final = ("shutdown", "end_of_life", "silent_redirect", "listing_removed", "listing_deprecated")
_PARTS: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def problems(tables: Tables, catalogue: Catalogue) -> tuple[str, ...]:
    """List what is wrong in the dated tables and in the stamps of all, each with its place, sorted."""
    found = [problem for path in tables.files for problem in _stamps(tables.rows(path.name))]
    there = {path.name for path in tables.files}
    for file in COLUMNS:
        if file not in there:
            found.append(f"{file}: is missing")
            continue
        rows = tables.rows(file)
        found += _order(file, rows)
        found += [problem for row in rows for problem in _cells(row, catalogue)]
    return tuple(sorted(set(found)))


def _stamps(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    for row in rows:
        if not row.get("source"):
            yield f"{row['row']}: no source"
        if not _is_day(row.get("read_date", "")):
            yield f"{row['row']}: read_date {row.get('read_date', '')!r} is no day"


def _order(file: str, rows: tuple[Mapping[str, str], ...]) -> Iterator[str]:
    for before, row in pairwise(rows):
        first, second = (tuple(r.get(name, "") for name in KEYS[file]) for r in (before, row))
        if first == second:
            yield f"{row['row']}: stands twice, and the rows may contradict each other"
        if first > second:
            yield f"{row['row']}: is not in its sorted place"


def _cells(row: Mapping[str, str], catalogue: Catalogue) -> Iterator[str]:
    """Judge each cell by the name of its column, which means the same in every table."""
    rules: Mapping[str, Callable[[str], bool]] = {
        "offering": lambda cell: "/" in cell and _is_host(cell.partition("/")[0], catalogue),
        "host": lambda cell: _is_host(cell, catalogue),
        "artefact": lambda cell: not cell or catalogue.artefact(cell) is not None,
        "family": lambda cell: catalogue.family(cell) is not None,
        "alternative": lambda cell: catalogue.family(cell) is not None,
        "kind": lambda cell: cell in ENDS,
        "rank": str.isdecimal,
        **dict.fromkeys(("announced", "retires", "valid_from", "as_of"), _is_date),
        **dict.fromkeys(("input", "output", "cached"), _is_money),
        **dict.fromkeys(("context", "max_output"), lambda cell: not cell or cell.isdecimal()),
        **dict.fromkeys(("tools", "json_schema", "vision"), lambda cell: cell in ("", "yes", "no")),
    }
    words = {"offering": "unknown host in", "host": "unknown host", "artefact": "unknown artefact"}
    words |= {"family": "unknown family", "alternative": "unknown family"}
    for name, cell in row.items():
        if name in rules and not rules[name](cell):
            yield f"{row['row']}: {words.get(name, f'wrong {name}')} {cell!r}"


def _is_host(name: str, catalogue: Catalogue) -> bool:
    host = catalogue.host(name)
    return host is not None and host.name == name


def _is_day(text: str) -> bool:
    return bool(text) and text.count("-") == len(("year", "month")) and _is_date(text)


def _is_date(text: str) -> bool:
    """Tell whether *text* is an ISO date, a month, a year, or empty."""
    if not text:
        return True
    try:
        dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return bool(_PARTS.fullmatch(text))


def _is_money(text: str) -> bool:
    try:
        amount = Decimal(text or "0")
    except InvalidOperation:
        return False
    return amount.is_finite() and amount >= 0 and "e" not in text.lower()
