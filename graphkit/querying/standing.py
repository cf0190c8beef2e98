"""Fallbacks: which alternatives each need has, which of them stand, and which are independent."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.impact.transfer import EVIDENCE, LEVEL
from graphkit.model import id_of
from graphkit.querying.words import shown
from graphkit.snapshot import EDGE_CODES, NODE_CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from graphkit.events.scope import Ground

_SERVING: Final = ("offering", "model")
_DEEPEST: Final = 8
_UPWARDS: Final = ("SERVES", "DERIVED_FROM")
_PRODUCT_WORDS: Final = ("vendor", "parent", "base family", "host", "license")
_NO_LICENSE: Final = "license:proprietary"


class Counts(NamedTuple):
    """How many alternatives a need has beyond those it takes, how many stand, how many are independent."""

    wired: int
    surviving: int
    independent: int


class Need(NamedTuple):
    """A need with its routes opened: *members* are offerings and models in the order they are tried.

    *edges* are the requirements that name them; *k* of the members are taken.
    """

    name: str
    k: int
    members: tuple[int, ...]
    edges: tuple[int, ...]


class Member(NamedTuple):
    """One alternative: whether it stands, is independent of the primary, and what speaks against it."""

    target: int
    survives: bool
    independent: bool
    why_not: tuple[str, ...]


class Standing:
    """Answers about fallbacks in one graph; *severity* says how badly nodes may be hit (None: no event)."""

    def __init__(self, ground: Ground, severity: NDArray[np.uint8] | None = None) -> None:
        """Look at a graph as it would be under that severity."""
        self.snapshot = ground.snapshot
        self.ground = ground
        self._stands = None if severity is None else (severity < LEVEL["at_risk"]).tolist()
        self._counted: dict[tuple[int, ...], Counts] = {}
        self._ties: dict[tuple[int, int], tuple[str, ...]] = {}
        self._marks: dict[int, dict[str, set[str]]] = {}
        self._opened: dict[int, tuple[Need, ...]] = {}

    def counts(self, owner: int) -> Counts | None:
        """Give the least counts over the needs of *owner* that a model serves; None where it has none."""
        found: Counts | None = None
        for need in self.needs(owner):
            own = self._of_need(need)
            found = own if found is None else Counts(*map(min, found, own))
        return found

    def needs(self, owner: int) -> Sequence[Need]:
        """Give the needs of *owner* that offerings or models serve, those behind its routes too."""
        if owner not in self._opened:
            self._opened[owner] = tuple(self._open(owner, 0))
        return self._opened[owner]

    def members(self, need: Need) -> list[Member]:
        """Judge each member of *need*, the primary first."""
        primary = need.members[0]
        found = []
        for number, (target, edge) in enumerate(zip(need.members, need.edges, strict=True)):
            survives = self.survives(target)
            against = self._ties_of(primary, target) if number else ()
            against += self._unfit(target, edge)
            if not survives:
                against = ("hit by the event", *against)
            found.append(Member(target, survives, bool(number) and not against, against))
        return found

    def survives(self, target: int) -> bool:
        """Tell whether the event leaves *target* standing: below at_risk, whatever is unknown."""
        return self._stands is None or bool(self._stands[target])

    @cached_property
    def _columns(self) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int]]:
        s = self.snapshot
        columns = (s.e_kind, s.e_flags, s.e_target, s.e_need, s.e_order, s.n_kind)
        return tuple(column.tolist() for column in columns)

    def _open(self, owner: int, depth: int) -> Iterator[Need]:
        kinds, flags, targets, needs, orders, nodes = self._columns
        grouped: dict[int, list[tuple[int, int]]] = {}
        for edge in self.snapshot.out_edges(owner):
            if kinds[edge] != EDGE_CODES["REQUIRES"] or flags[edge] & EVIDENCE:
                continue
            if needs[edge] >= 0:
                grouped.setdefault(needs[edge], []).append((orders[edge], edge))
            elif nodes[targets[edge]] == NODE_CODES["route"]:
                if depth < _DEEPEST:
                    yield from self._behind(targets[edge], depth)
            elif nodes[targets[edge]] in _SERVING_CODES:
                yield Need("", 1, (targets[edge],), (edge,))
        for number, members in sorted(grouped.items()):
            yield from self._need(number, sorted(members), depth)

    def _behind(self, route: int, depth: int) -> Sequence[Need]:
        if route not in self._opened:
            self._opened[route] = ()  # a route that leads to itself opens nothing more
            self._opened[route] = tuple(self._open(route, depth + 1))
        return self._opened[route]

    def _need(self, number: int, members: list[tuple[int, int]], depth: int) -> Iterator[Need]:
        targets, nodes = self._columns[2], self._columns[5]
        found: dict[int, int] = {}
        for _, edge in members:
            target = targets[edge]
            if nodes[target] in _SERVING_CODES:
                found.setdefault(target, edge)
            elif nodes[target] == NODE_CODES["route"] and depth < _DEEPEST:
                for need in self._behind(target, depth):
                    for inner, own in zip(need.members, need.edges, strict=True):
                        found.setdefault(inner, own)
        if found:
            k = min(int(self.snapshot.d_k[number]), len(found))
            name = self.snapshot.texts[int(self.snapshot.d_name[number])]
            yield Need(name, max(k, 1), tuple(found), tuple(found.values()))

    def _of_need(self, need: Need) -> Counts:
        key = (need.k, *need.members, *need.edges)
        if key not in self._counted:
            spare = self.members(need)[need.k :] if len(need.members) > need.k else []
            self._counted[key] = Counts(
                len(spare), sum(one.survives for one in spare), sum(one.independent for one in spare)
            )
        return self._counted[key]

    def _ties_of(self, primary: int, other: int) -> tuple[str, ...]:
        """Say what *other* shares with *primary*; what is unknown is not shared."""
        pair = (primary, other)
        if pair not in self._ties:
            one, two = self._marks_of(primary), self._marks_of(other)
            said = []
            for word in _PRODUCT_WORDS:
                shared = sorted(one[word] & two[word])
                if shared:
                    said.append(f"shares {word} {', '.join(shown(id_of(key)) for key in shared)}")
            self._ties[pair] = tuple(said)
        return self._ties[pair]

    def _marks_of(self, node: int) -> dict[str, set[str]]:
        """Give what is known of who is behind *node*, by the word for it."""
        if node not in self._marks:
            ground, keys = self.ground, self.snapshot.n_key
            chain = self._upwards(node)
            hosts = {keys[end] for end in ground.ends("HOSTED_BY").get(node, ())}
            vendors = {keys[end] for one in chain for end in ground.ends("PUBLISHED_BY").get(one, ())}
            families = {end for one in chain for end in ground.ends("IN_FAMILY").get(one, ())}
            vendors |= {keys[end] for one in families for end in ground.ends("PUBLISHED_BY").get(one, ())}
            licenses = {keys[end] for one in chain for end in ground.ends("LICENSED_UNDER").get(one, ())}
            everybody = [end for key in vendors | hosts if (end := self.snapshot.index(key)) is not None]
            parents = {keys[end] for one in everybody for end in ground.ends("SUBSIDIARY_OF").get(one, ())}
            self._marks[node] = {
                "vendor": vendors,
                "parent": parents | (vendors if parents else set()),
                "base family": {keys[end] for end in families},
                "host": hosts,
                "license": licenses - {_NO_LICENSE},
            }
        return self._marks[node]

    def _upwards(self, node: int) -> list[int]:
        found, front = [node], [node]
        while front:
            here = front.pop()
            for kind in _UPWARDS:
                for end in self.ground.ends(kind).get(here, ()):
                    if end not in found:
                        found.append(end)
                        front.append(end)
        return found

    def _unfit(self, target: int, edge: int) -> tuple[str, ...]:
        """Say which stated requirements *target* is known not to meet, field by field."""
        wanted = self._wanted(edge)
        if not wanted:
            return ()
        limits = self._limits(target)
        if limits is None:
            return ()
        said = []
        least = _whole(wanted.get("min_context_tokens"))
        if least and limits.context is not None and limits.context < least:
            said.append(f"smaller context: {limits.context:,} of {least:,} tokens")
        abilities = wanted.get("capabilities") or ()
        said += [f"no {ability}" for ability in abilities if getattr(limits, str(ability), None) is False]
        return tuple(said)

    def _wanted(self, edge: int) -> dict[str, Any]:
        if not self.snapshot.e_props[edge]:
            return {}
        props = self.snapshot.edge_props(edge)
        return {name: props[name] for name in ("min_context_tokens", "capabilities") if props.get(name)}

    def _limits(self, target: int) -> Any:  # noqa: ANN401 - the catalogue's record, or None
        return self._offers.limits(id_of(self.snapshot.n_key[target]))

    @cached_property
    def _offers(self) -> Any:  # noqa: ANN401 - loaded when a need states what it takes
        from graphkit.catalogue.offers import Offers

        return Offers()


_SERVING_CODES: Final = tuple(NODE_CODES[kind] for kind in _SERVING)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
