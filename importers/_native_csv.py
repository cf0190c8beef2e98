"""The native inventory as a sheet: rows into the entries that the other spellings have, with their lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importers._native_check import Places
from graphkit.importers._native_claims import Reader, inventory_claims
from graphkit.importers._native_columns import TARGET_COLUMNS, Header, header_of, plain
from graphkit.importers._native_models import TARGETS
from graphkit.importing.values import relation
from graphkit.model import Claim, Skipped

if TYPE_CHECKING:
    from graphkit.importing import Document

SENTINELS: Final = frozenset((
    "n/a", "#n/a", "n.a.", "-", "--", "\u2013", "\u2014", "none", "null", "nil", "unknown", "tbd", "tba",
    "tbc", "?", "??", "???", "#ref!", "#value!", "#name?", "(blank)", "not applicable",
))  # fmt: skip
"""Cells that say that there is nothing."""

_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_DELIMITERS: Final = (";", ",", "\t")
_ROWS_BEFORE: Final = 10
_LONGEST_LINE: Final = 20_000
_TIERS: Final = {"0": "critical", "1": "critical", "2": "high", "3": "medium", "4": "low"}
_TRUE: Final = ("x", "yes", "y", "true", "1")
_SELF_HOST: Final = ("self-host", "self host", "self-hosted", "self hosted")
_SEVERAL: Final = re.compile(r"[;,\n]")
_USAGE: Final = ("requests", "input_tokens", "output_tokens", "per", "period")
_OF_REQUIREMENT: Final = (
    "need", "k", "order", "optional", "environment", "consumption", "purpose", "min_context_tokens",
)  # fmt: skip
_OF_SERVICE: Final = ("name", "owner", "system", "criticality")
_SHOWN: Final = 60


class Row(NamedTuple):
    """One record: its number below the header, its line in the file, its cells by key."""

    number: int
    line: int
    cells: dict[str, str]


class _Start(NamedTuple):
    header: Header
    delimiter: str
    above: int


def is_sheet(document: Document) -> bool:
    """Tell whether *document* is a sheet with a header row of ours."""
    name = document.name.lower()
    for packed in (".gz", ".bz2", ".xz"):
        name = name.removesuffix(packed)
    if not name.endswith(_SUFFIXES) and "." in name:
        return False
    return (
        document.head.lstrip()[:1] not in ("{", "[", "<") and _start(document.head, document.name) is not None
    )


def read_sheet(document: Document, scope: str) -> Iterator[Claim | Skipped]:
    """Yield the claims of a sheet; what is odd in it is W-CSV with row and line.

    Raises DocumentError E-ENCODING, E-SYNTAX (a quote that is never closed), E-KIND (no header row).
    """
    text, encoding = _decoded(document)
    start = _start(text, document.name)
    if start is None:
        raise DocumentError("E-KIND", "no header row with columns of an inventory")
    records = _records(text, start.delimiter)
    sheet = _Sheet(start.header)
    if encoding:
        yield Skipped("W-CSV", f"not UTF-8; read as {encoding}", "", 1)
    yield from _around(records[: start.above + 1], start.header)
    for number, (line, cells) in enumerate(records[start.above + 1 :]):
        if any(cell.strip() for cell in cells):
            yield from sheet.take(number, line, cells)
    yield from inventory_claims(sheet.tree, "", Reader(scope, Places(sheet.locate)))


class _Sheet:
    """Rows as they become a tree of entries, and the row that each entry came from."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._plain = [plain(cell) for cell in header.cells]
        self._rows: dict[str, Row] = {}
        self._facts: dict[str, Row] = {}
        self._known: dict[str, tuple[str, dict[str, Any]]] = {}
        section = "services" if header.kind == "requirements" else header.kind
        self._section = section
        self.tree: dict[str, list[dict[str, Any]]] = {section: []}

    def locate(self, pointer: str) -> tuple[str, int | None]:
        """Give the row (and key) and the line for a pointer into the tree."""
        fact = self._facts.get(pointer)
        if fact:
            return f"/{fact.number}/{pointer.rpartition('/')[2]}", fact.line
        above = pointer
        while above and above not in self._rows:
            above = above.rpartition("/")[0]
        row = self._rows.get(above)
        return (f"/{row.number}{pointer[len(above) :]}", row.line) if row else (pointer, None)

    def take(self, number: int, line: int, cells: list[str]) -> Iterator[Skipped]:
        """Take one row; yield what is odd in it."""
        if plain(cells[0]) == self._plain[0] and [plain(cell) for cell in cells] == self._plain:
            yield Skipped("W-CSV", "the header row stands here again; it was left out", f"/{number}", line)
            return
        row = Row(number, line, {})
        width = len(self._header.columns)
        is_over = any(cell.strip() for cell in cells[width:])
        if is_over or len(cells) < width:
            what = "what is over was left out" if is_over else "the others were taken for empty"
            message = f"row has {len(cells)} cells for {width} columns; {what}"
            yield Skipped("W-CSV", message, f"/{number}", line)
        for name, cell in zip(self._header.columns, map(str.strip, cells), strict=False):
            if not name or not cell:
                continue
            if cell.casefold() in SENTINELS:
                message = f"{cell!r} in column {name} was taken for empty"
                yield Skipped("W-CSV", message, f"/{number}/{name}", line)
            else:
                row.cells[name] = cell
        if row.cells and self._header.kind == "requirements":
            yield from self._requirement(row)
        elif row.cells:
            self._entry(row)

    def _entry(self, row: Row) -> None:
        entries = self.tree[self._section]
        self._rows[f"/{self._section}/{len(entries)}"] = row
        cells = dict(row.cells)
        service = cells.pop("service", "")
        if service and (not cells.get("id") or cells["id"].isdigit()):
            cells["id"] = service  # a running number beside the service's name identifies nothing
        elif service:
            cells.setdefault("name", service)
        entries.append(_worded(cells))

    def _requirement(self, row: Row) -> Iterator[Skipped]:
        identity = row.cells.get("id", "")
        if not identity:
            yield Skipped("E-KIND", "a row without a service; it was left out", f"/{row.number}", row.line)
            return
        entries = self.tree[self._section]
        if identity not in self._known:
            pointer = f"/{self._section}/{len(entries)}"
            self._known[identity] = (pointer, {"id": identity, "requires": []})
            self._rows[pointer] = row
            entries.append(self._known[identity][1])
        pointer, service = self._known[identity]
        facts = _worded({name: row.cells[name] for name in _OF_SERVICE if name in row.cells})
        for name, value in facts.items():
            if service.setdefault(name, value) != value:
                first = self._facts[f"{pointer}/{name}"].line
                message = f"{name} of one service differs (lines {first} and {row.line}); the first was kept"
                yield Skipped("W-CSV", message, f"/{row.number}/{name}", row.line)
            else:
                self._facts.setdefault(f"{pointer}/{name}", row)
        for requirement in _requirements(row.cells):
            self._rows[f"{pointer}/requires/{len(service['requires'])}"] = row
            service["requires"].append(requirement)


def _requirements(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Give one requirement for every target that a row names."""
    common: dict[str, Any] = {name: cells[name] for name in _OF_REQUIREMENT if name in cells}
    if "requires_capabilities" in cells:
        common["requires_capabilities"] = _several(cells["requires_capabilities"])
    usage: dict[str, Any] = {name: cells[name] for name in _USAGE if name in cells}
    common = _worded(common) | ({"usage": _worded(usage)} if usage else {})
    for column in TARGET_COLUMNS:
        for target in _several(cells.get(column, "")):
            kind, _, identity = target.partition(":")
            if column != "requires":
                yield {column: target} | common
            elif kind in TARGETS and identity.strip():
                yield {kind: identity.strip()} | common
            else:
                yield {"package" if kind == "pkg" else "service": target} | common


def _worded(cells: dict[str, Any]) -> dict[str, Any]:
    """Spell words of ours as the other formats do; sheets say `High`, `Tier 1`, `x`, `Fine-tuned`."""
    low = ("criticality", "relation", "consumption", "per", "optional")
    given = {name: cell.casefold() if name in low else cell for name, cell in cells.items()}
    if "relation" in given:
        given["relation"] = relation(given["relation"]) or given["relation"]
    if given.get("consumption") in _SELF_HOST:
        given["consumption"] = "self_host"
    if "criticality" in given:
        tier = given["criticality"].removeprefix("tier").strip(" -")
        given["criticality"] = _TIERS.get(tier, given["criticality"])
    if given.get("optional") in _TRUE:
        given["optional"] = "true"
    if "base" in given:
        given["base"] = _several(given["base"])
    return given


def _several(cell: str) -> list[str]:
    """Split a cell that names several things: by lines, semicolons or commas."""
    return [name.strip() for name in _SEVERAL.split(cell) if name.strip()]


def _around(records: list[tuple[int, list[str]]], header: Header) -> Iterator[Skipped]:
    """Name the rows above the header and the columns that are not read."""
    for line, cells in records[:-1]:
        # `sep=;` is how spreadsheets name their separator.
        if any(cell.strip() for cell in cells) and not "".join(cells).strip().casefold().startswith("sep="):
            yield Skipped("W-CSV", "a row above the header; it was left out", "", line)
    line = records[-1][0]
    for name, cell in zip(header.columns, header.cells, strict=True):
        if not name and cell.strip():
            yield Skipped("W-CSV", f"column {cell.strip()[:_SHOWN]!r} is not read", "", line)


def _start(text: str, name: str) -> _Start | None:
    """Find the header row, and the delimiter with which it has the most columns of ours."""
    lines = [line[:_LONGEST_LINE] for line in islice(io.StringIO(text, newline=""), 3 * _ROWS_BEFORE)]
    found = (_header(lines, delimiter, name.rpartition(".")[0]) for delimiter in _DELIMITERS)
    return max(filter(None, found), key=lambda one: sum(map(bool, one.header.columns)), default=None)


def _header(lines: Iterable[str], delimiter: str, stem: str) -> _Start | None:
    try:
        for index, cells in enumerate(islice(csv.reader(lines, delimiter=delimiter), _ROWS_BEFORE)):
            if header := header_of(cells, stem):
                return _Start(header, delimiter, index)
    except csv.Error:
        return None
    return None


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Give every record with the line on which it begins."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DocumentError("E-SYNTAX", f"not valid CSV: {error}", line=begins) from None
    if found:
        _refuse_an_open_quote(lines[found[-1][0] - 1 :], delimiter, found[-1][0])
    return found


def _refuse_an_open_quote(lines: list[str], delimiter: str, begins: int) -> None:
    """Refuse a sheet whose last record never ends: it has swallowed all rows below."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise DocumentError("E-SYNTAX", "a quote is opened and never closed", line=begins) from None


def _decoded(document: Document) -> tuple[str, str]:
    """Give the text, and the name of its encoding where that is not UTF-8."""
    try:
        return document.text, ""
    except DocumentError as error:
        if error.code != "E-ENCODING" or b"\0" in document.data[:4096]:
            raise
        try:
            return document.data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            raise error from None
