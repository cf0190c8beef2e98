"""Circular support: alternatives that only work while the one that falls back to them works."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.impact.transfer import EVIDENCE
from graphkit.snapshot import EDGE_CODES, OPTIONAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.snapshot import Ints, Snapshot


def circular_members(snapshot: Snapshot, starts: Ints, k: NDArray[Any]) -> list[int]:
    """Give the edges of needs with a choice whose target fails whenever the need's owner fails.

    *starts* counts the members of needs up to each need; *k* is how many each need takes.
    """
    choice = np.diff(starts) > k
    owners = set(snapshot.d_owner[choice].tolist())
    if not owners:
        return []
    found: list[int] = []
    walk = _Walk(snapshot, starts, k)
    for owner in sorted(owners & walk.cyclic(owners)):
        failed = walk.failing_with(owner)
        for edge in snapshot.out_edges(owner):
            need = int(snapshot.e_need[edge])
            if need >= 0 and choice[need] and int(snapshot.e_target[edge]) in failed:
                found.append(edge)
    return found


class _Walk:
    """Requirements between services and routes, to follow what fails when one of them does."""

    def __init__(self, snapshot: Snapshot, starts: Ints, k: NDArray[Any]) -> None:
        self._slack = (np.diff(starts) - k).tolist()
        self._optional = snapshot.d_optional
        owners = np.zeros(snapshot.nodes, np.bool_)
        required = (snapshot.e_kind == EDGE_CODES["REQUIRES"]) & ((snapshot.e_flags & EVIDENCE) == 0)
        owners[snapshot.e_source[required]] = True
        inner = np.flatnonzero(required & owners[snapshot.e_target])
        alone = (snapshot.e_flags[inner] & OPTIONAL) != 0
        self._into: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._onto: dict[int, list[int]] = defaultdict(list)
        rows = zip(
            snapshot.e_source[inner].tolist(),
            snapshot.e_target[inner].tolist(),
            snapshot.e_need[inner].tolist(),
            alone.tolist(),
            strict=True,
        )
        for source, target, need, optional in rows:
            self._onto[source].append(target)
            if not (optional if need < 0 else self._optional[need]):
                self._into[target].append((source, need))

    def cyclic(self, starts: set[int]) -> set[int]:
        """Give those of *starts* that lie on a cycle of requirements."""
        import networkx as nx

        graph = nx.DiGraph((source, target) for source, ends in self._onto.items() for target in ends)
        found: set[int] = set()
        for part in nx.strongly_connected_components(graph):
            if len(part) > 1:
                found |= part
        return found & starts

    def failing_with(self, owner: int) -> set[int]:
        """Give all that fails when *owner* does, itself included."""
        failed, front = {owner}, [owner]
        broken: dict[int, int] = defaultdict(int)
        while front:
            for source, need in self._into.get(front.pop(), ()):
                if source in failed:
                    continue
                broken[need] += need >= 0
                if need < 0 or broken[need] > self._slack[need]:
                    failed.add(source)
                    front.append(source)
        return failed
