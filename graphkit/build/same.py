"""Same things: nodes that are declared to be one, folded by union-find, each fold listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from graphkit.model import NAME, kind_of

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered, Statement
    from graphkit.build.keys import Target
    from graphkit.build.merge import EdgeId
    from graphkit.build.names import Names

DECLARED: Final = "declared to be the same"
"""Why nodes are folded that a document or graphkit.toml calls one."""

_FIRST = {"user": 0, "catalogue": 1}
_BACKSTAGE = 2
_OTHER = 3


class Folds:
    """Which keys are one, and which of them stands for all."""

    def __init__(
        self,
        gathered: Gathered,
        nodes: Mapping[str, list[Statement]],
        *,
        same: Iterable[tuple[str, ...]],
        names: Names,
    ) -> None:
        """Unite what SAME_AS claims and graphkit.toml say is one."""
        self._parent: dict[str, str] = {}
        self._nodes = nodes
        self._importers = [reading.scope.importer for reading in gathered.scopes]
        meanings = names.meanings()
        for source, target in sorted(gathered.same):
            if kind_of(source) != NAME or kind_of(target) != NAME:
                self._unite(_first(meanings[source]), _first(meanings[target]))
        for keys in same:
            if kind_of(keys[0]) not in ("model", "offering"):
                for other in keys[1:]:
                    self._unite(keys[0], other)
        self.chosen = self._representatives()
        self.listed = [*self._declared(), *self._equal_names()]

    def apply(
        self, nodes: Mapping[str, list[Statement]], edges: Mapping[EdgeId, list[tuple[Statement, Target]]]
    ) -> tuple[Mapping[str, list[Statement]], Mapping[EdgeId, list[tuple[Statement, Target]]]]:
        """Put the representative in the place of every folded key."""
        if not self.chosen:
            return nodes, edges
        folded: dict[str, list[Statement]] = defaultdict(list)
        for key, stated in nodes.items():
            folded[self.chosen.get(key, key)] += stated
        moved: dict[EdgeId, list[tuple[Statement, Target]]] = defaultdict(list)
        for identity, pairs in edges.items():
            source = self.chosen.get(identity.source, identity.source)
            target = self.chosen.get(identity.target, identity.target)
            moved[identity._replace(source=source, target=target)] += pairs
        return folded, moved

    def _find(self, key: str) -> str:
        while self._parent.setdefault(key, key) != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def _unite(self, one: str, other: str) -> None:
        if one and other and kind_of(one) == kind_of(other):
            first, second = sorted((self._find(one), self._find(other)))
            self._parent[second] = first

    def _representatives(self) -> dict[str, str]:
        groups: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            groups[self._find(key)].append(key)
        chosen: dict[str, str] = {}
        for keys in groups.values():
            best = min(keys, key=lambda key: (self._standing(key), key))
            chosen |= {key: best for key in keys if key != best}
        return chosen

    def _standing(self, key: str) -> int:
        ranks = [_OTHER]
        for statement in self._nodes.get(key, ()):
            importer = self._importers[statement.scope] if statement.scope >= 0 else ""
            ranks.append(
                _FIRST.get(statement.claim.at.method, _BACKSTAGE if importer == "backstage" else _OTHER)
            )
        return min(ranks)

    def _declared(self) -> list[dict[str, Any]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for key, best in self.chosen.items():
            groups[best].append(key)
        return [
            {"key": best, "folded": sorted(keys), "why": DECLARED} for best, keys in sorted(groups.items())
        ]

    def _equal_names(self) -> list[dict[str, Any]]:
        found = []
        for key in sorted(self._nodes):
            stated = self._nodes[key]
            if len(stated) > 1 and key.startswith("service:"):
                ends = sorted({(self._importers[s.scope], s.claim.source) for s in stated if s.scope >= 0})
                if len(ends) > 1:
                    names = [
                        f"{importer}: {end.partition(':')[2].replace(chr(31), ' in ')}"
                        for importer, end in ends
                    ]
                    found.append({"key": key, "folded": names, "why": "equal names"})
        return found


def _first(targets: tuple[Target, ...]) -> str:
    return targets[0].key if targets else ""
