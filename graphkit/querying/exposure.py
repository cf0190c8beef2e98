"""Exposure: all that reaches a reference, certain and possible, as rows with their proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphkit.querying import table
from graphkit.querying.answer import Rows
from graphkit.querying.hosting import with_hosts
from graphkit.querying.proof import Proof
from graphkit.querying.reach import (
    MEMBERSHIP,
    certain_edges,
    impact_edges,
    measure,
    no_groups,
    of_kinds,
    toward,
)
from graphkit.querying.unknowns import possible_seeds
from graphkit.snapshot import NODE_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.reach import Mask, Numbers
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot


class Instead(NamedTuple):
    """Chains that people are told in the place of witnesses: key of the row -> ids of edges in *proof*."""

    chains: Mapping[str, list[str]]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Exposure:
    """What reaches *reference*: *found* are the nodes in the order of *rows*, *proof* their edges.

    *unknown* are the unresolved names that may be what the reference means, *uses* the possible edges that
    make rows possible; *reached* is 2 for a node that is certain, 1 for a possible one. *clear* are the
    services that are not among the rows. The reference itself is in neither. Rows that end at a package,
    and elsewhere too, are told by that other chain *instead*.
    """

    reference: Reference
    snapshot: Snapshot
    found: table.Found
    rows: Rows
    proof: Proof
    unknown: Ints
    clear: Ints
    uses: Ints
    reached: Numbers
    instead: Instead


def expose(reference: Reference, snapshots: Snapshots) -> Exposure:
    """Find all that reaches *reference* over edges that carry impact or membership."""
    snapshot = with_hosts(snapshots.current, reference.kind)
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
    clear = np.flatnonzero(services)
    uses = edges & ~sure & (possible.depth[snapshot.e_target] >= 0) & (certain.depth[snapshot.e_source] < 0)
    found, instead = _without_packages(snapshot, found, (reference.roots, sure))
    reached = (certain.depth >= 0).astype(np.int8) + (possible.depth >= 0)
    return Exposure(
        reference, snapshot, found, made, proof, unknown, clear, np.flatnonzero(uses), reached, instead
    )


def _without_packages(
    snapshot: Snapshot, found: table.Found, way: tuple[Ints, Mask]
) -> tuple[table.Found, Instead]:
    """Find for what reaches the reference through a package the chain through anything else, if there is one.

    The shortest chain is often that of a package, which is folded: the model behind must not be.
    """
    package, proof = snapshot.n_kind == NODE_CODES["package"], Proof(snapshot)
    through = np.flatnonzero(found.certain & package[found.seed] & ~package[found.nodes])
    if not len(through):
        return found, Instead({}, proof)
    roots, edges = way
    others = toward(snapshot, roots, edges & ~(of_kinds(snapshot, MEMBERSHIP) & package[snapshot.e_source]))
    through = through[others.depth[found.nodes[through]] >= 0]
    nodes, seed = found.nodes[through], found.seed.copy()
    seed[through] = measure(snapshot, others).seed[nodes]
    chains = map(proof.follower(others), nodes.tolist())
    told = dict(zip(snapshot.n_key.take(nodes), chains, strict=True))
    return found._replace(seed=seed), Instead(told, proof)


def _told(snapshot: Snapshot, reference: Reference) -> Mask:
    """Tell which nodes may have a row: no groups, and not the reference itself."""
    told = no_groups(snapshot)
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
