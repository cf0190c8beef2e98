"""A merged graph into the columns of a snapshot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.build.hosting import hosts_of
from graphkit.build.needs import evidence_of_use, need_numbers, needs_of
from graphkit.build.same import DECLARED
from graphkit.model import CRITICALITIES, METHODS, NODE_KINDS, kind_of
from graphkit.snapshot import (
    EDGE_CODES,
    NODE_CODES,
    OPTIONAL,
    POSSIBLE,
    STUB,
    UNRESOLVED,
    Column,
    Snapshot,
    Strings,
)

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered
    from graphkit.build.merge import Graph, Merged
    from graphkit.build.names import Names

EVIDENCE: Final = 4
_NODE_COLUMNS: Final = ("name", "criticality", "environment")
EDGE_TYPES: Final[tuple[tuple[str, Any], ...]] = (
    ("e_source", np.int32),
    ("e_kind", np.uint8),
    ("e_target", np.int32),
    ("e_qualifier", np.int32),
    ("e_environment", np.int32),
    ("", np.int32),  # the scope of the need: it only orders
    ("e_flags", np.uint8),
    ("e_need", np.int32),
    ("e_order", np.int32),
    ("e_since", np.int32),
    ("e_props", None),
    ("e_scope", np.int32),
    ("e_document", np.int32),
    ("e_pointer", None),
    ("e_line", np.int32),
    ("e_method", np.uint8),
    ("e_confidence", np.int16),
)
_JOINED: Final = 0.8
_NO_EVIDENCE: Final = (-2, 0, "", 0, 0, 0)
_MAX_ORDER: Final = 1_000_000
_EDGE_COLUMNS: Final = ("order", "optional", "environment")
_METHOD_CODES: Final = {method: code for code, method in enumerate(METHODS)}


class Codes:
    """Texts that repeat, as numbers."""

    def __init__(self, known: Iterable[str] = ("",)) -> None:
        """Begin with *known*, numbered from 0."""
        self._numbers = {text: number for number, text in enumerate(known)}

    def __call__(self, text: str) -> int:
        """Give the number of *text*, a new one where it has none."""
        return self._numbers.setdefault(text, len(self._numbers))

    def strings(self) -> Strings:
        """Give the texts by number."""
        return Strings.of(self._numbers)


def to_snapshot(graph: Graph, gathered: Gathered, *, names: Names) -> Snapshot:
    """Order nodes by key and edges by (source, kind, target, qualifier), and lay them out in columns."""
    keys = sorted(key for key in graph.nodes if kind_of(key) in NODE_KINDS)
    numbers = {key: number for number, key in enumerate(keys)}
    texts = Codes()
    columns = (
        _nodes(keys, graph, names, texts) | _edges(graph, numbers, texts) | _needs(graph, numbers, texts)
    )
    columns |= relations(columns, len(keys))
    columns["texts"] = texts.strings()
    more = {"hosts": hosts_of(graph, names), "doubtful": _doubtful_services(graph, names)}
    return Snapshot(_meta(graph, gathered) | more, columns)


def _nodes(keys: list[str], graph: Graph, names: Names, texts: Codes) -> dict[str, Column]:
    merged = [graph.nodes[key] for key in keys]
    flags = [
        (STUB if found is None else 0) | (UNRESOLVED if key in names.unresolved else 0)
        for key, found in zip(keys, merged, strict=True)
    ]
    props = [dict(found.props) if found else {} for found in merged]
    for key, own in zip(keys, props, strict=True):
        if key in names.unresolved:
            own["unresolved"] = names.unresolved[key]
    ends = [kind_of(key) for key in keys]
    columns: dict[str, Column] = {
        "n_key": Strings.of(keys),
        "n_kind": np.array([NODE_CODES[kind] for kind in ends], np.uint8),
        "n_flags": np.array(flags, np.uint8),
        "n_name": Strings.of(_shown(own.get("name"), key) for key, own in zip(keys, props, strict=True)),
        "n_criticality": np.array([_level(own.get("criticality")) for own in props], np.int8),
        "n_environment": np.array([texts(str(own.get("environment", ""))) for own in props], np.int32),
        "n_props": Strings.of(_json(own, _NODE_COLUMNS) for own in props),
        "n_since": np.array([_day(found.since if found else "") for found in merged], np.int32),
    }
    return columns | _evidence(merged, texts)


def _edges(graph: Graph, numbers: Mapping[str, int], texts: Codes) -> dict[str, Column]:
    """Make one row an edge in one pass, for millions of them lie scattered in memory; then sort columns."""
    only_use, needs = evidence_of_use(graph.edges), need_numbers(graph)
    rows = [
        (
            numbers[edge.source],
            EDGE_CODES[edge.kind],
            numbers[edge.target],
            texts(edge.qualifier),
            texts(edge.environment),
            edge.scope,
            _flags(found) | (EVIDENCE if only_use and edge in only_use else 0),
            needs[edge[:1] + edge[3:]] if edge.qualifier and edge.kind == "REQUIRES" else -1,
            _order(found.props.get("order")),
            _day(found.since),
            _json(found.props, _EDGE_COLUMNS),
            *_stated(found, texts),
        )
        for edge, found in graph.edges.items()
    ]
    return sorted_columns(list(zip(*rows, strict=True)) if rows else [()] * len(EDGE_TYPES), texts)


def sorted_columns(rows: Sequence[Sequence[Any]], texts: Codes) -> dict[str, Column]:
    """Lay out edges, given column by column, by (source, kind, target, qualifier), environment and scope."""
    known = texts.strings()[:]
    rank = np.empty(len(known), np.int32)
    rank[sorted(range(len(known)), key=known.__getitem__)] = np.arange(len(known), dtype=np.int32)
    source, kind, target, qualifier, environment, scope = (np.array(column, np.int32) for column in rows[:6])
    order = np.lexsort((scope, rank[environment], rank[qualifier], target, kind, source))
    columns: dict[str, Column] = {}
    for (name, dtype), values in zip(EDGE_TYPES, rows, strict=True):
        if dtype is None:
            columns[name] = Strings.of([values[number] for number in order.tolist()])
        elif name:
            columns[name] = np.array(values, dtype)[order]
    return columns


def _flags(found: Merged) -> int:
    return (OPTIONAL if found.props.get("optional") else 0) | (POSSIBLE if found.possible else 0)


def _evidence(merged: Sequence[Merged | None], texts: Codes) -> dict[str, Column]:
    """Lay out where the winning claims of nodes stand; scope -1 is the catalogue, -2 no claim at all."""
    rows = [_NO_EVIDENCE if found is None else _stated(found, texts) for found in merged]
    scopes, documents, pointers, lines, methods, confidences = zip(*rows, strict=True) if rows else ((),) * 6
    return {
        "n_scope": np.array(scopes, np.int32),
        "n_document": np.array(documents, np.int32),
        "n_pointer": Strings.of(pointers),
        "n_line": np.array(lines, np.int32),
        "n_method": np.array(methods, np.uint8),
        "n_confidence": np.array(confidences, np.int16),
    }


def _stated(found: Merged, texts: Codes) -> tuple[int, int, str, int, int, int]:
    """Give scope, document, pointer, line, method and confidence in thousandths; a join is never sure."""
    (pointer, line, method, confidence, document), scope = found.best.claim.at, found.best.scope
    if found.inferred and method != "catalogue":
        method, confidence = "inferred", min(confidence, _JOINED)
    code = _METHOD_CODES.get(method, _METHOD_CODES["inferred"])
    return scope, texts(document), pointer, line or 0, code, round(1000 * confidence)


def _needs(graph: Graph, numbers: Mapping[str, int], texts: Codes) -> dict[str, Column]:
    needs = needs_of(graph)
    return {
        "d_owner": np.array([numbers[need.owner] for need in needs], np.int32),
        "d_name": np.array([texts(need.name) for need in needs], np.int32),
        "d_environment": np.array([texts(need.environment) for need in needs], np.int32),
        "d_scope": np.array([need.scope for need in needs], np.int32),
        "d_k": np.array([need.k for need in needs], np.int32),
        "d_optional": np.array([need.optional for need in needs], np.bool_),
    }


def relations(columns: Mapping[str, Column], nodes: int) -> dict[str, Column]:
    """Give owner and system of each node as node numbers, -1 for none."""
    found: dict[str, Column] = {}
    for name, kind in (("n_owner", "OWNED_BY"), ("n_system", "PART_OF")):
        column = np.full(nodes, -1, np.int32)
        chosen = np.flatnonzero(np.asarray(columns["e_kind"]) == EDGE_CODES[kind])
        column[np.asarray(columns["e_source"])[chosen]] = np.asarray(columns["e_target"])[chosen]
        found[name] = column
    return found


def _meta(graph: Graph, gathered: Gathered) -> dict[str, Any]:
    scopes = [
        {
            "importer": r.scope.importer,
            "root": r.scope.root,
            "path": r.scope.path,
            "digest": r.digest,
            "time": r.time,
            "complete": r.complete,
        }
        for r in gathered.scopes
    ]
    skipped = [[number, *row] for number, reading in enumerate(gathered.scopes) for row in reading.skipped]
    skipped += [[number, "W-STRAY", message, "", None, None] for number, message in sorted(graph.strays)]
    conflicts = sorted(
        graph.conflicts, key=lambda row: (row["key"], row["property"], row["kept"], row["other"])
    )
    return {"scopes": scopes, "skipped": skipped, "conflicts": conflicts, "folds": graph.folds}


def _doubtful_services(graph: Graph, names: Names) -> dict[str, list[str]]:
    """Give services known by a name alone -> those of that name elsewhere, unless declared the same."""
    settled = {key for row in graph.folds if row["why"] == DECLARED for key in (row["key"], *row["folded"])}
    found = {
        key: [one for one in others if one in graph.nodes]
        for key, others in names.services.in_doubt.items()
        if key in graph.nodes and key not in settled
    }
    return {key: others for key, others in found.items() if others}


def _shown(name: object, key: str) -> str:
    return name if isinstance(name, str) and name else key.partition(":")[2]


def _json(props: Mapping[str, Any], columns: tuple[str, ...]) -> str:
    rest = {name: value for name, value in props.items() if name not in columns} if props else {}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else ""


def _level(criticality: object) -> int:
    """Give the number of a criticality from 0, the worst; -1 where it is not known."""
    return CRITICALITIES.index(str(criticality)) if criticality in CRITICALITIES else -1


def _order(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MAX_ORDER else 1


@lru_cache(maxsize=4096)
def _day(text: str) -> int:
    """Give the number of a day as `date.toordinal` does; 0 where there is none or it is no date."""
    try:
        return dt.date.fromisoformat(text[:10]).toordinal() if text else 0
    except ValueError:
        return 0
