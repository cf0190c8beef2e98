"""Same things: nodes that are declared to be one, folded by union-find, each fold listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from graphkit.build.images import images
from graphkit.build.keys import DEFAULT, Target
from graphkit.model import NAME, edge, id_of, kind_of, split_qualified

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered, Statement
    from graphkit.build.images import Image
    from graphkit.build.merge import EdgeId
    from graphkit.build.names import Meanings, Names

DECLARED: Final = "declared to be the same"
"""Why nodes are folded that a document or graphkit.toml calls one."""

IMAGE: Final = "the workload runs the image that the bill of materials describes"
"""Why a workload and the subject of a bill are folded."""

_CONTAINED: Final = 0.9

_FIRST = {"user": 0, "catalogue": 1}
_BACKSTAGE = 2
_OTHER = 3
_BILL = 4


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
        self._imaged: set[str] = set()
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
        self.contained: list[tuple[Statement, str, Target]] = []
        """What workloads contain without being it: a statement, the workload, and what a bill describes."""
        for image in images(gathered):
            self._take(image, meanings)
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

    def _take(self, image: Image, meanings: Meanings) -> None:
        """Make what a bill describes one with the one workload that runs it; several contain it each."""
        described = sorted({self._find(_first(meanings[one.claim.source])) for one in image.described})
        run = {self._find(_first(meanings[one.claim.source])) for one in image.run}
        if len(run) == 1:
            for key in described:
                self._unite(key, *run)
                self._imaged.add(key)
            self._imaged |= run
        for one in (*image.beside, *(image.run if len(run) > 1 else ())):
            at = one.claim.at._replace(method="inferred", confidence=_CONTAINED)
            source = _first(meanings[one.claim.source])
            for key in described:
                claim = edge(one.claim.source, "REQUIRES", key, at, purpose="image")
                self.contained.append((one._replace(claim=claim), source, Target(key, key)))

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
        ranks = []
        for statement in self._nodes.get(key, ()):
            importer = self._importers[statement.scope] if statement.scope >= 0 else ""
            other = {"backstage": _BACKSTAGE, "cyclonedx": _BILL}.get(importer, _OTHER)
            ranks.append(_FIRST.get(statement.claim.at.method, other))
        return min(ranks, default=_OTHER)

    def _declared(self) -> list[dict[str, Any]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for key, best in self.chosen.items():
            groups[best].append(key)
        return [
            {"key": best, "folded": sorted(keys), "why": IMAGE if self._imaged & {*keys} else DECLARED}
            for best, keys in sorted(groups.items())
        ]

    def _equal_names(self) -> list[dict[str, Any]]:
        found = []
        for key in sorted(self._nodes):
            stated = self._nodes[key]
            if len(stated) > 1 and key.startswith("service:"):
                ends = sorted({(self._importers[s.scope], s.claim.source) for s in stated if s.scope >= 0})
                if len(ends) > 1:
                    names = [f"{importer}: {_place(end)}" for importer, end in ends]
                    found.append({"key": key, "folded": names, "why": "equal names"})
        return found


def _place(end: str) -> str:
    """Say what an end names, with its namespace where that says something."""
    bare, qualifier = split_qualified(end)
    return f"{id_of(bare)} in {qualifier}" if qualifier not in ("", DEFAULT) else id_of(bare)


def _first(targets: tuple[Target, ...]) -> str:
    return targets[0].key if targets else ""
