"""Differences as an answer: the sentence that counts them, the table, and what both sides rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.querying.answer import Answer, Column
from graphkit.querying.basis import Limits, basis, limits, looked_at
from graphkit.querying.proof import place
from graphkit.querying.schema import CHANGES
from graphkit.querying.telling import called, owner_of
from graphkit.querying.words import counted, listed, shown
from graphkit.snapshot import POSSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.differing import Differences

_SAID: Final = {
    "exposed": "newly exposed",
    "worse": "worse",
    "certain": "certain now",
    "possible": "only possible now",
    "better": "better",
    "freed": "no longer exposed",
    "added": "new",
    "removed": "gone",
    "renamed": "under another key",
}
_NAMES: Final = {"unresolved": "newly unresolved", "resolved": "no longer unresolved"}


def tell(found: Differences, named: tuple[str, str | None]) -> Answer:
    """Put differences into words and numbers; *named* is how the two sides were given."""
    bounds = _limits(found)
    counts = Counter(row["change"] for row in found.rows)
    edges = {edge["id"]: edge for edge in found.because}
    return Answer(
        query="diff",
        params={"from": named[0], "to": named[1], "events": [event.id for event in found.events]},
        frame=found.after.frame,
        rows=found.rows,
        because=found.because,
        summary={
            "before": _side(found.before),
            "after": _side(found.after),
            "changes": {change: counts[change] for change in CHANGES if counts[change]},
        },
        warnings=bounds.warnings,
        complete=bounds.complete,
        headline=bounds.after(_sentence(found, named)),
        notes=(
            *bounds.notes,
            ("Before", basis(found.before)),
            ("After", basis(found.after)),
        ),
        columns=_columns(found),
        under=lambda row: shown(place(edges[row["witness"][0]]), longest=200) if row["witness"] else "",
    )


def _side(snapshots: Snapshots) -> dict[str, Any]:
    frame = snapshots.frame
    services = len(snapshots.current.of_kind("service"))
    return {"as_of": frame.as_of, "revision": frame.revision, "services": services}


def _limits(found: Differences) -> Limits:
    """Give what limits either side, each told once."""
    sides = []
    for snapshots, names in zip((found.before, found.after), found.unknown, strict=True):
        uses = np.flatnonzero(snapshots.current.e_flags & POSSIBLE)
        sides.append(limits(snapshots, names=names, uses=uses))
    before, after = sides
    labelled = [("before", limit) for limit in before if limit not in after]
    labelled += [("on both sides" if limit in before else "after", limit) for limit in after]
    return Limits(
        limit._replace(
            warned=replace(limit.warned, message=f"{label}: {limit.warned.message}"),
            reason=f"{label}: {limit.reason}" if limit.reason else "",
            told=f"{label}: {limit.told}" if limit.told else "",
        )
        for label, limit in labelled
    )


def _sentence(found: Differences, named: tuple[str, str | None]) -> str:
    """Count what changed, thing by thing; where nothing did, say what was compared."""
    about = listed([event.id for event in found.events]) if found.events else "a vendor"
    span = f"From {shown(named[0])} to {shown(named[1]) if named[1] else 'now'}"
    said = []
    for change, words in _SAID.items():
        if services := {row["key"] for row in found.rows if row["change"] == change}:
            first = f" to {about}" if change == "exposed" else ""
            said.append(f"{counted(len(services), 'service')} {words}{first}")
    for change, words in _NAMES.items():
        if names := [row for row in found.rows if row["change"] == change]:
            said.append(f"{counted(len(names), 'name')} {words}")
    if not said:
        return f"{span} nothing changed for {about}. {looked_at(found.after.current)}"
    return f"{span}: {', '.join(said)}."


def _columns(found: Differences) -> tuple[Column, ...]:
    def owner(row: Row) -> str:
        side = found.after if found.after.current.index(row["key"]) is not None else found.before
        return owner_of(row, side.current)

    def vendor(row: Row) -> str:
        return called(row["vendor"], found.after.current) if row["vendor"] else "-"

    usual = (
        Column("CHANGE", lambda row: row["change"]),
        Column("NAME", lambda row: shown(row["name"])),
        Column("CRIT", lambda row: row["criticality"] or "-"),
        Column("OWNER", owner),
    )
    middle = () if found.events else (Column("VENDOR", vendor),)
    return (
        *usual,
        *middle,
        Column("BEFORE", lambda row: " ".join(_state(row, "before")) or "-"),
        Column("AFTER", lambda row: " ".join(_state(row, "after")) or "-"),
    )


def _state(row: Mapping[str, Any], when: str) -> Iterator[str]:
    """Give severity and certainty on one side; of a thing with another key, that key."""
    if when == "before" and row["was"]:
        yield shown(row["was"])
    if row[f"severity_{when}"]:
        yield row[f"severity_{when}"]
    if row[f"certainty_{when}"] and (row[f"certainty_{when}"] == "possible" or not row[f"severity_{when}"]):
        yield row[f"certainty_{when}"]
