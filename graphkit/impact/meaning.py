"""What the names in a plan mean in a graph: what is replaced, by what, and for which services."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.build import build
from graphkit.events.reading import BadFile, near
from graphkit.events.scope import Ground
from graphkit.model import NODE_KINDS, Evidence, Reading, Scope, edge, id_of, key, kind_of, mention
from graphkit.snapshot import EDGE_CODES, NODE_NAMES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphkit.catalogue import Catalogue
    from graphkit.config import Config
    from graphkit.impact.plan import PlanFile
    from graphkit.snapshot import Snapshot

RANKS: Final = ("vendor", "family", "model", "offering")
"""What a replacement may name, the most specific last."""

_SERVED: Final = ("offering", "model")
_SHOWN: Final = 100


class Rule(NamedTuple):
    """One replacement in a graph.

    *covers* maps what is replaced to how many derivations lie between it and what the plan names; *rank*
    tells how specific that is, *only* are the services that it holds for (None: everybody).
    """

    number: int
    line: int
    key: str
    covers: Mapping[int, int]
    rank: int
    target: str
    only: frozenset[int] | None


class Meaning(NamedTuple):
    """A plan's names in one graph.

    *scion* is a small graph of what replacements lead to, *names* maps what the plan calls models to their
    keys, *said* tells, with place, what of the plan nothing here is.
    """

    rules: tuple[Rule, ...]
    scion: Snapshot
    names: Mapping[str, str]
    said: tuple[str, ...]


class World(NamedTuple):
    """What a plan is laid over, and what is known besides."""

    snapshot: Snapshot
    catalogue: Catalogue
    config: Config


def meaning(file: PlanFile, world: World) -> Meaning:
    """Find what all names in a plan mean.

    Raises BadFile with every name that means nothing, and with replacements that contradict each other.
    """
    return _Meanings(file, world).whole()


def small_graph(ends: Iterable[str], file: PlanFile, world: World) -> Snapshot:
    """Build a graph of its own in which a service, numbered from `service:0`, requires each of *ends*."""
    claims = tuple(edge(f"service:{n}", "REQUIRES", end, Evidence()) for n, end in enumerate(ends))
    scope = Scope("plan", file.plan.id, file.name)
    return build([Reading(scope, file.digest, claims)], catalogue=world.catalogue, config=world.config)


class _Meanings:
    """The names of one plan while problems are collected."""

    def __init__(self, file: PlanFile, world: World) -> None:
        self._file = file
        self._world = world
        self._ground = Ground(world.snapshot, world.catalogue)
        self._problems: list[str] = []
        self._said: list[str] = []
        self._numbers = {name: number for number, name in enumerate(sorted(self._named()))}
        self._scion = small_graph(map(_end, self._numbers), file, world)
        self._keys = {name: self._key(name, number) for name, number in self._numbers.items()}

    def whole(self) -> Meaning:
        plan = self._file.plan
        rules = [rule for number in range(len(plan.replace)) if (rule := self._rule(number))]
        for number, price in enumerate(plan.prices):
            self._model(price.offering, ("prices", number, "offering"))
        for number, test in enumerate(plan.tested):
            self._service(test.service, ("tested", number, "service"))
            self._model(test.with_, ("tested", number, "with"))
        for name in plan.effort:
            self._service(name, ("effort", name))
        self._contradictions(rules)
        if self._problems:
            raise BadFile(self._problems)
        known = {name: found for name, found in self._keys.items() if found}
        return Meaning(tuple(rules), self._scion, known, tuple(self._said))

    def _named(self) -> set[str]:
        """Give all names of models in the plan."""
        plan = self._file.plan
        found = {one.to for one in plan.replace} | {one.from_ for one in plan.replace}
        return found | {price.offering for price in plan.prices} | {test.with_ for test in plan.tested}

    def _key(self, name: str, number: int) -> str:
        """Give the key of what *name* means, as an inventory would have it; empty where nobody knows.

        What documents say of a model of ours is known to the graph alone, so it is asked first.
        """
        snapshot = self._world.snapshot
        for found in (name, key("offering", name), key("model", name.lower())):
            node = snapshot.index(found) if kind_of(found) in _SERVED else None
            stated = node is not None and (found.startswith("offering:") or snapshot.n_scope[node] >= 0)
            if node is not None and stated and not snapshot.n_flags[node] & UNRESOLVED:
                return found
        target = _required(self._scion, number)
        if target is None or self._scion.n_flags[target] & UNRESOLVED:
            return ""
        meant = str(self._scion.n_key[target])
        return meant if kind_of(meant) in _SERVED else ""

    def _rule(self, number: int) -> Rule | None:
        one, place = self._file.plan.replace[number], ("replace", number)
        target = self._model(one.to, (*place, "to"))
        source = self._source(one.from_, (*place, "from"))
        services = [self._service(name, (*place, "only", n)) for n, name in enumerate(one.only or ())]
        if not target or not source:
            return None
        covers = self._covered(source)
        if not covers:
            self._said.append(self._place((*place, "from"), f"nothing here is {source[:_SHOWN]}"))
        only = None if one.only is None else frozenset(node for node in services if node is not None)
        line = self._file.lines.of(place)
        return Rule(number, line, source, covers, RANKS.index(kind_of(source)), target, only)

    def _source(self, name: str, place: tuple[int | str, ...]) -> str:
        """Give the key of what is replaced; empty, after saying so, where it is nothing that is known."""
        kind = kind_of(name) if ":" in name and kind_of(name) in NODE_KINDS else ""
        if kind and kind not in RANKS:
            self._problem(place, f"{name[:_SHOWN]!r}: only {', '.join(RANKS)} can be replaced")
            return ""
        wanted, bare = (kind,) if kind else RANKS, id_of(name) if kind else name
        found = sorted({known for one in wanted if (known := self._known(one, bare))})
        found = [known for known in found if id_of(known) == bare] or found  # an id before another name
        if len(found) > 1:
            self._problem(place, f"{name[:_SHOWN]!r} may mean {', '.join(found)}: give one of these keys")
            return ""
        if not found and kind in ("", *_SERVED) and (meant := self._keys[name]):
            found = [meant]
        if not found:
            self._problem(place, f"unknown {kind or 'name'} {bare[:_SHOWN]!r}{self._near(kind, bare)}")
        return found[0] if found else ""

    def _known(self, kind: str, name: str) -> str:
        """Give the key that *name* has as one of *kind*, in the graph or in the catalogue."""
        catalogue = self._world.catalogue
        group = {"family": catalogue.family, "vendor": catalogue.vendor}.get(kind)
        known = group(name) if group else None
        for found in (known.id if known else name, name, name.lower()):
            if self._world.snapshot.index(key(kind, found)) is not None:
                return key(kind, found)
        return key(kind, known.id) if known else ""

    def _near(self, kind: str, name: str) -> str:
        catalogue, snapshot = self._world.catalogue, self._world.snapshot
        families, vendors = [one.id for one in catalogue.families], [one.id for one in catalogue.vendors]
        own = {one: [id_of(k) for k in snapshot.n_key.take(snapshot.of_kind(one))] for one in _SERVED}
        return near(
            name, {"family": families, "vendor": vendors, **own}.get(kind, [*families, *own["model"]])
        )

    def _covered(self, source: str) -> dict[int, int]:
        """Give what the key *source* means: members, all that derives from them, and what serves these."""
        node, kind = self._world.snapshot.index(source), kind_of(source)
        models: Iterable[int] = ()
        served: Iterable[int] = ()
        if kind == "vendor":
            models, served = self._of_vendor(source)
        elif node is not None:
            members = self._ground.starts("IN_FAMILY").get(node, ())
            models = {"family": members, "model": [node]}.get(kind, ())
            served = [node] if kind == "offering" else ()
        found = {one: 0 for one in models if self._kind(one) == "model"}
        self._derive(found)
        offerings = dict.fromkeys(served, 0)
        for model, depth in found.items():
            for offering in self._ground.starts("SERVES").get(model, ()):
                offerings[offering] = min(depth, offerings.get(offering, depth))
        return dict(sorted((found | offerings).items()))

    def _of_vendor(self, source: str) -> tuple[list[int], list[int]]:
        """Give the models that a vendor and what belongs to it publish, and the offerings that they host."""
        ground, snapshot = self._ground, self._world.snapshot
        group = [snapshot.index(f"vendor:{name}") for name in sorted(ground.vendor_group(id_of(source)))]
        vendors = [node for node in group if node is not None]
        published = [one for node in vendors for one in ground.starts("PUBLISHED_BY").get(node, ())]
        families = [one for one in published if self._kind(one) == "family"]
        members = [one for node in families for one in ground.starts("IN_FAMILY").get(node, ())]
        hosted = [one for node in vendors for one in ground.starts("HOSTED_BY").get(node, ())]
        return [*published, *members], hosted

    def _derive(self, found: dict[int, int]) -> None:
        """Add all that derives from the models in *found*, each with the fewest steps."""
        front, depth = sorted(found), 0
        while front:
            depth += 1
            children = {one for node in front for one in self._ground.starts("DERIVED_FROM").get(node, ())}
            front = sorted(children - found.keys())
            found |= dict.fromkeys(front, depth)

    def _kind(self, node: int) -> str:
        return NODE_NAMES[int(self._world.snapshot.n_kind[node])]

    def _model(self, name: str, place: tuple[int | str, ...]) -> str:
        """Give the key of an offering or model; empty, after saying so, where nobody knows the name."""
        if not self._keys[name]:
            self._problem(place, f"nobody knows which model {name[:_SHOWN]!r} is{self._offers(name)}")
        return self._keys[name]

    def _offers(self, name: str) -> str:
        """Say what an unknown name may mean, and what settles it."""
        known = self._unresolved(name)
        keys = [str(candidate["key"]) for candidate in known.get("candidates", ())]
        maybe = f"; it may be {', '.join(keys)}" if keys else ""
        return f"{maybe}; a row in [models] of graphkit.toml can say so"

    def _unresolved(self, name: str) -> Mapping[str, Any]:
        target = _required(self._scion, self._numbers[name])
        found: Mapping[str, Any] = (
            self._scion.props(target).get("unresolved", {}) if target is not None else {}
        )
        return found

    def _service(self, name: str, place: tuple[int | str, ...]) -> int | None:
        """Find a service by its key, its id, a key that was folded into it, its name or the end of its id."""
        snapshot, bare = self._world.snapshot, name.removeprefix("service:")
        node = snapshot.index(f"service:{bare}")
        if node is not None:
            return node
        every = snapshot.of_kind("service").tolist()
        keys, names = snapshot.n_key.take(every), snapshot.n_name.take(every)
        folds = snapshot.meta.get("folds", ())
        folded = {fold["key"] for fold in folds if f"service:{bare}" in fold["folded"]}
        by_name = {one for one, said in zip(keys, names, strict=True) if said == name}
        by_end = {one for one in keys if one.endswith(f"/{bare}")}
        found = sorted((folded & set(keys)) or by_name or by_end)
        if len(found) == 1:
            return self._world.snapshot.index(found[0])
        if found:
            self._problem(place, f"{name[:_SHOWN]!r} may mean {', '.join(found)}: give one of these keys")
        else:
            close = difflib.get_close_matches(bare[:_SHOWN], [id_of(one) for one in keys], n=1)
            offer = f"; did you mean {close[0]!r}?" if close else ""
            self._problem(place, f"no service is called {name[:_SHOWN]!r}{offer}")
        return None

    def _contradictions(self, rules: list[Rule]) -> None:
        """Tell of replacements of the same thing, for the same services, by different things."""
        for later, rule in enumerate(rules):
            for first in rules[:later]:
                same = (first.only is None) == (rule.only is None)
                shared = rule.only is None or bool(rule.only & (first.only or frozenset()))
                if first.key == rule.key and same and shared and first.target != rule.target:
                    told = f"{rule.key[:_SHOWN]} is replaced by something else in line {first.line} already"
                    self._problem(("replace", rule.number), told)

    def _problem(self, place: tuple[int | str, ...], told: str) -> None:
        self._problems.append(self._place(place, told))

    def _place(self, place: tuple[int | str, ...], told: str) -> str:
        return self._file.lines.place(place, told)


def _end(name: str) -> str:
    """Make the end for a name of a model as inventories make it; keys of models and offerings stay."""
    return name if ":" in name and kind_of(name) in _SERVED else mention(name)


def _required(scion: Snapshot, number: int) -> int | None:
    """Give what the service of that number in a small graph requires, None for nothing."""
    node = scion.index(f"service:{number}")
    for edge_ in scion.out_edges(node) if node is not None else ():
        if scion.e_kind[edge_] == EDGE_CODES["REQUIRES"]:
            return int(scion.e_target[edge_])
    return None
