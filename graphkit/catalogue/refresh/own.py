"""Read own rows for the catalogue's tables: CSV files named and headed as the tables are."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from graphkit.catalogue.offers import COLUMNS
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Row = dict[str, str]
_MAX_CELL: Final = 4000


def own_rows(given: Path, folder: Path, *, files: Iterable[str]) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of every table that the folder *given* has, by file; *folder* has the real tables.

    Raises UsageError, with all places, where a header, a cell, a source or a date is missing or wrong.
    """
    found, wrong = {}, []
    for file in files:
        if not (given / file).is_file():
            continue
        rows: list[Row] = []
        for row, problem in _read(given / file, _columns(folder, file)):
            if problem:
                wrong.append(problem)
            else:
                rows.append(row)
        found[file] = tuple(rows)
    if wrong:
        raise UsageError("\n".join(wrong))
    return found


def _columns(folder: Path, file: str) -> tuple[str, ...]:
    if file in COLUMNS:
        return COLUMNS[file]
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        return tuple(next(csv.reader(stream)))


def _read(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Row, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            if sorted(header) != sorted(columns):
                yield {}, f"{path}:1: the columns must be {','.join(columns)}"
                return
            for cells in reader:
                row = dict(zip(header, cells, strict=False))
                problem = _problem(row, cells, header) if cells else "an empty line"
                at = f"{path}:{reader.line_num}: {problem}" if problem else ""
                yield {name: row.get(name, "") for name in columns}, at
    except (OSError, ValueError, csv.Error) as error:
        yield {}, f"{path}: cannot be read: {str(error)[:200]}"


def _problem(row: Row, cells: list[str], header: list[str]) -> str:
    if len(cells) != len(header):
        return f"{len(cells)} cells under {len(header)} columns"
    for name, cell in row.items():
        if len(cell) > _MAX_CELL or not all(letter.isprintable() for letter in cell):
            return f"{name} holds control characters or more than {_MAX_CELL} characters"
    missing = [name for name in ("source", "read_date") if not row[name]]
    return f"no {missing[0]}" if missing else ""
