"""Exposure: all that reaches a reference, certain and possible, as rows with their proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphkit.querying import table
from graphkit.querying.answer import Rows
from graphkit.querying.proof import Proof
from graphkit.querying.reach import GROUPS, certain_edges, impact_edges, toward
from graphkit.querying.unknowns import possible_seeds
from graphkit.snapshot import NODE_CODES

if TYPE_CHECKING:
    from graphkit.querying.answer import Snapshots
    from graphkit.querying.reach import Mask
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot


@dataclass(frozen=True, slots=True)
class Exposure:
    """What reaches *reference*: *found* are the nodes in the order of *rows*, *proof* their edges.

    *unknown* are the unresolved names that may be what the reference means; *clear* are the services that
    are not among the rows. The reference itself is in neither.
    """

    reference: Reference
    snapshot: Snapshot
    found: table.Found
    rows: Rows
    proof: Proof
    unknown: Ints
    clear: Ints


def expose(reference: Reference, snapshots: Snapshots) -> Exposure:
    """Find all that reaches *reference* over edges that carry impact or membership."""
    snapshot = snapshots.current
    edges = impact_edges(snapshot, reference.kind)
    sure = certain_edges(snapshot, edges)
    certain = toward(snapshot, reference.roots, sure)
    unknown = possible_seeds(reference, snapshots)
    possible = certain
    if len(unknown) or not np.array_equal(sure, edges):
        possible = toward(snapshot, np.concatenate((reference.roots, unknown)), edges)
    told = _told(snapshot, reference)
    held = told & (certain.depth >= 0)
    found = table.in_order(
        snapshot,
        (certain, np.flatnonzero(held)),
        (possible, np.flatnonzero(told & (possible.depth >= 0) & ~held)),
    )
    proof = Proof(snapshot)
    made = _rows(snapshot, found, table.witnesses(found, proof, (certain, possible)))
    services = told & (snapshot.n_kind == NODE_CODES["service"])
    services[found.nodes] = False
    return Exposure(reference, snapshot, found, made, proof, unknown, np.flatnonzero(services))


def _told(snapshot: Snapshot, reference: Reference) -> Mask:
    """Tell which nodes may have a row: no groups, and not the reference itself."""
    told = ~np.isin(snapshot.n_kind, [NODE_CODES[kind] for kind in GROUPS])
    told[reference.roots] = False
    return told


def _rows(snapshot: Snapshot, found: table.Found, witnesses: list[list[str]]) -> Rows:
    nodes = found.nodes
    return Rows(
        table.about_nodes(snapshot, found, witnesses)
        | {
            "owner": table.keys_of(snapshot, snapshot.n_owner[nodes]),
            "system": table.keys_of(snapshot, snapshot.n_system[nodes]),
            "criticality": table.levels(snapshot, nodes),
            "environment": table.environments(snapshot, found),
            "since": table.days(found.since),
        }
    )
