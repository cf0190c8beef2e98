"""Judged events as an answer: the sentences that come first, the table, who must act and what is next."""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from graphkit.querying.answer import Answer, Column, Notes
from graphkit.querying.basis import basis, limits, looked_at
from graphkit.querying.coming import if_supposed, next_date
from graphkit.querying.judged import STATUSES
from graphkit.querying.telling import called, first_of, owner_of
from graphkit.querying.words import counted, listed, plural, ranked, shown
from graphkit.snapshot import NODE_NAMES

if TYPE_CHECKING:
    from graphkit.events.model import Event
    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.basis import Limits
    from graphkit.querying.coming import Coming
    from graphkit.querying.judged import Judged
    from graphkit.querying.standing import Need

_DECIDE: Final = ("at_risk", "lost")


def tell(found: Judged, snapshots: Snapshots) -> Answer:
    """Put what events do into words and numbers."""
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
        headline=(*_headline(found, summary, snapshots), *bounds.after("")[1:]),
        notes=Notes(lambda: _notes(found, bounds, coming, snapshots)),
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


def _headline(found: Judged, summary: Mapping[str, Any], snapshots: Snapshots) -> Iterator[str]:
    for event in found.events:
        yield _titled(event, snapshots.frame.on)
    services = summary["services"]
    hit, possible, clear, total = (services[part] for part in ("hit", "possible", "clear", "total"))
    if hit + possible == 0:
        yield f"Not hit: none of {counted(total, 'service')}. {looked_at(found.snapshot)}"
    else:
        more = f", {possible:,} {'more ' if hit else ''}may be" if possible else ""
        yield (
            f"{hit:,} of {counted(total, 'service')} {plural(hit, 'is')} hit{more}, "
            f"{clear:,} {plural(clear, 'is')} clear."
        )
        yield " ".join(_for_the_boss(found, snapshots.frame.on))


def _titled(event: Event, on: str) -> str:
    """Name an event with its dates and sources; what is only supposed or reported says so first."""
    mark = "SUPPOSED: " if event.supposed else "REPORTED: " if event.reported else ""
    said = [f"announced {event.announced}" if event.announced else "not announced"]
    if event.supposed:
        said = [f"supposed for {event.day}"]
    elif event.day.isoformat() <= on:
        said.append("in force")
    else:
        said.append(f"from {event.day} ({counted((event.day - dt.date.fromisoformat(on)).days, 'day')})")
    primary = sum(source.tier == "A" for source in event.evidence)
    said.append(f"{counted(len(event.evidence), 'source')} ({primary} primary)")
    return f"{mark}{shown(event.title, longest=200)}: {', '.join(said)}"


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
        yield "Clear", first_of(found.clear, found.snapshot)
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
    yield "Next", _next(found)


def _outside(found: Judged) -> str:
    """Name the packages of the events' vendors that stand outside the events."""
    ground, snapshot = found.ground, found.snapshot
    hit = {int(node) for node in found.found.nodes}
    groups = {name for event in found.events for name in ground.vendor_group(event.vendor)}
    named = []
    for name in sorted(groups):
        vendor = snapshot.index(f"vendor:{name}")
        published = ground.starts("PUBLISHED_BY").get(vendor, ()) if vendor is not None else ()
        named += [
            snapshot.n_name[node]
            for node in published
            if snapshot.n_key[node].startswith("package:") and node not in hit
        ]
    if not named:
        return ""
    return f"{listed(sorted(set(named)))}, also of {', '.join(sorted(groups))}: outside this event"


def _next(found: Judged) -> str:
    events = " ".join(f"--event {shlex.quote(event.id)}" for event in found.events)
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
        """Give the columns of the table."""
        return (
            Column("SEVERITY", lambda row: row["severity"] if row["certainty"] == "certain" else "possible"),
            Column("SERVICE", lambda row: shown(row["name"])),
            Column("CRIT", lambda row: row["criticality"] or "-"),
            Column("OWNER", lambda row: owner_of(row, self.snapshot)),
            Column("SINCE", lambda row: row["since"] or "unknown"),
            Column("FROM", lambda row: row["first_date"] or "unknown"),
            Column("STATUS", lambda row: row["status"].replace("_", " ")),
            Column("FALLBACKS LEFT", self._left),
        )

    def under(self, row: Row) -> str:
        """Say through what a service is hit."""
        chain = [called(self.found.proof.edge(name)["target"], self.snapshot) for name in row["witness"]]
        return " > ".join(chain) or "itself"

    def _left(self, row: Row) -> str:
        counts = row["fallbacks"]
        if row["status"] == "dependent":
            return f"through {called(self.found.proof.edge(row['witness'][0])['target'], self.snapshot)}"
        if counts is None:
            return "-"
        if not counts["wired"]:
            return "none"
        node = self.snapshot.index(row["key"])
        spare = [self._why(need) for need in self.found.standing.needs(node if node is not None else -1)]
        said = "; ".join(dict.fromkeys(part for part in spare if part))
        return f"{counts['surviving']} of {counts['wired']}{f' ({said})' if said else ''}"

    def _why(self, need: Need) -> str:
        members = self.found.standing.members(need)[need.k :]
        standing = [called(self.snapshot.n_key[one.target], self.snapshot) for one in members if one.survives]
        if standing:
            return listed(standing, most=2)
        return (
            next((one.why_not[1] for one in members if len(one.why_not) > 1), "also hit") if members else ""
        )
