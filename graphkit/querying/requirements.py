"""Requirements: all that a reference leads to, as rows with their proof and as an answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphkit.querying import table
from graphkit.querying.answer import Answer, Column, Rows
from graphkit.querying.basis import basis, limits
from graphkit.querying.proof import Proof
from graphkit.querying.reach import certain_edges, impact_edges, onward
from graphkit.querying.reasons import starts
from graphkit.querying.telling import called, stated
from graphkit.querying.words import counted, listed, shown
from graphkit.snapshot import UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.reach import Mask
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot


@dataclass(frozen=True, slots=True)
class Requirements:
    """What *reference* leads to, with *unknown* unresolved names, over the possible edges *uses* too."""

    reference: Reference
    snapshot: Snapshot
    rows: Rows
    proof: Proof
    unknown: int
    uses: Ints
    reached: Mask


def require(reference: Reference, snapshots: Snapshots) -> Requirements:
    """Find all that *reference* (a team's or system's members) leads to."""
    snapshot = snapshots.current
    edges = impact_edges(snapshot)
    sure = certain_edges(snapshot, edges)
    roots = starts(reference)
    certain = onward(snapshot, roots, sure)
    possible = certain if np.array_equal(sure, edges) else onward(snapshot, roots, edges)
    held = certain.depth > 0
    found = table.in_order(
        snapshot,
        (certain, np.flatnonzero(held)),
        (possible, np.flatnonzero((possible.depth > 0) & ~held)),
    )
    proof = Proof(snapshot)
    witnesses = table.witnesses(found, proof, (certain, possible), from_root=True)
    made = Rows(table.about_nodes(snapshot, found, witnesses))
    unknown = int(np.count_nonzero(snapshot.n_flags[found.nodes] & UNRESOLVED))
    uses = np.flatnonzero(edges & ~sure & (possible.depth[snapshot.e_source] >= 0))
    return Requirements(reference, snapshot, made, proof, unknown, uses, possible.depth >= 0)


def tell(found: Requirements, snapshots: Snapshots) -> Answer:
    """Put what was found into words and numbers."""
    bounds = limits(snapshots, names=found.unknown, uses=found.uses, reached=found.reached)
    kinds = dict(sorted(Counter(row["kind"] for row in found.rows).items()))
    sentence = _headline(found, kinds)
    return Answer(
        query="depends-on",
        params={"ref": found.reference.key},
        frame=snapshots.frame,
        rows=found.rows,
        because=found.proof,
        summary={"by_kind": kinds},
        warnings=bounds.warnings,
        complete=bounds.complete,
        headline=bounds.after(sentence),
        notes=(*_ends(found), *bounds.notes, ("Basis", basis(snapshots))),
        columns=_columns(found),
        under=lambda row: stated({"witness": row["witness"][-1:]}, found.proof),
    )


def _headline(found: Requirements, kinds: Mapping[str, int]) -> str:
    name = shown(found.reference.name or found.reference.key)
    if kinds:
        return f"{name} needs {', '.join(counted(count, kind) for kind, count in kinds.items())}."
    edges = int(np.count_nonzero(np.isin(found.snapshot.e_source, starts(found.reference))))
    return f"{name} needs nothing that is known: {counted(edges, 'edge')} of it, none leads on."


def _ends(found: Requirements) -> list[tuple[str, str]]:
    """List the vendors and licenses that everything ends at."""
    notes = []
    for label, kind in (("Vendors", "vendor"), ("Licenses", "license")):
        names = [row["name"] for row in found.rows if row["kind"] == kind]
        if names:
            notes.append((label, listed(names)))
    return notes


def _columns(found: Requirements) -> tuple[Column, ...]:
    shared = (
        Column("KIND", lambda row: row["kind"]),
        Column("NAME", lambda row: shown(row["name"])),
        Column("EDGES", lambda row: str(row["distance"])),
        Column(
            "NEEDED BY", lambda row: called(found.proof.edge(row["witness"][-1])["source"], found.snapshot)
        ),
    )
    if any(row["certainty"] == "possible" for row in found.rows):
        return (Column("CERTAINTY", lambda row: row["certainty"]), *shared)
    return shared
