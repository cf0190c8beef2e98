"""Fallbacks of services as an answer: what is wired, what survives, what is independent, and why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.errors import UsageError
from graphkit.events.scope import Ground
from graphkit.querying.answer import Answer, Column
from graphkit.querying.basis import basis, limits
from graphkit.querying.judged import verdicts
from graphkit.querying.standing import Standing
from graphkit.querying.telling import called
from graphkit.querying.words import counted, shown
from graphkit.snapshot import NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphkit.events.model import Event
    from graphkit.querying.answer import Snapshots
    from graphkit.querying.references import Reference
    from graphkit.querying.standing import Need
    from graphkit.snapshot import Ints, Snapshot


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """The alternatives of services: one row each. *unknown* counts the unresolved names among them."""

    about: Reference | None
    events: tuple[Event, ...]
    snapshot: Snapshot
    rows: list[dict[str, Any]]
    unknown: int


def fallbacks(about: Reference | None, events: Sequence[Event], snapshots: Snapshots) -> Fallbacks:
    """Count the alternatives of all services, or of those that *about* means.

    Raises UsageError where *about* holds no service.
    """
    snapshot = snapshots.current
    if events:
        ground, judgement = verdicts(events, None, snapshots)
        standing = Standing(ground, judgement.possible.severity)
    else:
        standing = Standing(Ground(snapshot, snapshots.catalogue()))
    rows, unknown = [], set()
    for service in _services(about, snapshot).tolist():
        rows.append(_row(service, standing))
        for need in standing.needs(service):
            unknown |= {target for target in need.members if snapshot.n_flags[target] & UNRESOLVED}
    rows.sort(
        key=lambda row: (row["wired"] is None, row["independent"] or 0, row["surviving"] or 0, row["key"])
    )
    return Fallbacks(about, tuple(events), snapshot, rows, len(unknown))


def tell(found: Fallbacks, snapshots: Snapshots) -> Answer:
    """Put the alternatives into words and numbers."""
    bounds = limits(snapshots, names=found.unknown)
    counts = _counts(found.rows)
    return Answer(
        query="fallbacks",
        params={
            "ref": found.about.key if found.about else None,
            "events": [event.id for event in found.events],
        },
        frame=snapshots.frame,
        rows=found.rows,
        summary=counts,
        warnings=bounds.warnings,
        complete=bounds.complete,
        headline=bounds.after(_sentence(found, counts)),
        notes=(*bounds.notes, ("Basis", basis(snapshots))),
        columns=_columns(found.events),
        under=lambda row: _under(row, found.snapshot),
    )


def _services(about: Reference | None, snapshot: Snapshot) -> Ints:
    services = snapshot.of_kind("service")
    if about is None:
        return services
    meant = np.concatenate((about.seeds, about.roots))
    chosen = np.unique(meant[snapshot.n_kind[meant] == NODE_CODES["service"]])
    if not len(chosen):
        raise UsageError(f"fallbacks: {shown(about.key)} is no service and holds none")
    return chosen


def _row(service: int, standing: Standing) -> dict[str, Any]:
    snapshot = standing.snapshot
    counts = standing.counts(service)
    return {
        "key": snapshot.n_key[service],
        "kind": "service",
        "name": snapshot.n_name[service],
        **(counts._asdict() if counts else dict.fromkeys(("wired", "surviving", "independent"))),
        "needs": [_need(need, standing) for need in standing.needs(service)],
    }


def _need(need: Need, standing: Standing) -> dict[str, Any]:
    keys = standing.snapshot.n_key
    return {
        "need": need.name,
        "primary": keys[need.members[0]],
        "members": [
            {
                "target": keys[one.target],
                "survives": one.survives,
                "independent": one.independent,
                "why_not": list(one.why_not),
            }
            for one in standing.members(need)
        ],
    }


def _counts(rows: list[dict[str, Any]]) -> dict[str, Any]:
    models = [row for row in rows if row["wired"] is not None]
    found = Counter[str]()
    for row in models:
        for part in ("wired", "surviving", "independent"):
            found[part] += row[part] > 0
    return {
        "services": {"total": len(rows), "with_models": len(models)},
        "with_fallbacks": {part: found[part] for part in ("wired", "surviving", "independent")},
    }


def _sentence(found: Fallbacks, counts: Mapping[str, Any]) -> str:
    models, able = counts["services"]["with_models"], counts["with_fallbacks"]
    said = (
        f"Of {counted(models, 'service')} that {'uses' if models == 1 else 'use'} models, {able['wired']:,}"
    )
    said += f" {'has' if able['wired'] == 1 else 'have'} an alternative wired in"
    if found.events:
        said += f", {able['surviving']:,} one that survives {', '.join(event.id for event in found.events)}"
    return f"{said}, {able['independent']:,} an independent one."


def _columns(events: tuple[Event, ...]) -> tuple[Column, ...]:
    def number(part: str) -> Column:
        return Column(part.upper(), lambda row: "-" if row[part] is None else str(row[part]))

    shared = (Column("SERVICE", lambda row: shown(row["name"])), number("wired"))
    return (*shared, *((number("surviving"),) if events else ()), number("independent"))


def _under(row: Mapping[str, Any], snapshot: Snapshot) -> str:
    """Tell each need's members, and what speaks against those that are not independent."""
    said = []
    for need in row["needs"]:
        first, *spare = need["members"]
        parts = [called(first["target"], snapshot)]
        for one in spare:
            why = "independent" if one["independent"] else ", ".join(one["why_not"]) or "shares nothing known"
            parts.append(f"then {called(one['target'], snapshot)} ({why})")
        said.append(f"{need['need'] + ': ' if need['need'] else ''}{'; '.join(parts)}")
    return " | ".join(said)
