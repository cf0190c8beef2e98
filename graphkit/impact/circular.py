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
    choice = np.append(np.diff(starts) > k, False)
    required = (snapshot.e_kind == EDGE_CODES["REQUIRES"]) & ((snapshot.e_flags & EVIDENCE) == 0)
    owners = np.zeros(snapshot.nodes, np.bool_)
    owners[snapshot.e_source[required]] = True
    inner = required & owners[snapshot.e_target]
    chosen = np.flatnonzero(inner & choice[snapshot.e_need])
    if not len(chosen):  # most alternatives are models, which require nothing: no walk at all
        return []
    found: list[int] = []
    walk = _Walk(snapshot, starts, k, inner=np.flatnonzero(inner))
    for owner, edges in walk.returning(chosen).items():
        failed = walk.failing_with(owner)
        found += [edge for edge in edges if int(snapshot.e_target[edge]) in failed]
    return found


class _Walk:
    """Requirements between services and routes, to follow what fails when one of them does."""

    def __init__(self, snapshot: Snapshot, starts: Ints, k: NDArray[Any], *, inner: Ints) -> None:
        self._snapshot = snapshot
        self._slack = (np.diff(starts) - k).tolist()
        self._optional = snapshot.d_optional
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

    def returning(self, chosen: Ints) -> dict[int, list[int]]:
        """Give by owner those of the *chosen* edges that lead back to it: only there can both fail."""
        import networkx as nx

        graph = nx.DiGraph((source, target) for source, ends in self._onto.items() for target in ends)
        part = np.full(self._snapshot.nodes, -1, np.int64)
        for number, nodes in enumerate(nx.strongly_connected_components(graph)):
            if len(nodes) > 1:
                part[list(nodes)] = number
        source, target = self._snapshot.e_source[chosen], self._snapshot.e_target[chosen]
        ends = part[source]
        chosen = chosen[(source == target) | ((ends >= 0) & (ends == part[target]))]
        found: dict[int, list[int]] = defaultdict(list)
        for edge in chosen.tolist():
            found[int(self._snapshot.e_source[edge])].append(edge)
        return found

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
