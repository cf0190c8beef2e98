"""Rows about nodes: the columns that blast-radius and depends-on share, made in one pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphkit.model import CRITICALITIES
from graphkit.querying.reach import measure
from graphkit.snapshot import NODE_NAMES

if TYPE_CHECKING:
    from graphkit.querying.proof import Proof
    from graphkit.querying.reach import Numbers, Tree
    from graphkit.snapshot import Ints, Snapshot


class Found(NamedTuple):
    """Nodes that an answer has rows for, in the order of the rows, with what is known of their chains."""

    nodes: Ints
    certain: np.ndarray[Any, Any]
    hops: Numbers
    distance: Numbers
    since: Numbers
    edge: Ints
    seed: Ints


def in_order(snapshot: Snapshot, certain: tuple[Tree, Ints], possible: tuple[Tree, Ints]) -> Found:
    """Put the nodes of two trees in the order of rows: hops, distance, kind, key."""
    parts = []
    for (tree, nodes), sure in ((certain, True), (possible, False)):
        sums = measure(snapshot, tree) if len(nodes) else None
        zeros = np.zeros(snapshot.nodes, np.int32)
        columns = (sums.hops, sums.since, sums.seed) if sums else (zeros, zeros, zeros)
        hops, since, seed = (column[nodes] for column in columns)
        parts.append(
            (nodes, np.full(len(nodes), sure), hops, tree.depth[nodes], since, tree.edge[nodes], seed)
        )
    whole = Found(*(np.concatenate(pair) for pair in zip(*parts, strict=True)))
    order = np.lexsort((whole.nodes, whole.distance, whole.hops))  # keys begin with the kind
    return Found(*(column[order] for column in whole))


def witnesses(
    found: Found, proof: Proof, trees: tuple[Tree, Tree], *, from_root: bool = False
) -> list[list[str]]:
    """Give the witness of each row, edges numbered in the order of rows; *trees* are certain and possible."""
    sure = proof.follower(trees[0], from_root=from_root)
    nodes = found.nodes.tolist()
    if found.certain.all():
        return [sure(node) for node in nodes]
    maybe = proof.follower(trees[1], from_root=from_root)
    return [
        (sure if known else maybe)(node) for node, known in zip(nodes, found.certain.tolist(), strict=True)
    ]


def about_nodes(snapshot: Snapshot, found: Found, witnesses: list[list[str]]) -> dict[str, Sequence[object]]:
    """Give the columns that every row about a node begins with, in their order."""
    return {
        "key": snapshot.n_key.take(found.nodes),
        "kind": [NODE_NAMES[kind] for kind in snapshot.n_kind[found.nodes].tolist()],
        "name": snapshot.n_name.take(found.nodes),
        "certainty": ["certain" if sure else "possible" for sure in found.certain.tolist()],
        "hops": found.hops.tolist(),
        "distance": found.distance.tolist(),
        "witness": witnesses,
    }


def days(column: Numbers) -> list[str | None]:
    """Give day numbers as ISO dates, None for 0."""
    known = {day: dt.date.fromordinal(day).isoformat() if day else None for day in np.unique(column).tolist()}
    return [known[day] for day in column.tolist()]


def levels(snapshot: Snapshot, nodes: Ints) -> list[str | None]:
    """Give the criticality of each of *nodes*, None where it is not known."""
    named = (*CRITICALITIES, None)  # the number -1 is the last
    return [named[level] for level in snapshot.n_criticality[nodes].tolist()]


def keys_of(snapshot: Snapshot, column: Numbers) -> list[str | None]:
    """Give the keys of the nodes that *column* points to, None for -1."""
    known = {node: snapshot.n_key[node] if node >= 0 else None for node in np.unique(column).tolist()}
    return [known[node] for node in column.tolist()]


def environments(snapshot: Snapshot, found: Found) -> list[str | None]:
    """Give the environment of the first edge of each row's chain, else the node's own."""
    of_edge = np.zeros(len(found.nodes), np.int32)
    chained = found.edge >= 0
    of_edge[chained] = snapshot.e_environment[found.edge[chained]]
    codes = np.where(of_edge > 0, of_edge, snapshot.n_environment[found.nodes])
    known = {code: snapshot.texts[code] or None for code in np.unique(codes).tolist()}
    return [known[code] for code in codes.tolist()]
