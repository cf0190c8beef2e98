"""A plan laid over a graph: requirements as replacements leave them, and what these lead to."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphkit.impact.graft import Graft, Move
from graphkit.snapshot import EDGE_CODES, NODE_CODES

if TYPE_CHECKING:
    from graphkit.impact.plan import PlanFile
    from graphkit.snapshot import Snapshot

_REQUIRES: Final = EDGE_CODES["REQUIRES"]


class Rule(NamedTuple):
    """One replacement in a graph.

    *covers* maps the nodes that are replaced to how many derivations lie between them and *source*, the key
    that the plan names; *rank* tells how specific that is. *only* are the services that it holds for (None:
    everybody). *number* and *line* are its place in the plan.
    """

    number: int
    line: int
    source: str
    covers: Mapping[int, int]
    rank: int
    target: str
    only: frozenset[int] | None


class Overlaid(NamedTuple):
    """The graph as it would be, and the numbers of the replacements that hold for something in it."""

    snapshot: Snapshot
    used: frozenset[int]


def lay_over(snapshot: Snapshot, rules: Sequence[Rule], *, small: Snapshot, file: PlanFile) -> Overlaid:
    """Give *snapshot* as it would be with *rules*; *small* is a graph of what they lead to.

    A replacement holds in every requirement, those of routes included, and takes over order, need, optional,
    environment and usage. Every one looks at what is required now: what one puts in place is not replaced by
    another. A service with a replacement of its own that reaches what is replaced through a route gets a
    route of its own, for others keep theirs. Where nothing is replaced, *snapshot* itself is given.
    """
    graft = Graft(snapshot, small, file)
    used = _Rewiring(snapshot, rules, graft).run()
    return Overlaid(graft.whole(), used)


class _Rewiring:
    """Who requires what under the rules."""

    def __init__(self, snapshot: Snapshot, rules: Sequence[Rule], graft: Graft) -> None:
        self._graft = graft
        self._snapshot = snapshot
        self._rules: dict[tuple[int, int | None], list[Rule]] = defaultdict(list)
        for rule in rules:
            for who, node in product((None,) if rule.only is None else sorted(rule.only), rule.covers):
                self._rules[node, who].append(rule)
        self._apart = frozenset(node for rule in rules for node in rule.only or ())
        self._openers: dict[tuple[int, int], Rule | None] = {}
        self._private: dict[tuple[int, int], int] = {}
        self._waiting: deque[tuple[int, int, int]] = deque()
        self._used: set[int] = set()

    def run(self) -> frozenset[int]:
        for owner in self._owners():
            audience = owner if owner in self._apart else None
            moves = {edge: self._move(edge, audience) for edge in self._snapshot.out_edges(owner)}
            if any(moves.values()):
                self._graft.rewire(owner, owner, moves)
        while self._waiting:
            route, audience, private = self._waiting.popleft()
            moves = {edge: self._move(edge, audience) for edge in self._snapshot.out_edges(route)}
            self._graft.rewire(route, private, moves)
        return frozenset(self._used)

    def _owners(self) -> list[int]:
        """Give those that require something that is replaced, and the services with rules of their own."""
        covered = np.zeros(self._snapshot.nodes, np.bool_)
        covered[[node for node, _ in self._rules]] = True
        direct = (self._snapshot.e_kind == _REQUIRES) & covered[self._snapshot.e_target]
        return sorted({*np.unique(self._snapshot.e_source[direct]).tolist(), *self._apart})

    def _move(self, edge: int, audience: int | None) -> Move | None:
        """Give what an edge will lead to, and by which rule; None where it stays as it is."""
        if self._snapshot.e_kind[edge] != _REQUIRES:
            return None
        target = int(self._snapshot.e_target[edge])
        rule = self._rule(audience, target)
        if rule:
            return Move(self._graft.node(rule.target), rule.number, rule.line)
        opener = self._opener(target, audience) if audience is not None else None
        if audience is None or opener is None:
            return None
        if (target, audience) not in self._private:
            private = self._private[target, audience] = self._graft.private(target, audience)
            self._waiting.append((target, audience, private))
        return Move(self._private[target, audience], opener.number, opener.line)

    def _rule(self, audience: int | None, target: int) -> Rule | None:
        """Give the most specific rule that moves *target*: one's own, then the nearer to what is replaced."""
        own = self._rules.get((target, audience), []) if audience is not None else []
        best = min(
            own or self._rules.get((target, None), []),
            key=lambda rule: (-rule.rank, rule.covers[target], rule.source),
            default=None,
        )
        if best is None:
            return None
        self._used.add(best.number)
        return best if best.target != self._snapshot.n_key[target] else None

    def _opener(self, route: int, audience: int) -> Rule | None:
        """Give a rule by which *audience* needs apart what *route* leads to; None where there is none.

        That is a rule of its own which changes something that others keep, or the other way round.
        """
        if self._snapshot.n_kind[route] != NODE_CODES["route"]:
            return None
        place = route, audience
        if place not in self._openers:
            differing = (self._apart_from_others(target, audience) for target in self._behind(route))
            self._openers[place] = min(filter(None, differing), key=lambda r: r.source, default=None)
        return self._openers[place]

    def _apart_from_others(self, target: int, audience: int) -> Rule | None:
        own, shared = self._rule(audience, target), self._rule(None, target)
        if (own and own.target) == (shared and shared.target):
            return None
        return own or shared

    def _behind(self, route: int) -> Iterable[int]:
        """Give what a route leads to, directly or through other routes."""
        snapshot, front, seen = self._snapshot, [route], {route}
        while front:
            for edge in snapshot.out_edges(front.pop()):
                target = int(snapshot.e_target[edge])
                if snapshot.e_kind[edge] == _REQUIRES and target not in seen:
                    seen.add(target)
                    if snapshot.n_kind[target] == NODE_CODES["route"]:
                        front.append(target)
        return sorted(seen)
