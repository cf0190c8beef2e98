"""An oracle for impact: plain dictionaries and Kleene iteration, written from the design page alone."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from graphkit.model import EDGE_KINDS

CLASSES: Final = ("legal", "cost", "availability", "upgrade", "behaviour", "data")
LOST: Final = 4
_LEVELS: Final = {"-": 0, "watch": 1, "degraded": 2, "at_risk": 3, "lost": 4, "=": 4}
_TABLE: Final = {
    "requires route or offering": "= = = = = =",
    "requires own model": "= = at_risk = - -",
    "requires api model": "watch watch watch = watch -",
    "requires package": "= = at_risk = - -",
    "requires service": "watch watch = watch = watch",
    "serves api": "watch watch watch = = -",
    "serves own": "= = at_risk = watch -",
    "hosted by": "= = = - = =",
    "derived weights": "=a =a - = - -",
    "derived adapter": "=a =a at_risk = watch -",
    "derived distill": "=a =a - degraded - -",
    "trained on outputs": "=b - - watch - -",
    "trained on": "at_risk - - watch - -",
    "depends at run time": "= = at_risk = - -",
    "depends in development": "watch watch watch watch - -",
    "other": "- - - - - -",
}
_PLAIN: Final = {
    "HOSTED_BY": "hosted by",
    "TRAINED_ON_OUTPUTS_OF": "trained on outputs",
    "TRAINED_ON": "trained on",
}
_REQUIRED: Final = {"package": "requires package", "service": "requires service"}
_ORDER: Final = tuple(EDGE_KINDS)

Track = tuple[str, str]
Values = dict[str, dict[Track, int]]
Name = tuple[str, str]


class Arc(NamedTuple):
    """An edge: *word* is its relation or scope, *need* the name of its need, *use* a stated consumption."""

    source: str
    kind: str
    target: str
    word: str = ""
    need: str = ""
    order: int = 1
    optional: bool = False
    possible: bool = False
    use: str = ""

    @property
    def rank(self) -> tuple[str, int, str, str]:
        """Where it stands among all edges: by source, kind, target, qualifier."""
        return self.source, _ORDER.index(self.kind), self.target, self.need or self.word


class Need(NamedTuple):
    """How many members a need takes, and whether its owner can do without."""

    k: int = 1
    optional: bool = False


class World(NamedTuple):
    """A small graph: keys, edges, needs by (owner, name), and which models' weights can be had."""

    nodes: tuple[str, ...]
    arcs: tuple[Arc, ...]
    needs: Mapping[Name, Need]
    weights: Mapping[str, bool | None]


class Result(NamedTuple):
    """Severities, and *history*: those of every round."""

    values: Values
    history: tuple[Values, ...]

    def rounds(self, node: str, track: Track, level: int) -> int:
        """Give the round in which a node has at least that severity for the first time, -1: never."""
        return next((r for r, held in enumerate(self.history) if held[node][track] >= level), -1)


def kind(key: str) -> str:
    """Give the kind of a key."""
    return key.partition(":")[0]


def members(world: World, name: Name) -> list[Arc]:
    """Give the edges of a need."""
    return sorted((a for a in world.arcs if a.need and (a.source, a.need) == name), key=lambda a: a.rank)


def cell(row: str, track: Track) -> int:
    """Give the most that one cell of the table lets through."""
    word = _TABLE[row].split()[CLASSES.index(track[0])]
    if word.endswith("a"):
        return 0 if track[1] == "none" else LOST
    if word.endswith("b"):
        return LOST if track[1] == "outputs_inherit" else 1
    return _LEVELS[word]


class Oracle:
    """Impact on one world, with unknowns read one way."""

    def __init__(self, world: World, tracks: Iterable[Track], *, possible: bool) -> None:
        """Look at *world*; *possible* reads unknowns as yes."""
        self.world = world
        self.tracks = tuple(tracks)
        self.possible = possible
        self.hosted = {arc.source for arc in world.arcs if arc.kind == "HOSTED_BY"}
        self.members = {name: members(world, name) for name in sorted(world.needs)}
        self.alone = sorted((arc for arc in world.arcs if not arc.need), key=lambda a: a.rank)
        self.circular = self._circular() if possible else set[Arc]()

    def solve(self, seeds: Mapping[str, Mapping[Track, int]]) -> Result:
        """Iterate from nothing: every round takes the seeds and what the round before passed."""
        now = {n: {t: seeds.get(n, {}).get(t, 0) for t in self.tracks} for n in self.world.nodes}
        history = [now]
        while True:
            after = self._after(history[-1])
            if after == history[-1]:
                return Result(after, tuple(history))
            history.append(after)

    def passes(self, arc: Arc, track: Track, held: Values) -> int:
        """Give what passes over an edge where its target holds *held*."""
        return min(held[arc.target][track], self.cap(arc, track))

    def cap(self, arc: Arc, track: Track) -> int:
        """Give the most that passes over an edge."""
        if arc.possible and not self.possible:
            return 0
        caps = [cell(row, track) for row in self._rows(arc)]
        found = max(caps) if self.possible else min(caps)
        need = self.world.needs.get((arc.source, arc.need))
        optional = need.optional if need else arc.optional
        return min(found, 2) if optional else found

    def of_need(self, name: Name, held: Values) -> dict[Track, int]:
        """Give what a need passes to its owner."""
        return self._formula(self._held(name, held), self.world.needs[name].k)

    def bottom(self, name: Name, held: Values) -> int:
        """Give b of section 9: what a need passes at most because of how many of its members fail."""
        return self._bottom(self._held(name, held), self.world.needs[name].k)

    def first(self, name: Name) -> set[Arc]:
        """Give the k first-ordered members, ties included."""
        arcs = self.members[name]
        return _first(arcs, self.world.needs[name].k)

    def _formula(self, found: Mapping[Arc, Mapping[Track, int]], wanted: int) -> dict[Track, int]:
        """Section 9: max(min(b, worst), min(watch, the worst of the first))."""
        bottom, first = self._bottom(found, wanted), _first(list(found), wanted)
        return {
            t: max(min(bottom, max(x[t] for x in found.values())), min(1, max(found[a][t] for a in first)))
            for t in self.tracks
        }

    def _bottom(self, found: Mapping[Arc, Mapping[Track, int]], wanted: int) -> int:
        """The k-th smallest of the members' worst; a member that may be none never helps."""
        worst = sorted(LOST if self._may_miss(arc) else max(x.values()) for arc, x in found.items())
        return worst[min(max(wanted, 1), len(found)) - 1]

    def _held(self, name: Name, held: Values) -> dict[Arc, dict[Track, int]]:
        """Give x(m, c) for the members of a need, those that only its owner supports at least as without."""
        arcs, k = self.members[name], self.world.needs[name].k
        found = {arc: {t: self.passes(arc, t, held) for t in self.tracks} for arc in arcs}
        rest = [arc for arc in arcs if arc not in self.circular]
        if rest and len(rest) < len(arcs):
            without = self._formula({arc: found[arc] for arc in rest}, k)
            for arc in self.circular & set(arcs):
                found[arc] = {t: max(found[arc][t], without[t]) for t in self.tracks}
        return found

    def _may_miss(self, arc: Arc) -> bool:
        return self.possible and arc.possible

    def _after(self, held: Values) -> Values:
        after = {node: dict(levels) for node, levels in held.items()}
        for arc in self.alone:
            for track in self.tracks:
                after[arc.source][track] = max(after[arc.source][track], self.passes(arc, track, held))
        for name in self.members:
            if self.members[name]:
                for track, level in self.of_need(name, held).items():
                    after[name[0]][track] = max(after[name[0]][track], level)
        return after

    def _rows(self, arc: Arc) -> tuple[str, ...]:
        """Give the row of the table, or both where nobody knows how a model is used."""
        if arc.kind == "REQUIRES" and kind(arc.target) == "model":
            opened = arc.use in ("self_host", "distribute") if arc.use else self.world.weights[arc.target]
            both = ("requires own model", "requires api model")
            return both if opened is None else (both[0],) if opened else (both[1],)
        if arc.kind == "REQUIRES":
            return (_REQUIRED.get(kind(arc.target), "requires route or offering"),)
        if arc.kind == "SERVES":
            return ("serves api" if arc.source in self.hosted else "serves own",)
        if arc.kind == "DERIVED_FROM":
            return (f"derived {arc.word if arc.word in ('adapter', 'distill') else 'weights'}",)
        if arc.kind == "DEPENDS_ON":
            return ("depends in development" if arc.word else "depends at run time",)
        return (_PLAIN.get(arc.kind, "other"),)

    def _circular(self) -> set[Arc]:
        """Give alternatives whose target fails when the owner fails, all else standing."""
        found = set()
        for name, arcs in self.members.items():
            if len(arcs) > max(self.world.needs[name].k, 1):
                failed = self._failing_with(name[0])
                found |= {arc for arc in arcs if arc.target in failed}
        return found

    def _failing_with(self, owner: str) -> set[str]:
        failed, before = {owner}, set[str]()
        while failed != before:
            before = set(failed)
            failed |= {
                a.source for a in self.alone if a.kind == "REQUIRES" and not a.optional and a.target in before
            }
            for name, arcs in self.members.items():
                need = self.world.needs[name]
                standing = sum(arc.target not in before for arc in arcs)
                if arcs and not need.optional and standing < min(max(need.k, 1), len(arcs)):
                    failed.add(name[0])
        return failed


def _first(arcs: list[Arc], wanted: int) -> set[Arc]:
    k = min(max(wanted, 1), len(arcs))
    limit = sorted(arc.order for arc in arcs)[k - 1]
    return {arc for arc in arcs if arc.order <= limit}
