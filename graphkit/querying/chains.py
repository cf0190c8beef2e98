"""Chains from one place to another: the shortest for each first step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphkit.querying.reach import certain_edges, follow, onward, toward
from graphkit.snapshot import NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from graphkit.querying.reach import Mask, Tree
    from graphkit.snapshot import Ints, Snapshot

MOST: Final = 20
"""How many chains to one target are given."""


class Chain(NamedTuple):
    """Edges from a start to a target; *certain* where none of them is merely possible."""

    edges: tuple[int, ...]
    certain: bool


class Cone:
    """All that *starts* lead to."""

    def __init__(self, snapshot: Snapshot, starts: Ints, edges: Mask) -> None:
        """Walk onward from *starts* over *edges*."""
        self._snapshot = snapshot
        self._starts = [int(start) for start in starts]
        self.reached = onward(snapshot, starts, edges).depth >= 0
        self._edges = edges & self.reached[snapshot.e_source]
        self._sure = certain_edges(snapshot, self._edges)
        self._doubtful = not np.array_equal(self._sure, self._edges)

    def nodes(self, kind: str) -> list[int]:
        """Give the nodes of *kind* in the cone that are no starts, ascending."""
        found = np.flatnonzero(self.reached & (self._snapshot.n_kind == NODE_CODES[kind]))
        return [node for node in found.tolist() if node not in self._starts]

    def unresolved(self) -> list[int]:
        """Give the unresolved names in the cone, ascending."""
        found = np.flatnonzero(self.reached & ((self._snapshot.n_flags & UNRESOLVED) != 0))
        return [int(node) for node in found]

    def doubtful(self) -> Ints:
        """Give the edges in the cone that are merely possible."""
        return np.flatnonzero(self._edges & ~self._sure)

    def chains(self, targets: Ints) -> list[Chain]:
        """Give the shortest chain to *targets* for each first edge: certain ones first, then by length.

        A chain that comes back to its start is none. At most `MOST` are given.
        """
        sure = toward(self._snapshot, targets, self._sure)
        any_ = toward(self._snapshot, targets, self._edges) if self._doubtful else sure
        found = []
        for start in self._starts:
            for edge in self._snapshot.out_edges(start):
                chain = self._chain(start, edge, sure=sure, any_=any_)
                if chain:
                    found.append(chain)
        found.sort(key=lambda chain: (not chain.certain, len(chain.edges), chain.edges))
        return found[:MOST]

    def _chain(self, start: int, edge: int, *, sure: Tree, any_: Tree) -> Chain | None:
        if not self._edges[edge]:
            return None
        for tree, certain in ((sure, True), (any_, False)):
            rest = follow(tree, int(self._snapshot.e_target[edge]), avoid=start)
            if rest is not None and (self._sure[edge] or not certain):
                return Chain((edge, *rest), certain)
        return None
