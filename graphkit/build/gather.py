"""All claims of all readings in one defined order, with what later steps look up in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graphkit.model import (
    EDGE_KINDS,
    ENDPOINT,
    METHODS,
    NAME,
    Claim,
    Reading,
    Scope,
    kind_of,
    parse_mention,
    split_qualified,
)

_SELF_HOSTED: Final = "offering:self-hosted/"
_DEFINING: Final = ("", "REQUIRES")
METHOD_RANK: Final[Mapping[str, int]] = {method: rank for rank, method in enumerate(METHODS)}


class Statement(NamedTuple):
    """A claim with the scope (by number) that states it, the day since when, and the document's time."""

    claim: Claim
    scope: int
    since: str
    time: str


class Workload(NamedTuple):
    """What runs in a cluster: its name there, the end and the root that state it, and what is said of it."""

    name: str
    end: str
    root: str
    props: Mapping[str, Any]


@dataclass(slots=True)
class Gathered:
    """Statements ordered by scope, and indices over them."""

    scopes: list[Reading] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    strays: list[tuple[int, Claim]] = field(default_factory=list)
    qualifiers: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    declared: dict[str, str] = field(default_factory=dict)
    based: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    included: dict[tuple[str, str], str] = field(default_factory=dict)
    same: list[tuple[str, str]] = field(default_factory=list)
    routes: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    endpoints: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    workloads: dict[str, list[Workload]] = field(default_factory=lambda: defaultdict(list))
    served: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    images: list[Statement] = field(default_factory=list)
    listed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    described: set[str] = field(default_factory=set)


def gather(readings: Iterable[Reading]) -> Gathered:
    """Put the claims of *readings* in the order of their scopes and index them."""
    found = Gathered()
    for number, reading in enumerate(sorted(readings, key=lambda reading: reading.scope)):
        found.scopes.append(_without_claims(reading))
        since = reading.since or ("",) * len(reading.claims)
        for claim, day in zip(reading.claims, since, strict=True):
            if claim.kind and claim.kind not in EDGE_KINDS:
                found.strays.append((number, claim))
                continue
            found.statements.append(Statement(claim, number, day, reading.time))
            if claim.kind not in ("OWNED_BY", "PART_OF"):
                _index(found, claim, reading.scope)
            if not claim.kind and claim.props.get("image") and kind_of(claim.source) == "service":
                found.images.append(found.statements[-1])
    return found


def _without_claims(reading: Reading) -> Reading:
    return Reading(reading.scope, reading.digest, (), reading.skipped, reading.complete, reading.time)


def _index(found: Gathered, claim: Claim, scope: Scope) -> None:
    _index_qualifiers(found, claim, scope)
    source, kind = claim.source, claim.kind
    if kind in _DEFINING and source.startswith("route:"):
        key, qualifier = split_qualified(source)
        found.routes[key].add((scope.root if qualifier else "", qualifier))
        if kind and "*" in key:
            found.members[source].append(claim.target)
    elif kind == "SERVES" and source.startswith(_SELF_HOSTED):
        workload, _, served = source.removeprefix(_SELF_HOSTED).partition("/")
        found.served[workload][served] = source
    elif kind in ("DERIVED_FROM", "PUBLISHED_BY") and kind_of(source) == NAME:
        name = parse_mention(source).name.casefold()
        found.based[name] = "DERIVED_FROM" if "DERIVED_FROM" in (kind, found.based.get(name)) else kind
    elif kind == "SAME_AS" and source.startswith("route:"):
        found.included[scope.root, split_qualified(claim.target)[1]] = split_qualified(source)[1]
    elif kind == "SAME_AS":
        found.same.append((source, claim.target))
    elif kind == "REQUIRES" and source in found.listed and kind_of(claim.target) == NAME:
        found.listed[source].add(parse_mention(claim.target).base_url)
    elif not kind:
        _index_node(found, claim, scope.root)


def _index_qualifiers(found: Gathered, claim: Claim, scope: Scope) -> None:
    for end in (claim.source, claim.target):
        if end.startswith(("service:", "team:", "system:")) and "\x1f" in end:
            key, qualifier = split_qualified(end)
            found.qualifiers[scope.importer][key].add(qualifier)


def _index_node(found: Gathered, claim: Claim, root: str) -> None:
    kind = kind_of(claim.source)
    if kind == NAME and claim.props.get("declared"):
        name = parse_mention(claim.source).name
        found.declared[name.casefold()] = min(name, found.declared.get(name.casefold(), name))
    elif kind == ENDPOINT:
        found.endpoints[claim.source].append(claim.props)
    elif kind == "service" and claim.props.get("listed"):
        found.listed.setdefault(claim.source, set())
    elif kind == "service":
        _index_service(found, claim, root)


def _index_service(found: Gathered, claim: Claim, root: str) -> None:
    found.described.add(split_qualified(claim.source)[0])
    if claim.props.get("workload"):
        namespace = str(claim.props.get("namespace", "")) or "default"
        name = str(claim.props["workload"])
        found.workloads[namespace].append(Workload(name, claim.source, root, claim.props))
