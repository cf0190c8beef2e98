"""The least fixpoint: severities that seeds cause everywhere, in rounds.

Round 0 holds the seeds; in round r every node takes what its requirements passed in round r - 1. Only what
may have changed is worked out again, so the rounds are those of Kleene iteration from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.impact.transfer import LEVEL, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphkit.impact.wiring import Wiring
    from graphkit.snapshot import Ints

Values = NDArray[np.uint8]
NEVER: Final = -1
_NARROW: Final = 8
_PATIENCE: Final = 64
"""So many rounds in a row with so few nodes, and they are walked one by one, without arrays."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the seeds cause.

    *value* (nodes x tracks) is the severity. *reached* (levels x nodes x tracks) is the round in which a
    node had at least that severity (index 0: watch), *broken* (levels x needs) that in which so many members
    of a need had it that the need passes it on; -1: never.
    """

    value: Values
    reached: NDArray[np.int32]
    broken: NDArray[np.int32]


def solve(wiring: Wiring, seeds: Values) -> Solution:
    """Give the least severities that hold with *seeds* (nodes x tracks, 0 to 4)."""
    return _Solver(wiring, seeds).run()


class _Solver:
    def __init__(self, wiring: Wiring, seeds: Values) -> None:
        self.wiring = wiring
        self.snapshot = wiring.snapshot
        self.value = seeds.copy()
        levels = len(SEVERITIES) - 1
        self.reached = np.full((levels, *seeds.shape), NEVER, np.int32)
        for level in range(levels):
            self.reached[level][seeds > level] = 0
        self.broken = np.full((levels, len(self.snapshot.d_k)), NEVER, np.int32)
        self.round = 0

    def run(self) -> Solution:
        changed = np.flatnonzero(self.value.any(axis=1))
        narrow = 0
        while len(changed):
            narrow = narrow + 1 if len(changed) <= _NARROW else 0
            if narrow > _PATIENCE:
                changed = self._walk(changed)
            self.round += 1
            changed = self._step(changed)
        return Solution(self.value, self.reached, self.broken)

    def _step(self, changed: Ints) -> Ints:
        """Pass on what *changed* nodes hold; give the nodes that rose."""
        edges = self.snapshot.in_edges(changed)
        passed = self._passed(edges)
        carrying = passed.any(axis=1)
        edges, passed = edges[carrying], passed[carrying]
        need = self.snapshot.e_need[edges]
        alone = need < 0
        owners, values = self.snapshot.e_source[edges[alone]], passed[alone]
        if not alone.all():
            needs = np.unique(need[~alone])
            owners = np.concatenate((owners, self.snapshot.d_owner[needs]))
            values = np.concatenate((values, self._of_needs(needs)))
        return self._raise(owners, values)

    def _walk(self, changed: Ints) -> Ints:
        """Go on node by node while few rise and no need is met; give the nodes that rose last."""
        starts, order, sources, needs, caps = self._lists
        front = changed.tolist()
        while front and len(front) <= _NARROW:
            edges = [order[place] for node in front for place in range(starts[node], starts[node + 1])]
            if any(needs[edge] >= 0 for edge in edges):
                break
            self.round += 1
            values = [self.value[self.snapshot.e_target[edge]].tolist() for edge in edges]
            risen: set[int] = set()
            for edge, held in zip(edges, values, strict=True):
                if self._lift(sources[edge], map(min, held, caps[edge])):
                    risen.add(sources[edge])
            front = sorted(risen)
        return np.array(front, np.int64)

    def _lift(self, node: int, passed: Iterable[int]) -> bool:
        risen = False
        before = self.value[node].tolist()
        for track, (old, new) in enumerate(zip(before, passed, strict=True)):
            if new > old:
                self.reached[old:new, node, track] = self.round
                self.value[node, track] = new
                risen = True
        return risen

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int], list[int], list[list[int]]]:
        starts, order = self.snapshot.into
        columns = (starts, order, self.snapshot.e_source, self.snapshot.e_need, self.wiring.caps)
        return tuple(column.tolist() for column in columns)

    def _passed(self, edges: Ints) -> Values:
        found: Values = np.minimum(self.value[self.snapshot.e_target[edges]], self.wiring.caps[edges])
        return found

    def _raise(self, owners: NDArray[Any], values: Values) -> Ints:
        if not len(owners):
            return np.zeros(0, np.int64)
        order = np.argsort(owners, kind="stable")
        begins = np.flatnonzero(np.diff(owners[order], prepend=-1))
        owners = owners[order][begins].astype(np.int64)
        values = np.maximum.reduceat(values[order], begins)
        before = self.value[owners]
        rising = (values > before).any(axis=1)
        owners, values, before = owners[rising], values[rising], before[rising]
        after = np.maximum(values, before)
        for level in range(len(self.reached)):
            where, track = np.nonzero((after > level) & (before <= level))
            self.reached[level][owners[where], track] = self.round
        self.value[owners] = after
        return owners

    def _of_needs(self, needs: Ints) -> Values:
        """Give what each of *needs* passes to its owner."""
        wiring = self.wiring
        begins, ends = wiring.starts[needs], wiring.starts[needs + 1]
        lengths = ends - begins
        offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        edges = wiring.members[np.repeat(begins - offsets, lengths) + np.arange(int(lengths.sum()))]
        held = self._passed(edges)
        slack = wiring.slack[needs]
        circular = wiring.circular[edges]
        if circular.any():
            outside = np.add.reduceat((~circular).astype(np.int64), offsets)
            # k of the members must work; without the circular ones, as many of them as there are.
            spare = np.maximum(outside - (lengths - slack), 0)
            alone = self._pass(np.where(circular[:, None], 0, held), edges, (offsets, spare))
            alone[outside == 0] = 0
            own = np.repeat(alone, lengths, axis=0)
            held = np.where(circular[:, None], np.maximum(held, own), held)
        return self._pass(held, edges, (offsets, slack), needs)

    def _pass(
        self, held: Values, edges: Ints, layout: tuple[Ints, Ints], needs: Ints | None = None
    ) -> Values:
        """Give what needs pass on whose members hold *held*: broken needs in full, others a watch at most."""
        offsets, slack = layout
        doubted = self.wiring.doubted[edges]
        if needs is None:  # circular members are left out, so that they may not exist says nothing
            doubted = doubted & ~self.wiring.circular[edges]
        worst_of_each = np.where(doubted, LEVEL["lost"], held.max(axis=1))
        bottom = np.zeros(len(offsets), np.uint8)
        for level in range(len(self.reached)):
            failing = np.add.reduceat((worst_of_each > level).astype(np.int64), offsets) > slack
            bottom += failing
            if needs is not None:
                new = needs[failing & (self.broken[level][needs] == NEVER)]
                self.broken[level][new] = self.round
        worst = np.maximum.reduceat(held, offsets)
        marked = self.wiring.leading if needs is None else self.wiring.first
        first = np.maximum.reduceat(np.where(marked[edges][:, None], held, 0), offsets)
        return np.maximum(np.minimum(bottom[:, None], worst), np.minimum(first, LEVEL["watch"]))
