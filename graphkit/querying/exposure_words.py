"""Exposure as an answer: counts, sentences, and the table that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.errors import UsageError
from graphkit.model import id_of, kind_of
from graphkit.querying.answer import Answer, Column
from graphkit.querying.basis import basis, limits, names_in_use, searched
from graphkit.querying.reach import impact_edges, who_reaches
from graphkit.querying.telling import called, stated, through
from graphkit.querying.words import counted, listed, plural, shown, tally
from graphkit.snapshot import EDGE_NAMES, NODE_NAMES, UNRESOLVED

if TYPE_CHECKING:
    from graphkit.querying.answer import Snapshots
    from graphkit.querying.exposure import Exposure
    from graphkit.snapshot import Snapshot

PACKAGES: Final = "Packages"
"""The heading for what is reached through packages only: the last one, and folded."""

_OFFERED: Final = 8


def tell(exposure: Exposure, snapshots: Snapshots) -> Answer:
    """Put *exposure* into words and numbers."""
    snapshot = exposure.snapshot
    bounds = limits(snapshot, names=len(exposure.unknown))
    groups = _groups(exposure)
    view = _View(exposure, groups)
    counts = _counts(exposure)
    sentence = _headline(exposure, counts["services"])
    return Answer(
        query="blast-radius",
        params={"ref": exposure.reference.key, "events": []},
        frame=snapshots.frame,
        rows=exposure.rows,
        because=exposure.proof,
        summary=counts,
        warnings=bounds.warnings,
        complete=bounds.complete,
        headline=(sentence, bounds.sentence) if bounds.sentence else (sentence,),
        notes=_notes(exposure, groups, snapshots),
        columns=view.columns(),
        under=view.under,
        group=view.group,
        folded=view.folded,
    )


def ask_for(snapshots: Snapshots) -> UsageError:
    """Make the error for a missing reference: it says what can be asked here."""
    snapshot = snapshots.current
    vendors = snapshot.of_kind("vendor")
    reached = who_reaches(snapshot, vendors, impact_edges(snapshot))
    pairs = sorted(zip((-len(found) for found in reached), snapshot.n_key.take(vendors), strict=True))
    said = ", ".join(
        f"{shown(key)} ({counted(-count, 'service')})" for count, key in pairs[:_OFFERED] if count
    )
    hint = f"here for example {said}" if said else f"here is {searched(snapshot)}"
    return UsageError(
        f"blast-radius: of what? Name a vendor, family, license, model or anything else; {hint}"
    )


def _counts(exposure: Exposure) -> dict[str, Any]:
    kinds = Counter(row["kind"] for row in exposure.rows)
    services = Counter(row["certainty"] for row in exposure.rows if row["kind"] == "service")
    hit, possible, clear = services["certain"], services["possible"], len(exposure.clear)
    return {
        "services": {"total": hit + possible + clear, "hit": hit, "possible": possible, "clear": clear},
        "by_kind": dict(sorted(kinds.items())),
        "clear": exposure.snapshot.n_key.take(exposure.clear),
    }


def _headline(exposure: Exposure, services: Mapping[str, int]) -> str:
    """Say how many services are hit; where none is, what was searched."""
    name = shown(exposure.reference.name or exposure.reference.key)
    hit, possible, clear, total = (services[part] for part in ("hit", "possible", "clear", "total"))
    if hit + possible == 0:
        names = names_in_use(exposure.snapshot)
        known = (
            ""
            if exposure.reference.node is not None
            else f" Nothing in the graph is known to belong to {name}."
        )
        return (
            f"None of {counted(total, 'service')} depends on {name}.{known} Searched: {searched(exposure.snapshot)}; "
            f"{names.resolved:,} of {names.total:,} {plural(names.total, 'name')} resolved."
        )
    depend = f"{hit:,} of {counted(total, 'service')} {'depends' if hit == 1 else 'depend'} on {name}"
    more = f", {possible:,} {'more ' if hit else ''}may" if possible else ""
    return f"{depend}{more}, {clear:,} {plural(clear, 'is')} clear."


def _groups(exposure: Exposure) -> dict[int, str]:
    """Map the number of each seed to the heading for what is reached through it."""
    snapshot, found = exposure.snapshot, exposure.found
    return (
        {seed: _heading(seed, exposure) for seed in np.unique(found.seed).tolist()} if snapshot.nodes else {}
    )


def _heading(seed: int, exposure: Exposure) -> str:
    snapshot = exposure.snapshot
    if exposure.reference.kind not in ("vendor", "license"):
        return ""
    if snapshot.n_flags[seed] & UNRESOLVED and seed in exposure.unknown:
        return "Names that nobody could identify"
    kind = NODE_NAMES[snapshot.n_kind[seed]]
    if kind in ("package", "dataset"):
        return PACKAGES if kind == "package" else "Datasets"
    edges = {
        EDGE_NAMES[snapshot.e_kind[edge]]: int(snapshot.e_target[edge]) for edge in snapshot.out_edges(seed)
    }
    if kind == "offering":
        return f"Hosted by {shown(snapshot.n_name[edges['HOSTED_BY']])}" if "HOSTED_BY" in edges else ""
    if "IN_FAMILY" in edges:
        return f"Family {shown(snapshot.n_name[edges['IN_FAMILY']])}"
    return "Other models"


def _notes(
    exposure: Exposure, groups: Mapping[int, str], snapshots: Snapshots
) -> tuple[tuple[str, str], ...]:
    snapshot = exposure.snapshot
    services = [row for row in exposure.rows if row["kind"] == "service"]
    others = Counter(row["kind"] for row in exposure.rows if row["kind"] != "service")
    notes = []
    if services:
        notes.append(("Owners", _owners(services, snapshot)))
    through_what = [
        groups[seed]
        for seed, row in zip(exposure.found.seed.tolist(), exposure.rows, strict=True)
        if row["kind"] == "service" and groups[seed]
    ]
    if through_what:
        notes.append(("Through", tally(through_what)))
    if others:
        notes.append(("Also", ", ".join(counted(count, kind) for kind, count in sorted(others.items()))))
    if len(exposure.clear):
        names = [called(key, snapshot) for key in snapshot.n_key.take(exposure.clear[:10])]
        rest = len(exposure.clear) - len(names)
        notes.append(("Clear", listed(names) + (f" and {rest:,} more" if rest else "")))
    notes.append(("Basis", basis(snapshots)))
    notes.append(("Next", _next(services, exposure)))
    return tuple(notes)


def _owners(services: list[dict[str, Any]], snapshot: Snapshot) -> str:
    """Count services by the team to ask, and those that nobody owns."""
    names: dict[str, str] = {}
    for row in services:
        if row["owner"] and row["owner"] not in names:
            node = snapshot.index(row["owner"])
            names[row["owner"]] = snapshot.n_name[node] if node is not None else id_of(row["owner"])
    owned = [names[row["owner"]] for row in services if row["owner"]]
    return f"{tally(owned) + '; ' if owned else ''}without owner {len(services) - len(owned):,}"


def _next(services: list[dict[str, Any]], exposure: Exposure) -> str:
    commands = [f"graphkit why {shown(services[0]['key'])}"] if services else []
    commands += ["graphkit unresolved"] if len(exposure.unknown) else []
    return " | ".join([*commands, "graphkit coverage"])


@dataclass(frozen=True, slots=True)
class _View:
    """How people see the rows: only what a table asks for is worked out."""

    exposure: Exposure
    groups: Mapping[int, str]

    def columns(self) -> tuple[Column, ...]:
        shared = (
            Column("SERVICE", lambda row: shown(row["name"])),
            Column("CRIT", lambda row: row["criticality"] or "-"),
            Column(
                "OWNER",
                lambda row: (
                    called(row["owner"], self.exposure.snapshot).removeprefix("team ")
                    if row["owner"]
                    else "none"
                ),
            ),
            Column("SINCE", lambda row: row["since"] or "unknown"),
            Column("HOPS", lambda row: str(row["hops"])),
            Column("THROUGH", lambda row: through(row, self.exposure.proof)),
        )
        if any(row["certainty"] == "possible" for row in self.exposure.rows):
            return (Column("CERTAINTY", lambda row: row["certainty"]), *shared)
        return shared

    def under(self, row: Mapping[str, Any]) -> str:
        return stated(row, self.exposure.proof)

    def group(self, row: Mapping[str, Any]) -> str:
        keys = self.exposure.snapshot
        node = keys.index(row["key"])
        place = np.flatnonzero(self.exposure.found.nodes == node)
        return self.groups[int(self.exposure.found.seed[place[0]])] if len(place) else ""

    def folded(self, row: Mapping[str, Any]) -> bool:
        return row["kind"] != "service" or (self._folds_packages() and self.group(row) == PACKAGES)

    def _folds_packages(self) -> bool:
        return (
            kind_of(self.exposure.reference.key) in ("vendor", "license")
            and len(set(self.groups.values())) > 1
        )
