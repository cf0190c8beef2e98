"""Needs: which requirements of one owner are interchangeable, and which only show a need in use."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from graphkit.build.merge import EdgeId, Graph


class Need(NamedTuple):
    """Interchangeable requirements of one owner: any *k* of its members must work."""

    owner: str
    environment: str
    name: str
    scope: int
    k: int
    optional: bool


def needs_of(identities: list[EdgeId], graph: Graph) -> tuple[list[Need], list[int]]:
    """Give the needs, ordered, and for each edge the number of its need; -1 for a need of its own."""
    members: dict[tuple[str, str, str, int], list[EdgeId]] = defaultdict(list)
    for identity in identities:
        if identity.kind == "REQUIRES" and identity.qualifier:
            members[identity.source, identity.environment, identity.qualifier, identity.scope].append(
                identity
            )
    numbers = {name: number for number, name in enumerate(sorted(members))}
    needs = []
    for name in numbers:
        edges = [graph.edges[identity].props for identity in members[name]]
        k = min((props["k"] for props in edges if isinstance(props.get("k"), int)), default=1)
        targets = len({identity.target for identity in members[name]})
        needs.append(Need(*name, max(1, min(k, targets)), all(props.get("optional") for props in edges)))
    of_edge = [
        numbers[e.source, e.environment, e.qualifier, e.scope] if e.kind == "REQUIRES" and e.qualifier else -1
        for e in identities
    ]
    return needs, of_edge


def evidence_of_use(identities: list[EdgeId]) -> set[EdgeId]:
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
