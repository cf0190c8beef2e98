"""Two states of the graph compared: exposures by vendor or under events, services, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from graphkit.impact.transfer import LEVEL
from graphkit.model import CRITICALITIES
from graphkit.querying.judged import judged
from graphkit.querying.matching import Moved, counterparts
from graphkit.querying.proof import Proof
from graphkit.querying.reach import certain_edges, follow, impact_edges, toward, who_reaches
from graphkit.querying.references import Reference
from graphkit.querying.schema import CHANGES
from graphkit.querying.unknowns import possible_seeds, unresolved

if TYPE_CHECKING:
    from graphkit.events.model import Event
    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.reach import Mask, Numbers, Tree

_ORDER: Final = {change: number for number, change in enumerate(CHANGES)}
_MORE: Final = (
    "was",
    "vendor",
    "severity_before",
    "severity_after",
    "certainty_before",
    "certainty_after",
)
_CRITICALITIES: Final = (*CRITICALITIES, None)  # the number -1 is the last


class Exposure(NamedTuple):
    """How something is exposed; *edges* prove it, where that is already known."""

    certainty: str
    severity: str | None = None
    edges: tuple[int, ...] = ()


Exposures = Mapping[tuple[str, str], Exposure]
"""(service, vendor or unresolved name; empty under events) -> how it is exposed."""

Before = Mapping[tuple[str, str], tuple[str, Exposure]]
"""The same of the older side, under the keys of the newer one, each with its own key beside it."""

_CERTAINTIES: Final = ("", "possible", "certain")


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed: *rows* with what proves them, on the side where they hold.

    *unknown* counts before and after the unresolved names that may change an answer.
    """

    before: Snapshots
    after: Snapshots
    events: tuple[Event, ...]
    rows: list[dict[str, Any]]
    because: list[Row]
    unknown: tuple[int, int]


def differences(before: Snapshots, after: Snapshots, events: Sequence[Event]) -> Differences:
    """Compare two states by what is exposed to vendors, or under *events*.

    A thing that has another key since is the same thing. An unresolved name that may belong to a vendor
    keeps who uses it possible, so that nobody is told to be free of that vendor.
    """
    sides = (_Side(before), _Side(after))
    moved = counterparts(before.current, after.current)
    was, now = (sides[0].under(events), sides[1].under(events)) if events else _by_vendor(sides, moved)
    exposures = list(_exposures(_merged(was, moved), now, sides))
    because = _proven(exposures, sides)
    rows = [*(row for row, _, _ in exposures), *_presence(sides, moved), *_names(sides, moved)]
    rows.sort(key=_rank)
    return Differences(before, after, tuple(events), rows, because, (sides[0].unknown, sides[1].unknown))


class _Side:
    """One state: who is exposed to what, and the proof of it."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self.snapshot = snapshots.current
        self.proof = Proof(self.snapshot)
        self.services = dict.fromkeys(self.snapshot.n_key.take(self.snapshot.of_kind("service")))
        self.names = unresolved(self.snapshot)
        self.unknown = len(self.names)
        self._may: dict[str, set[str]] = {}
        self._trees: dict[tuple[str, str], Tree] = {}

    def under(self, events: Sequence[Event]) -> Exposures:
        """Give what *events* do to services."""
        found = judged(events, None, self.snapshots)
        self.unknown = found.unknown
        return {
            (row["key"], ""): Exposure(
                row["certainty"], row["severity"], tuple(found.proof.numbers(row["witness"]))
            )
            for row in found.rows
            if row["kind"] == "service"
        }

    def to_vendors(self) -> dict[str, Numbers]:
        """Give for each vendor and unresolved name how each service leads to it: 2 surely, 1 perhaps, 0."""
        snapshot = self.snapshot
        services, vendors = snapshot.of_kind("service"), snapshot.of_kind("vendor")
        perhaps = np.concatenate((vendors, self.names))
        found: dict[str, Numbers] = {}
        for level, ends, mask in ((1, perhaps, self._edges), (2, vendors, self._sure)):
            reached = who_reaches(snapshot, ends, mask)
            for key, users in zip(snapshot.n_key.take(ends), reached, strict=True):
                levels = found.setdefault(key, np.zeros(len(services), np.int8))
                levels[np.searchsorted(services, users)] = level
        return found

    def may(self, service: str, vendor: str) -> bool:
        """Tell whether a service uses an unresolved name that *vendor* may be behind."""
        if vendor not in self._may:
            node = self.snapshot.index(vendor)
            reference = Reference(vendor, "", node, np.zeros(0, np.int64))
            seeds = possible_seeds(reference, self.snapshots)
            users = who_reaches(self.snapshot, seeds, self._edges)
            self._may[vendor] = {key for nodes in users for key in self.snapshot.n_key.take(nodes)}
        return service in self._may[vendor]

    def chain(self, service: str, vendor: str, exposure: Exposure) -> tuple[int, ...]:
        """Give the edges that prove an exposure; none where only an unresolved name does."""
        node, root = self.snapshot.index(service), self.snapshot.index(vendor)
        if exposure.edges or node is None or root is None:
            return exposure.edges
        place = (vendor, exposure.certainty)
        if place not in self._trees:
            edges = self._sure if exposure.certainty == "certain" else self._edges
            self._trees[place] = toward(self.snapshot, np.array([root], np.int64), edges)
        return tuple(follow(self._trees[place], node) or ())

    def row(self, key: str, change: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a row
        """Make the row of a change of the node *key*, which this side has."""
        snapshot, node = self.snapshot, self.snapshot.index(key)
        assert node is not None  # noqa: S101 - asked for what is there
        owner = int(snapshot.n_owner[node])
        return {
            "key": key,
            "kind": key.partition(":")[0],
            "name": snapshot.n_name[node],
            "change": change,
            **dict.fromkeys(_MORE),
            "owner": snapshot.n_key[owner] if owner >= 0 else None,
            "criticality": _CRITICALITIES[int(snapshot.n_criticality[node])],
            "witness": [],
            **more,
        }

    @cached_property
    def _edges(self) -> Mask:
        return impact_edges(self.snapshot)

    @cached_property
    def _sure(self) -> Mask:
        return certain_edges(self.snapshot, self._edges)


def _merged(exposures: Exposures, moved: Moved) -> Before:
    """Give exposures under the keys of the newer side, each with its own key; of several the worst."""
    found: dict[tuple[str, str], tuple[str, Exposure]] = {}
    for (key, vendor), exposure in exposures.items():
        for place in product(moved.get(key, (key,)), moved.get(vendor, (vendor,))):
            if place not in found or _badness(exposure) > _badness(found[place][1]):
                found[place] = (key, exposure)
    return found


def _by_vendor(sides: tuple[_Side, _Side], moved: Moved) -> tuple[Exposures, Exposures]:
    """Give those exposures to vendors, of each side, that the other may not have: all others are equal.

    Services of one place are compared as columns; those that moved are given whole.
    """
    levels = [side.to_vendors() for side in sides]
    keys = [list(side.services) for side in sides]
    places = {key: number for number, key in enumerate(keys[1])}
    apart = {key for others in moved.values() for key in others} | moved.keys()
    still = [(n, places[key]) for n, key in enumerate(keys[0]) if key in places and key not in apart]
    shared = np.array(still, np.int64).reshape(-1, 2)
    found: tuple[dict[tuple[str, str], Exposure], ...] = ({}, {})
    none = [np.zeros(len(names), np.int8) for names in keys]
    for vendor in sorted(levels[0].keys() | levels[1].keys()):
        own = [level.get(vendor, zero) for level, zero in zip(levels, none, strict=True)]
        same = shared[own[0][shared[:, 0]] == own[1][shared[:, 1]]]
        for side, column in enumerate(own):
            other = column > 0
            other[same[:, side]] = False
            for number in np.flatnonzero(other).tolist():
                found[side][keys[side][number], vendor] = Exposure(_CERTAINTIES[int(column[number])])
    return found[0], found[1]


def _badness(exposure: Exposure) -> tuple[int, bool]:
    return (LEVEL[exposure.severity or "none"], exposure.certainty == "certain")


def _exposures(
    before: Before, after: Exposures, sides: tuple[_Side, _Side]
) -> Iterator[tuple[dict[str, Any], _Side, tuple[int, ...]]]:
    """Give a row for each exposure that is not what it was, the side that proves it, and the edges."""
    old, new = sides
    for key, vendor in sorted(before.keys() | after.keys()):
        own, was = before.get((key, vendor), (key, None))
        now = after.get((key, vendor))
        # A service whose unresolved name a vendor may be behind is neither free of that vendor nor new to it.
        if vendor.startswith("vendor:"):
            was = was or (Exposure("possible") if own in old.services and old.may(own, vendor) else None)
            now = now or (Exposure("possible") if key in new.services and new.may(key, vendor) else None)
        change = _change(was, now)
        if change:
            side, name, exposure = (new, key, now) if now else (old, own, was)
            assert exposure is not None  # noqa: S101 - there is a change
            row = side.row(name, change, vendor=vendor or None, was=own if own != name else None)
            for when, one in (("before", was), ("after", now)):
                row |= {f"severity_{when}": one.severity, f"certainty_{when}": one.certainty} if one else {}
            yield row, side, side.chain(name, vendor, exposure)


def _change(was: Exposure | None, now: Exposure | None) -> str:
    """Name what happened to an exposure; empty where nothing did."""
    if was is None or now is None:
        return "exposed" if now else "freed" if was else ""
    levels = [LEVEL[one.severity or "none"] for one in (was, now)]
    if levels[0] != levels[1]:
        return "worse" if levels[1] > levels[0] else "better"
    return now.certainty if was.certainty != now.certainty else ""


def _presence(sides: tuple[_Side, _Side], moved: Moved) -> Iterator[dict[str, Any]]:
    """Give a row for each service that came, went, or has another key."""
    old, new = sides
    kept = _after(old.services, moved)
    yield from (new.row(key, "added") for key in new.services if key not in kept)
    gone = (key for key in old.services if not _after((key,), moved) & new.services.keys())
    yield from (old.row(key, "removed") for key in gone)
    for key in old.services:
        yield from (new.row(other, "renamed", was=key) for other in moved.get(key, ()) if other != key)


def _names(sides: tuple[_Side, _Side], moved: Moved) -> Iterator[dict[str, Any]]:
    """Give a row for each name that is unresolved on one side only."""
    old, new = (dict.fromkeys(side.snapshot.n_key.take(side.names)) for side in sides)
    before = _after(old, moved)
    yield from (sides[1].row(key, "unresolved") for key in new if key not in before)
    yield from (sides[0].row(key, "resolved") for key in old if not _after((key,), moved) & new.keys())


def _after(keys: Iterable[str], moved: Moved) -> set[str]:
    """Give the keys that the newer side has for *keys*."""
    return {other for key in keys for other in moved.get(key, (key,))}


def _proven(
    found: Iterable[tuple[dict[str, Any], _Side, tuple[int, ...]]], sides: tuple[_Side, _Side]
) -> list[Row]:
    """Name the edges of each row's chain: those of the newer side first, numbered through."""
    chains = [(row, side.proof.name(edges), side) for row, side, edges in found]
    new = sides[1].proof
    for row, names, side in chains:
        row["witness"] = [f"e{int(name[1:]) + (0 if side is sides[1] else len(new))}" for name in names]
    return [*new, *({**edge, "id": f"e{int(edge['id'][1:]) + len(new)}"} for edge in sides[0].proof)]


def _rank(row: Mapping[str, Any]) -> tuple[int, int, str, str]:
    """Give what orders rows: the change, criticality, key and vendor."""
    level = _CRITICALITIES.index(row["criticality"])
    return (_ORDER[row["change"]], level, row["key"], row["vendor"] or "")
