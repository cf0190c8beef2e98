"""Judged events as an answer: the sentences that come first, the table, who must act and what is next."""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.querying.answer import Answer, Column, Notes
from graphkit.querying.basis import basis, limits, looked_at
from graphkit.querying.coming import if_supposed, next_date
from graphkit.querying.event_words import options, titled
from graphkit.querying.judged import STATUSES
from graphkit.querying.reach import impact_edges, onward, who_reaches
from graphkit.querying.telling import called, first_of, owner_of, severity_of
from graphkit.querying.words import counted, listed, plural, ranked, shown
from graphkit.snapshot import NODE_CODES, NODE_NAMES, STUB, UNRESOLVED

if TYPE_CHECKING:
    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.basis import Limits
    from graphkit.querying.coming import Coming
    from graphkit.querying.judged import Judged
    from graphkit.querying.standing import Need

_DECIDE: Final = ("at_risk", "lost")


def tell(found: Judged, snapshots: Snapshots, *, typed: Sequence[str]) -> Answer:
    """Put what events do into words and numbers; *typed* are the events' names as somebody gave them."""
    bounds = limits(
        snapshots, names=found.unknown, uses=found.uses, reached=found.judgement.possible.severity
    )
    coming = next_date(found, snapshots)
    summary = _summary(found, coming)
    view = _View(found)
    return Answer(
        query="blast-radius",
        params={
            "ref": found.reference.key if found.reference else None,
            "events": [event.id for event in found.events],
        },
        frame=snapshots.frame,
        rows=found.rows,
        because=found.proof,
        summary=summary,
        warnings=bounds.warnings,
        complete=bounds.complete,
        headline=tuple(_headline(found, summary, bounds, snapshots)),
        notes=Notes(
            lambda: (*_notes(found, bounds, coming, snapshots), ("Next", _next(found, typed))),
        ),
        columns=view.columns(),
        under=view.under,
        folded=lambda row: row["kind"] != "service",
    )


def _services(found: Judged) -> Iterator[Row]:
    return (row for row in found.rows if row["kind"] == "service")


def _summary(found: Judged, coming: Coming | None) -> dict[str, Any]:
    services = list(_services(found))
    hit = sum(row["certainty"] == "certain" for row in services)
    kinds = Counter(row["kind"] for row in found.rows)
    severity = Counter(row["severity"] for row in services)
    status = Counter(row["status"] for row in services)
    return {
        "services": {
            "total": len(services) + len(found.clear),
            "hit": hit,
            "possible": len(services) - hit,
            "clear": len(found.clear),
        },
        "by_kind": {kind: kinds[kind] for kind in sorted(NODE_NAMES) if kinds[kind]},
        "severity": {
            name: severity[name] for name in ("lost", "at_risk", "degraded", "watch") if severity[name]
        },
        "status": {name: status[name] for name in STATUSES if status[name]},
        "next_date": coming.day if coming else None,
        "clear": found.snapshot.n_key.take(found.clear),
    }


def _headline(
    found: Judged, summary: Mapping[str, Any], bounds: Limits, snapshots: Snapshots
) -> Iterator[str]:
    for event in found.events:
        yield titled(event, snapshots.frame.on)
    services = summary["services"]
    hit, possible, clear, total = (services[part] for part in ("hit", "possible", "clear", "total"))
    if hit + possible == 0:
        yield from bounds.after(f"Not hit: none of {counted(total, 'service')}. {looked_at(found.snapshot)}")
        return
    more = f", {possible:,} {'more ' if hit else ''}may be" if possible else ""
    yield from bounds.after(
        f"{hit:,} of {counted(total, 'service')} {plural(hit, 'is')} hit{more}, "
        f"{clear:,} {plural(clear, 'is')} clear."
    )
    yield " ".join(_for_the_boss(found, snapshots.frame.on))


def _for_the_boss(found: Judged, on: str) -> Iterator[str]:
    """Say in two sentences whether something must stop, and how many must decide."""
    services = list(_services(found))
    sure = [row for row in services if row["certainty"] == "certain"]
    lost = [row for row in sure if row["severity"] == "lost"]
    now = [row for row in lost if row["first_date"] and row["first_date"] <= on]
    classes = {name for row in sure for name in row["impact"]}
    if now:
        had = "has lost what it runs" if len(now) == 1 else "have lost what they run"
        yield f"{counted(len(now), 'service')} {had} on already."
    elif lost:
        first = min(row["first_date"] for row in lost)
        days = (dt.date.fromisoformat(first) - dt.date.fromisoformat(on)).days
        stopping = counted(len(lost), "service")
        yield f"Nothing stops today; {stopping} will from {first} on ({counted(days, 'day')})."
    elif sure and classes <= {"upgrade"}:
        yield (
            "Nothing must stop today: versions in use keep their license."
            " The way forward is closed: no newer open version, no promised fixes."
        )
    elif sure:
        yield "Nothing must stop today."
    if any("legal" in row["impact"] for row in sure):
        yield "Where terms change, this needs legal review."
    deciding = [row for row in sure if row["severity"] in _DECIDE]
    teams = {row["owner"] for row in deciding} - {None}
    if deciding:
        need = "needs" if len(deciding) == 1 else "need"
        yield f"{counted(len(deciding), 'service')} {need} a decision ({counted(len(teams), 'team')})."


def _notes(
    found: Judged, bounds: Limits, coming: Coming | None, snapshots: Snapshots
) -> Iterator[tuple[str, str]]:
    deciding = [
        row for row in _services(found) if row["severity"] in _DECIDE and row["certainty"] == "certain"
    ]
    if deciding:
        owners = Counter(owner_of(row, found.snapshot) for row in deciding if row["owner"])
        without = sum(not row["owner"] for row in deciding)
        yield "Must act", f"{ranked(owners) + '; ' if owners else ''}without owner {without:,}"
    if coming:
        yield "Next date", coming.sentence
    yield from if_supposed(found, snapshots)
    others = Counter(row["kind"] for row in found.rows if row["kind"] != "service")
    if others:
        yield "Also", ", ".join(counted(others[kind], kind) for kind in NODE_NAMES if others[kind])
    if len(found.clear):
        yield "Clear", f"{first_of(found.clear, found.snapshot)}{_resolved(found)}"
    outside = _outside(found)
    if outside:
        yield "Not hit", outside
    sources = [source for event in found.events for source in event.evidence]
    if sources:
        oldest = min(source.read for source in sources)
        days = (dt.date.fromisoformat(snapshots.frame.on) - oldest).days
        yield "Sources", f"{counted(len(sources), 'source')}, read up to {counted(max(days, 0), 'day')} ago"
    yield from bounds.notes
    yield "Basis", basis(snapshots)


def _resolved(found: Judged) -> str:
    """Say of the services that are clear that all their names are known, where that is so.

    It is not where one leads to a service or route that nothing describes: a model may be behind it.
    """
    snapshot = found.snapshot
    behind = onward(snapshot, found.clear, impact_edges(snapshot)).depth >= 0
    hiding = np.isin(snapshot.n_kind, [NODE_CODES["service"], NODE_CODES["route"]])
    unknown = behind & ((snapshot.n_flags & np.where(hiding, UNRESOLVED | STUB, UNRESOLVED)) != 0)
    return "" if unknown.any() else ": every name of theirs is resolved"


def _outside(found: Judged) -> str:
    """Name the packages of the events' vendors that stand outside the events, and who uses them."""
    ground, snapshot = found.ground, found.snapshot
    hit = set(found.found.nodes.tolist())
    groups = {name for event in found.events for name in ground.vendor_group(event.vendor)}
    vendors = [node for name in groups if (node := snapshot.index(f"vendor:{name}")) is not None]
    published = {node for vendor in vendors for node in ground.starts("PUBLISHED_BY").get(vendor, ())}
    packages = np.array(sorted(published & set(snapshot.of_kind("package").tolist()) - hit), np.int64)
    if not len(packages):
        return ""
    users = np.unique(np.concatenate(who_reaches(snapshot, packages, impact_edges(snapshot))))
    named = listed(sorted(set(snapshot.n_name.take(packages))))
    vendor = listed(sorted({event.vendor for event in found.events}))
    return f"{named}, also of {vendor}, in {counted(len(users), 'service')}: outside this event"


def _next(found: Judged, typed: Sequence[str]) -> str:
    events = options(typed)
    first = next((row["key"] for row in _services(found)), "")
    commands = [f"graphkit why {shlex.quote(shown(first))} {events}"] if first else []
    commands += [f"graphkit fallbacks {events}"]
    commands += ["graphkit unresolved"] if found.unknown else []
    return " | ".join(commands)


class _View:
    """How people see the rows."""

    def __init__(self, found: Judged) -> None:
        self.found = found
        self.snapshot = found.snapshot

    def columns(self) -> tuple[Column, ...]:
        """Give the columns of the table; the first days only where they are not all one."""
        usual = (
            Column("SEVERITY", severity_of),
            Column("SERVICE", lambda row: shown(row["name"])),
            Column("CRIT", lambda row: row["criticality"] or "-"),
            Column("OWNER", lambda row: owner_of(row, self.snapshot)),
            Column("SINCE", lambda row: row["since"] or "unknown"),
            Column("STATUS", lambda row: row["status"].replace("_", " ")),
            Column("FALLBACKS LEFT", self._left),
        )
        dates = {row["first_date"] for row in _services(self.found)}
        return (*usual, Column("FROM", lambda row: row["first_date"])) if len(dates) > 1 else usual

    def under(self, row: Row) -> str:
        """Say through what a service is hit."""
        chain = [called(self.found.proof.edge(name)["target"], self.snapshot) for name in row["witness"]]
        return " > ".join(chain) or "itself"

    def _left(self, row: Row) -> str:
        edges = [self.found.proof.edge(name) for name in row["witness"]]
        if row["status"] == "dependent":
            return f"calls {called(edges[0]['target'], self.snapshot)}"
        last = self.snapshot.index(edges[-1]["target"]) if edges else None
        if last is not None and self.snapshot.n_flags[last] & UNRESOLVED:
            return f"{called(edges[-1]['target'], self.snapshot)}: ?"
        counts = row["fallbacks"]
        if counts is None:
            return "-"
        if not counts["wired"]:
            return "none"
        node = self.snapshot.index(row["key"])
        spare = [self._spare(need) for need in self.found.standing.needs(node if node is not None else -1)]
        said = "; ".join(dict.fromkeys(part for part in spare if part))
        return f"{counts['surviving']} of {counts['wired']}{f' ({said})' if said else ''}"

    def _spare(self, need: Need) -> str:
        members = self.found.standing.members(need)[need.k :]
        names = [
            [
                called(self.snapshot.n_key[one.target], self.snapshot)
                for one in members
                if one.survives is held
            ]
            for held in (True, False)
        ]
        if names[0]:
            return listed(names[0], most=2)
        return f"also hit: {listed(names[1], most=2)}" if names[1] else ""
