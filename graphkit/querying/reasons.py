"""Reasons: chains from one thing to vendors or to a reference, as rows and as text."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.querying.basis import basis, doubt_of, limits
from graphkit.querying.chains import Cone
from graphkit.querying.hosting import unknown_hosts, with_hosts
from graphkit.querying.proof import Proof
from graphkit.querying.reach import ORGANIZING, impact_edges
from graphkit.querying.telling import called, sentence, source
from graphkit.querying.unknowns import possible_seeds
from graphkit.querying.words import counted, listed, plural, shown
from graphkit.snapshot import NODE_CODES, NODE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.basis import Limits
    from graphkit.querying.chains import Chain
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why *about* depends on what its *rows* name; *origin* is the one thing asked for, if any.

    *limits* are what may be behind the unresolved names and the possible edges that *about* leads to.
    """

    about: Reference
    origin: Reference | None
    snapshot: Snapshot
    rows: list[dict[str, Any]]
    proof: Proof
    limits: Limits


def reasons(about: Reference, origin: Reference | None, snapshots: Snapshots) -> Reasons:
    """Find the chains from *about* (a team's or system's members) to *origin*, else to every vendor.

    Chains to unresolved names are possible ones: to *origin* where the name may be meant by it.
    """
    kind = origin.kind if origin else ""
    snapshot = with_hosts(snapshots.current, kind)
    cone = Cone(snapshot, starts(about), impact_edges(snapshot, kind))
    rows = _Rows(Proof(snapshot, line_of=snapshots.line_of))
    if origin:
        rows.add(origin.key, origin.name, cone.chains(origin.roots), certain=True)
        rows.add(origin.key, origin.name, cone.chains(possible_seeds(origin, snapshots)), certain=False)
    else:
        for certain, nodes in ((True, cone.nodes("vendor")), (False, cone.unresolved())):
            for node in nodes:
                chains = cone.chains(np.array([node], np.int64))
                rows.add(snapshot.n_key[node], snapshot.n_name[node], chains, certain=certain)
    made = sorted(rows.rows, key=lambda row: row["certainty"] != "certain") if origin else rows.rows
    hosts = unknown_hosts(origin, snapshot) if origin else ()
    unknown, uses = len(cone.unresolved()), cone.doubtful()
    bounds = limits(snapshots, names=unknown, uses=uses, reached=cone.reached, more=hosts)
    return Reasons(about, origin, snapshot, made, rows.proof, bounds)


def starts(about: Reference) -> Ints:
    """Give where chains begin: the members of a team or system, else the node itself."""
    return about.seeds if about.kind in ORGANIZING else about.roots


class _Rows:
    """Rows made of chains, edges numbered as they come."""

    def __init__(self, proof: Proof) -> None:
        self.rows: list[dict[str, Any]] = []
        self.proof = proof
        self._snapshot = proof.snapshot
        self._seen: set[tuple[str, tuple[int, ...]]] = set()

    def add(self, key: str, name: str, chains: list[Chain], *, certain: bool) -> None:
        snapshot = self._snapshot
        for chain in chains:
            if (key, chain.edges) in self._seen:
                continue
            self._seen.add((key, chain.edges))
            sources = snapshot.n_kind[snapshot.e_source[list(chain.edges)]]
            nodes = [int(snapshot.e_source[chain.edges[0]]), *snapshot.e_target[list(chain.edges)].tolist()]
            self.rows.append(
                {
                    "key": key,
                    "kind": key.partition(":")[0],
                    "name": name,
                    "certainty": "certain" if certain and chain.certain else "possible",
                    "hops": int(np.count_nonzero(sources == NODE_CODES["service"])),
                    "distance": len(chain.edges),
                    "witness": self.proof.name(chain.edges),
                    "chain": " > ".join(called(snapshot.n_key[node], snapshot) for node in nodes),
                }
            )


def reasons_text(found: Reasons, snapshots: Snapshots) -> str:
    """Tell the chains as sentences, an edge a line with its place, importer and confidence.

    Where everything is asked for, the first chain to each vendor is told and the others are counted.
    """
    lines = list(found.limits.after(headline(found)))
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        groups.setdefault(row["key"], []).append(row)
    for key, rows in groups.items():
        told = rows if found.origin else rows[:1]
        lines += ["", _title(rows[0], found)]
        for row in told:
            lines += _chain(row, found, numbered=len(told) > 1)
        if more := len(rows) - len(told):
            command = f"graphkit why {shlex.quote(shown(found.about.key))} --from {shlex.quote(shown(key))}"
            lines.append(f"  and {counted(more, 'more chain')}: {command}")
    notes = [f"{label}  {told}" for label, told in found.limits.notes]
    return "\n".join([*lines, "", *notes, f"Basis  {basis(snapshots)}"]) + "\n"


def headline(found: Reasons) -> str:
    """Say in a sentence what the thing depends on; where on nothing, what was searched."""
    name = called(found.about.key, found.snapshot)
    certain = {row["key"]: row["name"] for row in found.rows if row["certainty"] == "certain"}
    if found.origin is None:
        if certain:
            return f"{name} depends on {counted(len(certain), 'vendor')}: {listed(list(certain.values()))}."
        return f"{name} leads to no vendor for certain. {_searched(found)}"
    other = shown(found.origin.name or found.origin.key)
    if certain:
        return f"{name} depends on {other}: {counted(len(found.rows), 'chain')}."
    maybe = f"; {counted(len(found.rows), 'chain')} may lead to it" if found.rows else ""
    return f"{name} does not depend on {other} for certain{maybe}. {_searched(found)}"


def _searched(found: Reasons) -> str:
    """Count what the thing leads to, kind by kind."""
    cone = Cone(found.snapshot, starts(found.about), impact_edges(found.snapshot))
    counts = np.bincount(found.snapshot.n_kind[cone.reached], minlength=len(NODE_NAMES))
    said = [
        counted(int(count), kind) for kind, count in zip(NODE_NAMES, counts.tolist(), strict=True) if count
    ]
    return f"Searched: {', '.join(said) or 'nothing'}."


def _title(row: Mapping[str, Any], found: Reasons) -> str:
    """Name what a chain ends at; where that is only possible, say what is not known."""
    if row["certainty"] == "certain":
        return shown(row["name"])
    doubts = [doubt_of(found.snapshot, edge) for edge in found.proof.numbers(row["witness"])]
    why = next((doubt["why"] for doubt in doubts if doubt), "a name that nobody could identify")
    return f"{shown(row['name'])} (possible: {shown(why, longest=300)})"


def _chain(row: Mapping[str, Any], found: Reasons, *, numbered: bool) -> Iterator[str]:
    if numbered:
        yield f"  {row['certainty']}, {row['distance']} {plural(row['distance'], 'edge')}"
    edges = [found.proof.edge(name) for name in row["witness"]]
    for edge in edges:
        yield f"  {'  ' if numbered else ''}{sentence(edge, found.snapshot)} ({source(edge)})"
