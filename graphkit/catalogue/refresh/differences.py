"""Compare the tables as they are with what they would become, and find what must not change silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Row = dict[str, str]
# Whose weights, whose terms, derived from what.
GUARDED: Final = frozenset(
    (
        *("artefact", "base", "class", "issuer", "license", "licenses", "parent", "publisher"),
        *("relation", "serves", "vendor", "vendors"),
    )
)
_DATES: Final = ("read_date",)
_STAMPS: Final = ("as_of", "source", "read_date")


@dataclass(frozen=True, slots=True)
class Change:
    """Tell of one row: its place (``prices.csv#groq/x``), what it was (None: nothing) and becomes."""

    place: str
    before: Row | None
    after: Row | None

    @property
    def cells(self) -> tuple[tuple[str, str, str], ...]:
        """List the cells that differ, but for stamps, as (name, before, after)."""
        before, after = self.before or {}, self.after or {}
        names = [name for name in (after or before) if name not in _STAMPS]
        return tuple(
            (name, before.get(name, ""), after.get(name, ""))
            for name in names
            if before.get(name, "") != after.get(name, "")
        )

    @property
    def guarded(self) -> tuple[tuple[str, str, str], ...]:
        """List the cells of vendor, base or license that were known and become something else."""
        if not self.before or not self.after:
            return ()
        return tuple(cell for cell in self.cells if cell[0] in GUARDED and cell[1])


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold what becomes of one table; *rows* is the table after it, *confirmed* counts rows only re-dated."""

    file: str
    rows: tuple[Row, ...]
    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    gone: tuple[Change, ...]
    confirmed: int

    @property
    def any(self) -> bool:
        """Tell whether the file would be written differently."""
        return bool(self.added or self.changed or self.gone or self.confirmed)

    @property
    def guarded(self) -> tuple[Change, ...]:
        """List the changes of a vendor, base or license."""
        return tuple(change for change in self.changed if change.guarded)


def compare(
    file: str, before: Sequence[Row], after: Sequence[Row], *, key: Callable[[Row], tuple[str, ...]]
) -> Difference:
    """Set *after* against *before* by key; a row that is only read again stays as it was."""
    old = {key(row): row for row in before}
    new = {key(row): _kept(old.get(key(row)), row) for row in after}
    changes = [_change(file, old.get(name), new[name]) for name in new if old.get(name) != new[name]]
    return Difference(
        file,
        tuple(new.values()),
        added=tuple(change for change in changes if not change.before),
        changed=tuple(change for change in changes if change.before and change.cells),
        gone=tuple(_change(file, row, None) for name, row in old.items() if name not in new),
        confirmed=sum(1 for change in changes if change.before and not change.cells),
    )


def told(difference: Difference, *, at_most: int | None) -> Iterator[str]:
    """Yield the difference in lines for people: a headline, then rows with the sign + ~ or -.

    More than *at_most* rows of one sign are counted instead of shown; None shows all.
    """
    signs = (("+", difference.added), ("~", difference.changed), ("-", difference.gone))
    counts = ", ".join(
        f"{len(found)} {word}" for word, (_, found) in zip(("added", "changed", "gone"), signs, strict=True)
    )
    yield f"{difference.file}: {counts}, {difference.confirmed} confirmed"
    for sign, found in signs:
        shown = found[:at_most]
        for change in shown:
            yield f"  {sign} {change.place}  {_cells(change)}"
        if len(found) > len(shown):
            yield f"  {sign} ... and {len(found) - len(shown)} more (--verbose shows all)"


def cells_told(cells: Sequence[tuple[str, str, str]]) -> str:
    """Say which cells become what, on one line."""
    return ", ".join(f"{name} {before or 'unknown'} -> {after or 'unknown'}" for name, before, after in cells)


def _kept(before: Row | None, after: Row) -> Row:
    same = before and all(before.get(name) == cell for name, cell in after.items() if name not in _DATES)
    return before if before and same else after


def _change(file: str, before: Row | None, after: Row | None) -> Change:
    first = next(iter((after or before or {"": ""}).values()))
    return Change(f"{file}#{first}", before, after)


def _cells(change: Change) -> str:
    if change.before and change.after:
        return cells_told(change.cells)
    known: Mapping[str, str] = change.after or change.before or {}
    return ", ".join(
        f"{name} {cell}" for name, cell in list(known.items())[1:] if cell and name not in _STAMPS
    )
