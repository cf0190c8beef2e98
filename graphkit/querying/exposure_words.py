"""Exposure as an answer: counts, sentences, and the table that people read."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.errors import UsageError
from graphkit.querying.answer import Answer, Column, Notes
from graphkit.querying.basis import basis, limits, looked_at, searched
from graphkit.querying.hosting import runs, unknown_hosts
from graphkit.querying.reach import impact_edges, who_reaches
from graphkit.querying.telling import called, first_of, owner_of, stated, through
from graphkit.querying.words import counted, listed, plural, ranked, shown
from graphkit.snapshot import EDGE_NAMES, NODE_CODES, NODE_NAMES, UNRESOLVED

if TYPE_CHECKING:
    from graphkit.querying.answer import Snapshots
    from graphkit.querying.exposure import Exposure
    from graphkit.querying.proof import Proof
    from graphkit.querying.reach import Numbers
    from graphkit.snapshot import Snapshot

PACKAGES: Final = "Packages"
"""The heading for what is reached through packages only: the last one, and folded."""

_OFFERED: Final = 8


def tell(exposure: Exposure, snapshots: Snapshots) -> Answer:
    """Put *exposure* into words and numbers."""
    snapshot = exposure.snapshot
    hosts = unknown_hosts(exposure.reference, snapshot)
    bounds = limits(
        snapshots, names=len(exposure.unknown), uses=exposure.uses, reached=exposure.reached, more=hosts
    )
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
        headline=bounds.after(sentence),
        notes=Notes(lambda: (*_notes(exposure, groups), *bounds.notes, *_last(exposure, snapshots))),
        columns=view.columns(),
        under=view.under,
        group=view.group if view.contiguous else None,
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
    snapshot, found = exposure.snapshot, exposure.found
    kinds = snapshot.n_kind[found.nodes]
    by_kind = np.bincount(kinds, minlength=len(NODE_NAMES)).tolist()
    hit = int(np.count_nonzero(found.certain & (kinds == NODE_CODES["service"])))
    possible, clear = by_kind[NODE_CODES["service"]] - hit, len(exposure.clear)
    return {
        "services": {"total": hit + possible + clear, "hit": hit, "possible": possible, "clear": clear},
        "by_kind": {
            kind: by_kind[NODE_CODES[kind]] for kind in sorted(NODE_NAMES) if by_kind[NODE_CODES[kind]]
        },
        "clear": snapshot.n_key.take(exposure.clear),
    }


def _headline(exposure: Exposure, services: Mapping[str, int]) -> str:
    """Say how many services are hit; where none is, what was searched."""
    name = shown(exposure.reference.name or exposure.reference.key)
    hit, possible, clear, total = (services[part] for part in ("hit", "possible", "clear", "total"))
    if hit + possible == 0:
        known = exposure.reference.node is not None
        return (
            f"None of {counted(total, 'service')} depends on {name}"
            f"{'' if known else ', which nothing in the graph belongs to'}."
            f" {looked_at(exposure.snapshot)}"
        )
    depend = f"{hit:,} of {counted(total, 'service')} {'depends' if hit == 1 else 'depend'} on {name}"
    more = f", {possible:,} {'more ' if hit else ''}may" if possible else ""
    return f"{depend}{_packages_only(exposure, hit)}{more}, {clear:,} {plural(clear, 'is')} clear."


def _packages_only(exposure: Exposure, hit: int) -> str:
    """Say of how many of the services that are *hit* packages are all that leads there."""
    kinds, found = exposure.snapshot.n_kind, exposure.found
    services = found.certain & (kinds[found.nodes] == NODE_CODES["service"])
    packages = kinds[found.seed[services]] == NODE_CODES["package"]
    if exposure.reference.kind == "package" or not packages.any():
        return ""
    count = int(np.count_nonzero(packages))
    return f" ({'' if count == hit else f'{count:,} '}only through packages)"


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


def _notes(exposure: Exposure, groups: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    snapshot, found = exposure.snapshot, exposure.found
    is_service = snapshot.n_kind[found.nodes] == NODE_CODES["service"]
    if is_service.any():
        yield "Owners", _owners(found.nodes[is_service], snapshot)
    seeds, counts = np.unique(found.seed[is_service], return_counts=True)
    headings: Counter[str] = Counter()
    for seed, count in zip(seeds.tolist(), counts.tolist(), strict=True):
        headings[groups[seed]] += count
    if set(headings) - {""}:
        yield "Through", ranked(headings)
    others = np.bincount(snapshot.n_kind[found.nodes[~is_service]], minlength=len(NODE_NAMES)).tolist()
    said = [counted(count, kind) for kind, count in zip(NODE_NAMES, others, strict=True) if count]
    if said:
        yield "Also", ", ".join(said)
    if len(exposure.clear):
        yield "Clear", first_of(exposure.clear, snapshot)
    if ran := runs(exposure.reference.key, snapshot):
        yield "Runs", f"{listed([called(key, snapshot) for key in ran])}: what uses them depends on it"


def _last(exposure: Exposure, snapshots: Snapshots) -> Iterator[tuple[str, str]]:
    yield "Basis", basis(snapshots)
    yield "Next", _next(exposure)


def _owners(services: Numbers, snapshot: Snapshot) -> str:
    """Count services by the team to ask, and those that nobody owns."""
    owners, counts = np.unique(snapshot.n_owner[services], return_counts=True)
    by_name: Counter[str] = Counter()
    for owner, count in zip(owners.tolist(), counts.tolist(), strict=True):
        if owner >= 0:
            by_name[snapshot.n_name[owner]] += count
    without = len(services) - by_name.total()
    return f"{ranked(by_name) + '; ' if by_name else ''}without owner {without:,}"


def _next(exposure: Exposure) -> str:
    first = next((row["key"] for row in exposure.rows if row["kind"] == "service"), "")
    commands = [f"graphkit why {shlex.quote(shown(first))}"] if first else []
    commands += ["graphkit unresolved"] if len(exposure.unknown) else []
    return " | ".join([*commands, "graphkit coverage"])


class _View:
    """How people see the rows: only what a table asks for is worked out."""

    def __init__(self, exposure: Exposure, groups: Mapping[int, str]) -> None:
        self.exposure = exposure
        self.groups = groups

    @cached_property
    def _headings(self) -> dict[str, str]:
        seeds = self.exposure.found.seed.tolist()
        pairs = zip(self.exposure.rows, seeds, strict=True)
        return {row["key"]: self.groups[seed] for row, seed in pairs}

    def columns(self) -> tuple[Column, ...]:
        shared = (
            Column("SERVICE", lambda row: shown(row["name"])),
            Column("CRIT", lambda row: row["criticality"] or "-"),
            Column("OWNER", lambda row: owner_of(row, self.exposure.snapshot)),
            Column("SINCE", lambda row: row["since"] or "unknown"),
            Column("HOPS", lambda row: str(row["hops"])),
            Column("THROUGH", lambda row: through(*self._proven(row))),
        )
        if any(row["certainty"] == "possible" for row in self.exposure.rows):
            return (Column("CERTAINTY", lambda row: row["certainty"]), *shared)
        return shared

    def under(self, row: Mapping[str, Any]) -> str:
        return stated(*self._proven(row))

    def _proven(self, row: Mapping[str, Any]) -> tuple[Mapping[str, Any], Proof]:
        chains, proof = self.exposure.instead
        known = chains.get(row["key"])
        return ({"witness": known}, proof) if known else (row, self.exposure.proof)

    def group(self, row: Mapping[str, Any]) -> str:
        return self._headings[row["key"]]

    @property
    def contiguous(self) -> bool:
        """Tell whether the rows that are shown come heading by heading: else each would be repeated."""
        found, snapshot = self.exposure.found, self.exposure.snapshot
        services = snapshot.n_kind[found.nodes] == NODE_CODES["service"]
        order = {heading: number for number, heading in enumerate(sorted(set(self.groups.values())))}
        if self._folds_packages and PACKAGES in order:
            services &= ~np.isin(found.seed, [seed for seed, said in self.groups.items() if said == PACKAGES])
        numbers = np.zeros(snapshot.nodes, np.int64)
        for seed, heading in self.groups.items():
            numbers[seed] = order[heading]
        shown_as = numbers[found.seed[services]]
        return bool(np.count_nonzero(np.diff(shown_as)) == len(np.unique(shown_as)) - 1)

    def folded(self, row: Mapping[str, Any]) -> bool:
        return row["kind"] != "service" or (self._folds_packages and self.group(row) == PACKAGES)

    @cached_property
    def _folds_packages(self) -> bool:
        return len(set(self.groups.values())) > 1
