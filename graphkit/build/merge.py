"""Statements into nodes and edges: one of each, the best claim's word, conflicts and folds kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.build.gather import METHOD_RANK, Statement
from graphkit.build.keys import Target, split_environment
from graphkit.build.same import Folds
from graphkit.model import CRITICALITIES, EDGE_KINDS, id_of, kind_of, split_qualified

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered
    from graphkit.build.lineage import Lineage
    from graphkit.build.names import Meanings, Names
    from graphkit.config import Config

CATALOGUE: Final = -1
"""The scope number of what the catalogue says."""

_INTERNAL: Final = (
    "declared",
    "further_images",
    "labels",
    "listed",
    "workload",
    "namespace",
    "document_time",
    "selector",
    "ports",
    "hosts",
)
_JUDGED: Final = ("criticality", "environment", "lifecycle")


class EdgeId(NamedTuple):
    """What makes two edges one; *scope* counts only inside a need, *environment* only for requirements."""

    source: str
    kind: str
    target: str
    qualifier: str
    environment: str
    scope: int


class Merged(NamedTuple):
    """The best claim for a node or an edge, properties merged, and the first day that any claim had."""

    best: Statement
    props: Mapping[str, Any]
    since: str
    possible: bool = False
    inferred: bool = False


@dataclass(slots=True)
class Graph:
    """Nodes and edges by identity, and what was noticed on the way."""

    nodes: dict[str, Merged | None] = field(default_factory=dict)
    edges: dict[EdgeId, Merged] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    folds: list[dict[str, Any]] = field(default_factory=list)
    folded: Mapping[str, str] = field(default_factory=dict)
    strays: list[tuple[int, str]] = field(default_factory=list)


def merge(gathered: Gathered, *, names: Names, lineage: Lineage, config: Config) -> Graph:
    """Make one node of all claims of it, one edge of all claims of it."""
    pile = _Pile(gathered, names, lineage)
    folds = Folds(gathered, pile.nodes, same=config.same, names=names)
    for contained in folds.contained:
        pile.edge(*contained)
    graph = Graph(strays=pile.strays)
    nodes, edges = folds.apply(pile.nodes, pile.edges)
    graph.folds, graph.folded = folds.listed, folds.chosen
    for key in sorted(nodes):
        graph.nodes[key] = _node(key, nodes[key], graph, config) if nodes[key] else None
    for identity, stated in edges.items():
        graph.edges[identity] = _edge(stated)
    _owners(graph, edges)
    for identity in graph.edges:
        graph.nodes.setdefault(identity.source, None)
        graph.nodes.setdefault(identity.target, None)
    return graph


class _Pile:
    """Statements sorted onto the nodes and edges that they are about."""

    def __init__(self, gathered: Gathered, names: Names, lineage: Lineage) -> None:
        self.nodes: dict[str, list[Statement]] = defaultdict(list)
        self.edges: dict[EdgeId, list[tuple[Statement, Target]]] = defaultdict(list)
        self.strays = [(scope, f"{claim.kind[:80]!r} is no kind of edge") for scope, claim in gathered.strays]
        self._kinds = _Kinds()
        meanings = [names.meanings(root=reading.scope.root, time=reading.time) for reading in gathered.scopes]
        for statement in gathered.statements:
            self._take(statement, meanings[statement.scope])
        for claim in lineage.claims:
            statement = Statement(claim, CATALOGUE, "", "")
            if claim.kind:
                self.edge(statement, claim.source, Target(claim.target, claim.target))
            else:
                self.nodes[claim.source].append(statement)

    def _take(self, statement: Statement, meanings: Meanings) -> None:
        claim = statement.claim
        found = meanings[claim.source]
        if not found or claim.kind == "SAME_AS":
            return
        source, kinds = found[0].key, self._kinds
        if not claim.kind:
            self.nodes[source].append(statement)
            return
        kind = EDGE_KINDS[claim.kind]
        if kinds[source] not in kind.sources:
            source = found[0].model
        for target in meanings[claim.target]:
            end = target if kinds[target.key] in kind.targets else target._replace(key=target.model)
            if kinds[source] in kind.sources and kinds[end.key] in kind.targets:
                self.edge(statement, source, end)
            else:
                told = f"{found[0].key[:200]} {claim.kind} {target.key[:200]}: these kinds do not go together"
                self.strays.append((statement.scope, told))

    def edge(self, statement: Statement, source: str, target: Target) -> None:
        """Put a statement onto the edge that it is about."""
        claim = statement.claim
        environment, scope = "", CATALOGUE
        if claim.kind == "REQUIRES":
            environment = str(claim.props.get("environment", "")) or _environment(claim.source)
            scope = statement.scope if claim.qualifier else CATALOGUE
        elif claim.kind == "DERIVED_FROM" and source == target.key:
            return
        self.edges[EdgeId(source, claim.kind, target.key, claim.qualifier, environment, scope)].append(
            (statement, target)
        )


class _Kinds(dict[str, str]):
    """Key -> kind, kept: asked a million times."""

    def __missing__(self, key: str) -> str:
        found = self[key] = kind_of(key)
        return found


def _environment(end: str) -> str:
    return split_environment(split_qualified(end)[1])[1] if "\x1f" in end else ""


def rank(statement: Statement) -> tuple[int, tuple[int, ...], int, str, str]:
    """Order claims, best first: method, document time (newest first, none last), scope, document, pointer."""
    at = statement.claim.at
    newest = (*(-ord(letter) for letter in statement.time), 1)  # a moment before the bare day it lies in
    return (
        METHOD_RANK.get(at.method, len(METHOD_RANK)),
        newest,
        statement.scope if statement.scope >= 0 else 1 << 30,
        at.document,
        at.pointer,
    )


def _node(key: str, stated: list[Statement], graph: Graph, config: Config) -> Merged:
    ordered = sorted(stated, key=rank) if len(stated) > 1 else stated
    props: dict[str, Any] = {}
    for statement in ordered:
        for name, value in statement.claim.props.items():
            if name in _INTERNAL:
                continue
            if name not in props:
                props[name] = value
            elif name in _JUDGED and props[name] != value:
                graph.conflicts.append(
                    _conflict(key, name, (str(props[name]), ordered[0]), (str(value), statement))
                )
    if key.startswith("service:"):
        named = sorted({id_of(split_qualified(statement.claim.source)[0]) for statement in stated})
        _criticality((id_of(key), key, *named), props, config)
    days = [statement.since for statement in stated if statement.since]
    return Merged(ordered[0], props, min(days, default=""))


def _criticality(names: tuple[str, ...], props: dict[str, Any], config: Config) -> None:
    """Take the word of graphkit.toml for a service or one of its tags; a level nobody knows is none."""
    for name in (*names, *(str(tag) for tag in _listed(props.get("tags")))):
        if name in config.criticality:
            props["criticality"] = config.criticality[name]
            return
    if props.get("criticality") not in (None, *CRITICALITIES):
        del props["criticality"]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _edge(stated: list[tuple[Statement, Target]]) -> Merged:
    if len(stated) == 1:
        ((best, target),) = stated
        return Merged(
            best, _doubted(best.claim.props, target), best.since, bool(target.doubt), target.inferred
        )
    stated = sorted(stated, key=lambda pair: rank(pair[0]))
    best, target = stated[0]
    props: dict[str, Any] = {}
    for statement, _ in stated:
        for name, value in statement.claim.props.items():
            props.setdefault(name, value)
    if not all(statement.claim.props.get("optional") for statement, _ in stated):
        props.pop("optional", None)  # who needs it for one purpose needs it
    since = min((statement.since for statement, _ in stated if statement.since), default="")
    possible = all(end.doubt for _, end in stated)
    return Merged(best, _doubted(props, target) if possible else props, since, possible, target.inferred)


def _doubted(props: Mapping[str, Any], target: Target) -> Mapping[str, Any]:
    return {**props, "doubt": target.doubt._asdict()} if target.doubt else props


def _owners(graph: Graph, edges: Mapping[EdgeId, list[tuple[Statement, Target]]]) -> None:
    """Leave one owner and one system to each node: the best claim's; other declared ones are conflicts."""
    found: dict[tuple[str, str], list[EdgeId]] = defaultdict(list)
    for identity in graph.edges:
        if identity.kind in ("OWNED_BY", "PART_OF"):
            found[identity.source, identity.kind].append(identity)
    for (source, kind), identities in sorted(found.items()):
        if len(identities) == 1:
            continue
        identities.sort(key=lambda identity: (min(rank(s) for s, _ in edges[identity]), identity.target))
        first = graph.edges[identities[0]].best
        for other in identities[1:]:
            what = "owner" if kind == "OWNED_BY" else "system"
            graph.conflicts.append(
                _conflict(
                    source, what, (identities[0].target, first), (other.target, graph.edges[other].best)
                )
            )
            del graph.edges[other]


def _conflict(
    key: str, what: str, kept: tuple[str, Statement], other: tuple[str, Statement]
) -> dict[str, Any]:
    return {
        "key": key,
        "property": what,
        "kept": kept[0],
        "kept_scope": kept[1].scope,
        "other": other[0],
        "other_scope": other[1].scope,
        "other_line": other[1].claim.at.line,
    }
