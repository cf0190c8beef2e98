"""Requirements as a plan leaves them: members replaced, routes opened for services with own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from graphkit.impact.transfer import EVIDENCE
from graphkit.impact.usage import added
from graphkit.model import id_of
from graphkit.snapshot import EDGE_CODES, NODE_CODES, OPTIONAL, POSSIBLE

if TYPE_CHECKING:
    from graphkit.impact.meaning import Rule
    from graphkit.snapshot import Snapshot

_OF_THE_TARGET: Final = ("consumption", "region", "weight")
"""What a requirement says of the thing that it names, not of who requires it."""

_OF_THE_OWNER: Final = ("capabilities", "min_context_tokens", "purpose", "usage")


class Need(NamedTuple):
    """The need that a requirement belongs to.

    *number* is that of the snapshot, or -1 for one that the plan makes by opening a route. Where *name* is
    empty too, the requirement stands alone.
    """

    number: int = -1
    name: str = ""
    k: int = 1
    optional: bool = False


class Link(NamedTuple):
    """A requirement as it will be: like the edge *like*, but for what stands here.

    *rule* is the number of the replacement that made it, -1 where it is as documents state it. *order* may
    have several parts while routes are opened.
    """

    target: str
    like: int
    rule: int
    order: tuple[int, ...]
    flags: int
    since: int
    environment: str
    props: Mapping[str, Any]


class Group(NamedTuple):
    """Interchangeable links of one owner, or a link that stands alone."""

    need: Need
    links: tuple[Link, ...]


class Move(NamedTuple):
    """One requirement that a plan moves: whose it is, in which need, from what, to what, by which rule."""

    owner: str
    need: str
    source: str
    target: str
    rule: int


class Rewired(NamedTuple):
    """The new requirements of every owner that a plan changes, and what was moved.

    *private* are routes that the plan makes for one service, with the name that each is called by.
    """

    owners: Mapping[str, Sequence[Group]]
    moves: tuple[Move, ...]
    private: Mapping[str, str]


def rewire(snapshot: Snapshot, rules: Sequence[Rule], *, prefix: str) -> Rewired:
    """Work out the requirements of all whom *rules* change; *prefix* begins the keys of private routes.

    Every replacement looks at what is required now: what one puts in place is not replaced by another.
    """
    return _Rewiring(snapshot, rules, prefix).whole()


class _Rewiring:
    """The requirements of a graph under rules, worked out owner by owner."""

    def __init__(self, snapshot: Snapshot, rules: Sequence[Rule], prefix: str) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self._prefix = prefix
        self._chosen: dict[tuple[int | None, int], Rule | None] = {}
        self._opening: dict[tuple[int, int], int] = {}
        self._moves: list[Move] = []
        self._private: dict[str, str] = {}
        self._made: dict[str, Sequence[Group]] = {}
        self._changes = 0

    def whole(self) -> Rewired:
        for owner in self._owners():
            before = self._changes
            groups = self._groups(owner, owner if owner in self._apart else None, ())
            if self._changes > before:
                self._made[self.snapshot.n_key[owner]] = united(groups)
        return Rewired(dict(sorted(self._made.items())), tuple(self._moves), self._private)

    def _owners(self) -> list[int]:
        """Give those that require something that is replaced, and the services with rules of their own."""
        covered = np.zeros(self.snapshot.nodes, np.bool_)
        covered[[node for rule in self.rules for node in rule.covers]] = True
        kinds, targets = self.snapshot.e_kind, self.snapshot.e_target
        direct = (kinds == EDGE_CODES["REQUIRES"]) & covered[targets]
        return sorted({*np.unique(self.snapshot.e_source[direct]).tolist(), *self._apart})

    @cached_property
    def _apart(self) -> frozenset[int]:
        """The services that have rules of their own."""
        return frozenset(node for rule in self.rules for node in rule.only or ())

    def _groups(self, owner: int, audience: int | None, behind: tuple[int, ...]) -> list[Group]:
        """Give the requirements of *owner* as *audience* has them; *behind* are routes being opened."""
        found: list[Group] = []
        for need, edges in self._needs(owner):
            links: list[Link] = []
            for edge in edges:
                opener = self._opener(edge, audience)
                if opener < 0:
                    links.append(self._link(edge, audience))
                    continue
                self._changes += 1
                route = int(self.snapshot.e_target[edge])
                if route in behind or self.snapshot.e_flags[edge] & EVIDENCE:
                    continue  # a circle supports nothing, and what showed a need in use is no need
                inner = [_by(opener, group) for group in self._groups(route, audience, (*behind, route))]
                if len(edges) == 1:
                    found += self._taken_over(inner, edge, need)
                elif len(inner) == 1 and inner[0].need.k == 1:
                    links += self._spliced(inner[0], edge)
                else:
                    links.append(self._kept_together(inner, edge, (audience, opener)))
            if links:
                found.append(Group(need, tuple(links)))
        return found

    def _needs(self, owner: int) -> Iterator[tuple[Need, list[int]]]:
        """Give the needs of *owner* with their edges, then the requirements that stand alone."""
        snapshot = self.snapshot
        needs: dict[int, list[int]] = {}
        alone: list[int] = []
        for edge in snapshot.out_edges(owner):
            if snapshot.e_kind[edge] == EDGE_CODES["REQUIRES"]:
                number = int(snapshot.e_need[edge])
                (needs.setdefault(number, []) if number >= 0 else alone).append(edge)
        for number, edges in sorted(needs.items()):
            name = snapshot.texts[int(snapshot.d_name[number])]
            k, optional = int(snapshot.d_k[number]), bool(snapshot.d_optional[number])
            yield Need(number, name, k, optional), edges
        for edge in alone:
            yield Need(), [edge]

    def _link(self, edge: int, audience: int | None) -> Link:
        """Give an edge as it will be, its target replaced where a rule says so."""
        snapshot = self.snapshot
        target = int(snapshot.e_target[edge])
        key = snapshot.n_key[target]
        rule = self._rule(audience, target)
        props = snapshot.edge_props(edge)
        order, flags = (int(snapshot.e_order[edge]),), int(snapshot.e_flags[edge])
        environment = snapshot.texts[int(snapshot.e_environment[edge])]
        if rule is None or rule.target == key:
            since = int(snapshot.e_since[edge])
            return Link(key, edge, -1, order, flags, since, environment, props)
        if rule.target.startswith("offering:"):
            props = {name: value for name, value in props.items() if name not in _OF_THE_TARGET}
        owner, need = snapshot.n_key[int(snapshot.e_source[edge])], int(snapshot.e_need[edge])
        named = snapshot.texts[int(snapshot.d_name[need])] if need >= 0 else ""
        whose = owner if audience is None else snapshot.n_key[audience]
        self._changes += 1
        self._moves.append(Move(whose, named, key, rule.target, rule.number))
        return Link(rule.target, edge, rule.number, order, flags, 0, environment, props)

    def _rule(self, audience: int | None, target: int) -> Rule | None:
        """Give the most specific rule: a service's own, then the nearer to what is replaced."""
        place = (audience, target)
        if place not in self._chosen:
            held = [
                rule
                for rule in self.rules
                if target in rule.covers and (rule.only is None or audience in rule.only)
            ]
            self._chosen[place] = min(
                held, key=lambda r: (r.only is None, -r.rank, r.covers[target], r.number), default=None
            )
        return self._chosen[place]

    def _opener(self, edge: int, audience: int | None) -> int:
        """Give the first rule for which *audience* must have apart what the route behind *edge* leads to.

        That is a rule of its own which changes something there that all others keep, or the other way round.
        -1: there is none, or the edge leads to no route.
        """
        route = int(self.snapshot.e_target[edge])
        if audience is None or self.snapshot.n_kind[route] != NODE_CODES["route"]:
            return -1
        place = (route, audience)
        if place not in self._opening:
            self._opening[place] = min(self._differing(route, audience), default=-1)
        return self._opening[place]

    def _differing(self, route: int, audience: int) -> Iterator[int]:
        snapshot = self.snapshot
        front, seen = [route], {route}
        while front:
            for edge in snapshot.out_edges(front.pop()):
                target = int(snapshot.e_target[edge])
                if snapshot.e_kind[edge] != EDGE_CODES["REQUIRES"]:
                    continue
                if snapshot.n_kind[target] == NODE_CODES["route"] and target not in seen:
                    seen.add(target)
                    front.append(target)
                own, shared = self._rule(audience, target), self._rule(None, target)
                if own and own.target != (shared.target if shared else snapshot.n_key[target]):
                    yield own.number

    def _taken_over(self, inner: Sequence[Group], edge: int, need: Need) -> Iterator[Group]:
        """Give what stands behind a route as requirements of one's own, for the one that *edge* was."""
        optional = bool(self.snapshot.e_flags[edge] & OPTIONAL) or need.optional
        flag = OPTIONAL if optional else 0
        for group in inner:
            links = tuple(self._owned(link, edge) for link in self._used(group.links, edge))
            own = group.need._replace(number=-1, optional=group.need.optional or optional)
            if need.name and len(inner) == 1:  # a need of one route is the need of what stands behind it
                own = own._replace(number=need.number, name=need.name)
            if not own.name:
                own, links = Need(), tuple(link._replace(flags=link.flags | flag) for link in links)
            yield Group(own, links)

    def _spliced(self, group: Group, edge: int) -> list[Link]:
        """Give the members behind a route in its place among others, in their own order."""
        places = {order: number for number, order in enumerate(sorted({one.order for one in group.links}), 1)}
        links = (self._owned(link, edge) for link in self._used(group.links, edge))
        first = int(self.snapshot.e_order[edge])
        return [link._replace(order=(first, places[link.order])) for link in links]

    def _kept_together(self, inner: list[Group], edge: int, whose: tuple[int | None, int]) -> Link:
        """Give a link to a route of one's own: several needs, or one for several, fit in no other need."""
        audience, opener = whose
        keys, route = self.snapshot.n_key, int(self.snapshot.e_target[edge])
        key = f"{self._prefix}/{id_of(keys[audience or 0])}/{id_of(keys[route])}"
        self._private[key] = self.snapshot.n_name[route]
        self._made[key] = united(Group(group.need._replace(number=-1), group.links) for group in inner)
        return self._link(edge, None)._replace(target=key, rule=opener)

    def _used(self, links: Sequence[Link], edge: int) -> list[Link]:
        """Hand the usage of a route by one service on to the first member; that by others is not its own."""
        usage = self.snapshot.edge_props(edge).get("usage")
        alone = len(self.snapshot.in_edges(np.array([self.snapshot.e_target[edge]], np.int64))) == 1
        if not usage and alone:
            return list(links)
        first = min(links, key=lambda link: (link.order, link.target))
        found = []
        for link in links:
            props = {name: value for name, value in link.props.items() if name != "usage"}
            found.append(link._replace(props=props | {"usage": usage} if usage and link is first else props))
        return found

    def _owned(self, link: Link, edge: int) -> Link:
        """Put on a link what the edge to its route said of who requires it."""
        snapshot = self.snapshot
        outer = snapshot.edge_props(edge)
        wanted = [name for name in _OF_THE_OWNER if name != "usage"]
        props: dict[str, Any] = {name: outer[name] for name in wanted if name in outer}
        possible = int(snapshot.e_flags[edge]) & POSSIBLE
        props |= {"doubt": outer["doubt"]} if possible and "doubt" in outer else {}
        since = max(link.since, int(snapshot.e_since[edge])) if link.since else 0
        environment = snapshot.texts[int(snapshot.e_environment[edge])] or link.environment
        return link._replace(
            flags=link.flags | possible, since=since, environment=environment, props={**link.props, **props}
        )


def _by(rule: int, group: Group) -> Group:
    """Say by which replacement links are somebody's own: by theirs, else by the one that opened the route."""
    links = (link if link.rule >= 0 else link._replace(rule=rule) for link in group.links)
    return group._replace(links=tuple(links))


def united(groups: Iterable[Group]) -> list[Group]:
    """Make one link of all that came to have the same target in a need, or the same and stand alone.

    Needs that are new have names of their own.
    """
    found: list[Group] = []
    names: Counter[str] = Counter()
    alone: dict[tuple[str, str], list[Link]] = {}
    for need, links in groups:
        if not need.name:
            for link in links:
                alone.setdefault((link.target, link.environment), []).append(link)
            continue
        by_target: dict[str, list[Link]] = {}
        for link in _placed(links):
            by_target.setdefault(link.target, []).append(link)
        names[need.name] += need.number < 0
        again = need.number < 0 and names[need.name] > 1
        own = need._replace(name=f"{need.name} {names[need.name]}") if again else need
        found.append(Group(own, tuple(_one(same) for same in by_target.values())))
    return [*found, *(Group(Need(), (_one(same),)) for same in alone.values())]


def _placed(links: Sequence[Link]) -> list[Link]:
    """Give orders of several parts new numbers, where some have more parts than others."""
    parts = max(len(link.order) for link in links)
    if parts == 1:
        return list(links)
    whole = [link.order + (1,) * (parts - len(link.order)) for link in links]
    places = {order: number for number, order in enumerate(sorted(set(whole)), 1)}
    return [link._replace(order=(places[order],)) for link, order in zip(links, whole, strict=True)]


def _one(links: Sequence[Link]) -> Link:
    """Unite links: the documents' word before the plan's, the first order, all usage, a doubt of all."""
    first = min(links, key=lambda link: (link.rule >= 0, link.order, link.like))
    flags = first.flags
    for link in links:
        flags &= link.flags
    usage = added([link.props["usage"] for link in links if "usage" in link.props])
    left_out = ("usage",) if flags & POSSIBLE else ("usage", "doubt")
    props = {name: value for name, value in first.props.items() if name not in left_out}
    props |= {"usage": usage} if usage else {}
    return first._replace(order=min(link.order for link in links), flags=flags, props=props)
