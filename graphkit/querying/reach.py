"""Reachability over the columns of a snapshot: which nodes, by which first edge, how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphkit.model import CARRIERS
from graphkit.snapshot import EDGE_CODES, NODE_CODES, POSSIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphkit.snapshot import Ints, Snapshot

MEMBERSHIP: Final = ("PUBLISHED_BY", "IN_FAMILY", "LICENSED_UNDER", "SUBSIDIARY_OF")
"""The kinds of edges by which a thing belongs to a vendor, a family or a license."""

GROUPS: Final = ("vendor", "family", "license", "team", "system")
"""Kinds of nodes that stand for their members."""

ORGANIZING: Final = {"team": ("OWNED_BY",), "system": ("PART_OF",)}
"""The kinds of edges by which a thing belongs to a team or a system."""

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]

_WORD: Final = 64


class Tree(NamedTuple):
    """Shortest chains between nodes and roots.

    *depth* is the number of edges of each node's chain, -1 where there is none. *edge* is the edge at the
    node's own end of its chain, -1 at roots and where there is no chain; *next* is the node behind it.
    """

    depth: NDArray[np.int32]
    edge: NDArray[np.int64]
    next: NDArray[np.int64]


class Measures(NamedTuple):
    """What is summed up along the chains of a tree.

    *edges* counts its edges, *hops* the services among their sources, *since* is the youngest day of an edge
    (0: unknown), *seed* the last node that is no group: where dependence ends and membership begins.
    """

    edges: NDArray[np.int32]
    hops: NDArray[np.int32]
    since: NDArray[np.int32]
    seed: NDArray[np.int64]


def no_groups(snapshot: Snapshot) -> Mask:
    """Tell for each node whether it stands for itself, not for members."""
    found: Mask = ~np.isin(snapshot.n_kind, [NODE_CODES[kind] for kind in GROUPS])
    return found


def of_kinds(snapshot: Snapshot, kinds: Iterable[str]) -> Mask:
    """Tell for each edge whether it is of one of *kinds*."""
    wanted = np.zeros(len(EDGE_CODES), np.bool_)
    wanted[[EDGE_CODES[kind] for kind in kinds]] = True
    found: Mask = wanted[snapshot.e_kind]
    return found


def impact_edges(snapshot: Snapshot, kind: str = "") -> Mask:
    """Tell for each edge whether a reference to a node of *kind* reaches over it.

    These are the edges that carry impact and those of membership. The latter end at vendors, families and
    licenses only, so from any other node they add nothing.
    """
    return of_kinds(snapshot, (*CARRIERS, *MEMBERSHIP, *ORGANIZING.get(kind, ())))


def certain_edges(snapshot: Snapshot, edges: Mask) -> Mask:
    """Leave of *edges* those that are not merely possible."""
    found: Mask = edges & ((snapshot.e_flags & POSSIBLE) == 0)
    return found


def toward(snapshot: Snapshot, roots: Ints, edges: Mask) -> Tree:
    """Give for each node that leads to *roots* over *edges* its chain with the fewest edges.

    Among equally short chains the first edge decides, by kind, target key and qualifier: edges are ordered
    so within their source.
    """
    depth = snapshot.depths(roots, edges=edges)
    source, target = snapshot.e_source, snapshot.e_target
    below = depth[source]
    fitting = np.flatnonzero(edges & (below > 0) & (depth[target] == below - 1))
    sources = source[fitting]
    first = np.flatnonzero(np.diff(sources, prepend=-1))
    return _tree(depth, sources[first], fitting[first], target[fitting[first]])


def onward(snapshot: Snapshot, roots: Ints, edges: Mask) -> Tree:
    """Give for each node that *roots* lead to over *edges* the chain from there with the fewest edges.

    Among equally short chains the last edge decides, by kind, source key and qualifier.
    """
    depth = _forward_depths(snapshot, roots, edges)
    source, target = snapshot.e_source, snapshot.e_target
    below = depth[target]
    fitting = np.flatnonzero(edges & (below > 0) & (depth[source] == below - 1))
    fitting = fitting[np.lexsort((fitting, source[fitting], snapshot.e_kind[fitting], target[fitting]))]
    targets = target[fitting]
    first = np.flatnonzero(np.diff(targets, prepend=-1))
    return _tree(depth, targets[first], fitting[first], source[fitting[first]])


def follow(tree: Tree, node: int, *, avoid: int = -1) -> list[int] | None:
    """Give the edges from *node* to a root of *tree*; None where there is no chain, or one over *avoid*."""
    if tree.depth[node] < 0:
        return None
    edges = []
    while tree.edge[node] >= 0:
        if node == avoid:
            return None
        edges.append(int(tree.edge[node]))
        node = int(tree.next[node])
    return None if node == avoid else edges


def measure(snapshot: Snapshot, tree: Tree) -> Measures:
    """Sum up along each chain, level by level from the roots."""
    edges = np.zeros(snapshot.nodes, np.int32)
    hops = np.zeros(snapshot.nodes, np.int32)
    since = np.zeros(snapshot.nodes, np.int32)
    seed = np.arange(snapshot.nodes, dtype=np.int64)
    service = (snapshot.n_kind == NODE_CODES["service"]).astype(np.int32)
    group = ~no_groups(snapshot)
    chained = np.flatnonzero(tree.edge >= 0)
    levels = tree.depth[chained]
    chained = chained[np.argsort(levels, kind="stable")]
    edge, behind = tree.edge[chained], tree.next[chained]
    counted, day = service[snapshot.e_source[edge]], snapshot.e_since[edge]
    begin = 0
    for end in np.cumsum(np.bincount(levels)[1:]).tolist():
        here, back = chained[begin:end], behind[begin:end]
        edges[here] = 1 + edges[back]
        hops[here] = counted[begin:end] + hops[back]
        since[here] = np.maximum(day[begin:end], since[back])
        seed[here] = np.where(group[back], here, seed[back])
        begin = end
    return Measures(edges, hops, since, seed)


def who_reaches(snapshot: Snapshot, seeds: Ints, edges: Mask) -> list[Ints]:
    """Give for each of *seeds* the services that lead to it over *edges*, ascending.

    All seeds of a word are followed at once, one bit each: O(edges x depth) for 64 of them.
    """
    services = snapshot.of_kind("service")
    chosen = np.flatnonzero(edges)
    source, target = snapshot.e_source[chosen], snapshot.e_target[chosen]
    begins = np.flatnonzero(np.diff(source, prepend=-1))
    owners = source[begins]
    found: list[Ints] = []
    for begin in range(0, len(seeds), _WORD):
        part = seeds[begin : begin + _WORD]
        bits = np.zeros(snapshot.nodes, np.uint64)
        np.bitwise_or.at(bits, part, np.uint64(1) << np.arange(len(part), dtype=np.uint64))
        _flood(bits, owners, begins, target)
        words = bits[services]
        found += [services[(words >> np.uint64(bit)) & np.uint64(1) == 1] for bit in range(len(part))]
    return found


def _flood(bits: NDArray[np.uint64], owners: Ints, begins: Ints, target: Ints) -> None:
    """Give each owner the bits of all its targets, until nothing changes."""
    if not len(begins):
        return
    while True:
        gained = bits[owners] | np.bitwise_or.reduceat(bits[target], begins)
        if np.array_equal(gained, bits[owners]):
            return
        bits[owners] = gained


def _forward_depths(snapshot: Snapshot, roots: Ints, edges: Mask) -> NDArray[np.int32]:
    depth = np.full(snapshot.nodes, -1, np.int32)
    front, level = np.unique(roots), 0
    while len(front):
        depth[front] = level
        level += 1
        found = snapshot.edges_from(front)
        targets = snapshot.e_target[found[edges[found]]]
        front = np.unique(targets[depth[targets] < 0])
    return depth


def _tree(depth: NDArray[np.int32], nodes: Numbers, edges: Numbers, behind: Numbers) -> Tree:
    edge = np.full(len(depth), -1, np.int64)
    further = np.full(len(depth), -1, np.int64)
    edge[nodes], further[nodes] = edges, behind
    return Tree(depth, edge, further)
