"""Needs: which requirements of one owner are interchangeable, and which only show a need in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from graphkit.build.merge import EdgeId, Graph


NeedId = tuple[str, str, str, int]
"""Owner, name, environment and scope of a need."""


class Need(NamedTuple):
    """Interchangeable requirements of one owner: any *k* of its members must work."""

    owner: str
    environment: str
    name: str
    scope: int
    k: int
    optional: bool


def needs_of(graph: Graph) -> list[Need]:
    """Give the needs, ordered by owner, name, environment and scope."""
    members: dict[NeedId, list[EdgeId]] = defaultdict(list)
    for edge in graph.edges:
        if edge.qualifier and edge.kind == "REQUIRES":
            members[edge[:1] + edge[3:]].append(edge)
    needs = []
    for owner, name, environment, scope in sorted(members):
        edges = members[owner, name, environment, scope]
        props = [graph.edges[edge].props for edge in edges]
        k = min((own["k"] for own in props if isinstance(own.get("k"), int)), default=1)
        k = max(1, min(k, len({edge.target for edge in edges})))
        needs.append(Need(owner, environment, name, scope, k, all(own.get("optional") for own in props)))
    return needs


def need_numbers(graph: Graph) -> dict[NeedId, int]:
    """Give the number of every need, as `needs_of` orders them."""
    found = {edge[:1] + edge[3:] for edge in graph.edges if edge.qualifier and edge.kind == "REQUIRES"}
    return {need: number for number, need in enumerate(sorted(found))}


def evidence_of_use(identities: Collection[EdgeId]) -> set[EdgeId]:
    """Find requirements that only show a declared need in use: it reaches the same target through routes."""
    through: dict[str, set[str]] = defaultdict(set)
    for identity in identities:
        if identity.kind == "REQUIRES" and identity.source.startswith("route:"):
            through[identity.source].add(identity.target)
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for identity in identities:
        if identity.kind == "REQUIRES" and identity.qualifier and identity.target in through:
            named[identity.source, identity.environment] |= _reach(identity.target, through)
    if not named:
        return set()
    return {
        identity
        for identity in identities
        if identity.kind == "REQUIRES"
        and not identity.qualifier
        and identity.target in named.get((identity.source, identity.environment), ())
    }


def _reach(route: str, through: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    front = [route]
    while front:
        for target in through.get(front.pop(), ()):
            if target not in found:
                found.add(target)
                front.append(target)
    return found
