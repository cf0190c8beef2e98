"""Licenses that bind: those of an artefact and of all that it derives from, against what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from graphkit.querying.reach import certain_edges, of_kinds, onward, toward, who_reaches
from graphkit.snapshot import NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphkit.querying.proof import Proof
    from graphkit.querying.reach import Mask, Numbers
    from graphkit.snapshot import Ints, Snapshot

UNKNOWN: Final = "unknown"
CLASSES: Final = (
    "permissive",
    "copyleft",
    UNKNOWN,
    "open-weights-restricted",
    "research-only",
    "proprietary",
)
"""Classes of licenses, the strictest last; what is unknown never counts as permissive."""

_UNKNOWN: Final = CLASSES.index(UNKNOWN)
_WORD: Final = 64

_OWN_DUTIES: Final = ("copyleft", "open-weights-restricted")
"""Classes in which each text has duties of its own: another license of the class does not stand in for it."""

_USE: Final = ("REQUIRES", "SERVES", "DERIVED_FROM")


class Standing(NamedTuple):
    """How one model is licensed.

    *declared* and *effective* are license nodes by key, the latter strictest first; *proven* is the one
    that the path leads to, -1 where none binds.
    """

    node: int
    declared: tuple[int, ...]
    effective: tuple[int, ...]
    cls: str
    conflict: bool
    proven: int


class Used(NamedTuple):
    """The models in use, ascending, and beside them how many unknown names and which possible edges."""

    models: Ints
    unknown: int
    uses: Ints


def in_use(snapshot: Snapshot, roots: Ints | None = None) -> Used:
    """Find the models that *roots*, else any service, route or offering, lead to, and their bases."""
    if roots is None:
        starts = [NODE_CODES[kind] for kind in ("service", "route", "offering")]
        roots = np.flatnonzero(np.isin(snapshot.n_kind, starts))
    edges = of_kinds(snapshot, _USE)
    reached = onward(snapshot, roots, edges).depth >= 0
    models = np.flatnonzero(reached & (snapshot.n_kind == NODE_CODES["model"]))
    unknown = int(np.count_nonzero(reached & ((snapshot.n_flags & UNRESOLVED) != 0)))
    doubtful = edges & ~certain_edges(snapshot, edges) & reached[snapshot.e_source]
    return Used(models, unknown, np.flatnonzero(doubtful))


def users(snapshot: Snapshot, models: Sequence[int]) -> list[list[str]]:
    """Give for each of *models* the keys of the services that lead to it, sorted."""
    every = snapshot.of_kind("service")
    keys = np.array(snapshot.n_key.take(every), np.object_)  # indexed as a whole: the lists may be long
    reached = who_reaches(snapshot, np.array(models, np.int64), of_kinds(snapshot, _USE))
    return [keys[np.searchsorted(every, services)].tolist() for services in reached]


class Licensing:
    """The licenses of all models of a snapshot.

    A declared license that contradicts what binds is a claim of its publisher: it binds nothing, neither
    the artefact nor what derives from it. Behind a circle of derivations, where each claim may contradict
    the other, only what the catalogue contradicts is left out, so that the strictest stays.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Work out which declared licenses contradict, and what binds where."""
        self.snapshot = snapshot
        self._models = snapshot.of_kind("model")
        self._derived = of_kinds(snapshot, ("DERIVED_FROM",))
        self._licensed = _licensed(snapshot)
        self._declared = self._licensed & ~_of_catalogue(snapshot)
        held = self._licensed & ~self._declared
        self._classes = _classes(snapshot, np.unique(snapshot.e_target[self._licensed]))
        self._own = _by_source(snapshot, held)
        self._claims = _by_source(snapshot, self._declared)
        self._in_family = {*snapshot.e_source[of_kinds(snapshot, ("IN_FAMILY",))].tolist()}
        # First against what the catalogue knows, then against what is left of the claims about bases too.
        false = self._contradicting(held)
        self._conflicts = self._contradicting(held | self._without(false))
        self._held = held | self._without(false | (self._conflicts - _circular(snapshot)))
        self._binding = _Binding(snapshot, self._models, self._held)
        self._lacking = self._without_license()

    def standing(self, model: int) -> Standing:
        """Say how *model* is licensed."""
        claims, (own, above) = self._claims.get(model, ()), self._binding.of(model)
        contradicted = claims if model in self._conflicts else ()
        bound = sorted({*own, *above}, key=lambda name: (-self.rank(name), name))
        ranks = [self.rank(name) for name in bound] or [_UNKNOWN]
        ranks += [_UNKNOWN] if model in self._lacking else []
        proven = min(
            bound,
            key=lambda name: (-self.rank(name), name in contradicted, name not in own, name),
            default=-1,
        )
        return Standing(model, claims, tuple(bound), CLASSES[max(ranks)], bool(contradicted), proven)

    def rank(self, name: int) -> int:
        """Give the place of a license's class among `CLASSES`."""
        return self._classes[name]

    def strictness(self, standing: Standing) -> int:
        """Give the place of a model's class among `CLASSES`."""
        return CLASSES.index(standing.cls)

    def prover(self, proof: Proof) -> Callable[[Standing], list[str]]:
        """Make the function that gives a model's path: the ids of the edges down to the license it proves."""
        followers: dict[int, Callable[[int], list[str]]] = {}
        snapshot, edges = self.snapshot, self._held | self._derived

        def prove(standing: Standing) -> list[str]:
            node, name = standing.node, standing.proven
            direct = [edge for edge in snapshot.out_edges(node) if snapshot.e_target[edge] == name]
            direct = [edge for edge in direct if self._held[edge]]
            if direct or name < 0:
                return proof.name(direct[:1])
            if name not in followers:
                followers[name] = proof.follower(toward(snapshot, np.array([name], np.int64), edges))
            return followers[name](node)

        return prove

    def _contradicting(self, held: Mask) -> frozenset[int]:
        """Find the models whose declared licenses contradict those that bind by the edges *held*."""
        binding = _Binding(self.snapshot, self._models, held)
        found = set()
        for model in self._claims:
            if self._contradicts(model, binding.of(model)[1]):
                found.add(model)
        return frozenset(found)

    def _contradicts(self, model: int, inherited: tuple[int, ...]) -> bool:
        """Tell whether what *model* declares leaves out a license that binds it and is stricter.

        Within a class of own duties any other license of a base counts; but not for a release of the root
        vendor's own, who may license as it likes. Where a declared text is unknown nothing can be told.
        """
        declared = self._claims[model]
        if any(self.rank(name) == _UNKNOWN for name in declared):
            return False
        top = max(self.rank(name) for name in declared)
        alike = CLASSES[top] in _OWN_DUTIES and model not in self._in_family
        stricter = top if alike else top + 1
        return any(
            name not in declared and self.rank(name) != _UNKNOWN and self.rank(name) >= least
            for names, least in ((inherited, stricter), (self._own.get(model, ()), top + 1))
            for name in names
        )

    def _without(self, models: frozenset[int]) -> Mask:
        """Leave of the declared edges those of other models than *models*."""
        dropped = np.zeros(self.snapshot.nodes, np.bool_)
        dropped[sorted(models)] = True
        found: Mask = self._declared & ~dropped[self.snapshot.e_source]
        return found

    def _without_license(self) -> frozenset[int]:
        """Find the models that derive from one, or are one, of which neither license nor base is known."""
        known = np.ones(self.snapshot.nodes, np.bool_)
        known[self._models] = False
        known[self.snapshot.e_source[self._licensed | self._derived]] = True
        depth = self.snapshot.depths(np.flatnonzero(~known), edges=self._derived)
        return frozenset(np.flatnonzero(depth >= 0).tolist())


class _Binding:
    """Which licenses bind each of *models* by the edges *held*: its own, and those of its bases.

    All licenses of a word are followed at once, one bit each: O(derivations x depth) for 64 of them.
    """

    def __init__(self, snapshot: Snapshot, models: Ints, held: Mask) -> None:
        self._models = models
        self._words: list[tuple[list[int], Numbers, Numbers]] = []
        derived = np.flatnonzero(of_kinds(snapshot, ("DERIVED_FROM",)))
        sources, targets = snapshot.e_source[derived], snapshot.e_target[derived]
        begins = np.flatnonzero(np.diff(sources, prepend=-1))
        holders = list(_grouped(snapshot.e_target[held], snapshot.e_source[held]).items())
        for begin in range(0, len(holders), _WORD):
            part = holders[begin : begin + _WORD]
            own = np.zeros(snapshot.nodes, np.uint64)
            for bit, (_, nodes) in enumerate(part):
                own[nodes] |= np.uint64(1 << bit)
            above = _spread(own, sources[begins], (begins, targets))
            self._words.append(([name for name, _ in part], own[models], above[models]))

    def of(self, model: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give the licenses of *model* itself and those of its bases, both ascending."""
        place = int(np.searchsorted(self._models, model))
        own, above = (
            tuple(
                name
                for word in self._words
                for bit, name in enumerate(word[0])
                if int(word[column][place]) >> bit & 1
            )
            for column in (1, 2)
        )
        return own, above


def _spread(own: Numbers, owners: Numbers, bases: tuple[Ints, Numbers]) -> Numbers:
    """Give each of *owners* the bits of its bases and of theirs; *bases* are begins and targets of edges."""
    above = np.zeros_like(own)
    begins, targets = bases
    while len(begins):
        gained = np.bitwise_or.reduceat(own[targets] | above[targets], begins)
        if np.array_equal(gained, above[owners]):
            break
        above[owners] = gained
    return above


def _licensed(snapshot: Snapshot) -> Mask:
    models = snapshot.n_kind[snapshot.e_source] == NODE_CODES["model"]
    found: Mask = of_kinds(snapshot, ("LICENSED_UNDER",)) & models
    return found


def _circular(snapshot: Snapshot) -> frozenset[int]:
    """Find the nodes that derive from themselves, and all that derives from them."""
    derived = of_kinds(snapshot, ("DERIVED_FROM",))
    sources, targets = snapshot.e_source[derived], snapshot.e_target[derived]
    while True:
        kept = np.isin(targets, sources)  # a base without a base of its own is in no circle
        if kept.all():
            return frozenset(sources.tolist())
        sources, targets = sources[kept], targets[kept]


def _of_catalogue(snapshot: Snapshot) -> Mask:
    codes = np.unique(snapshot.e_qualifier)
    wanted = [code for code in codes.tolist() if snapshot.texts[code] == "catalogue"]
    found: Mask = np.isin(snapshot.e_qualifier, wanted)
    return found


def _classes(snapshot: Snapshot, licenses: Ints) -> dict[int, int]:
    """Give the place among `CLASSES` of each license; a class that nobody knows is unknown."""
    named = {node: snapshot.props(node).get("license_class") for node in licenses.tolist()}
    return {node: CLASSES.index(cls if cls in CLASSES else UNKNOWN) for node, cls in named.items()}


def _by_source(snapshot: Snapshot, edges: Mask) -> dict[int, tuple[int, ...]]:
    """Give the targets of each source of *edges*, both ascending, each once."""
    grouped = _grouped(snapshot.e_source[edges], snapshot.e_target[edges])
    return {source: tuple(dict.fromkeys(targets.tolist())) for source, targets in grouped.items()}


def _grouped(keys: Numbers, values: Numbers) -> dict[int, Any]:
    """Give for each of *keys*, ascending, its *values*, ascending."""
    order = np.lexsort((values, keys))
    found, begins = np.unique(keys[order], return_index=True)
    parts: Sequence[Numbers] = np.split(values[order], begins[1:]) if len(found) else ()
    return dict(zip(found.tolist(), parts, strict=True))
