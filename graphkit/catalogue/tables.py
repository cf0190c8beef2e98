"""Read the shipped tables: rows by file, the newest date in them and a digest of their content."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Tables:
    """Give the rows of every data file, each file read once and only when it is asked for."""

    folder: Path = DATA
    _cache: dict[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict, repr=False, compare=False)

    def rows(self, file: str) -> tuple[Mapping[str, str], ...]:
        """Return the rows of one file in their order, each with its place under ``row``."""
        rows = self._cache.get(file)
        if rows is None:
            rows = self._cache[file] = tuple(self._read(file))
        return rows

    def _read(self, file: str) -> Iterator[Mapping[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)
            names = next(reader)
            for cells in reader:
                row = dict(zip(names, cells, strict=False))
                row["row"] = f"{file}#{cells[0]}"
                yield row

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """List the data files, sorted by name."""
        return tuple(sorted(self.folder.glob("*.csv")))

    @cached_property
    def digest(self) -> str:
        """Return the digest over the data and the resolver's code: both decide what a name means."""
        seen = hashlib.sha256()
        for path in (*self.files, *sorted(Path(__file__).parent.glob("*.py"))):
            seen.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return seen.hexdigest()

    @cached_property
    def date(self) -> str:
        """Return the newest ``read_date`` of all rows."""
        # The last column of every file, read without parsing the rest: commands ask for it each time.
        lines = (line for path in self.files for line in path.read_bytes().splitlines()[1:])
        return max(line.rpartition(b",")[2] for line in lines).decode()


def split(cell: str) -> tuple[str, ...]:
    """Split a cell that holds a list (``a|b``) and drop empty parts."""
    return tuple(part for part in cell.split("|") if part)
