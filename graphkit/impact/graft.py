"""New nodes and requirements put into the columns of a graph that is built already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from graphkit.build.columns import EDGE_TYPES, Codes, relations, sorted_columns
from graphkit.impact.usage import added
from graphkit.model import METHODS, id_of
from graphkit.snapshot import EDGE_CODES, POSSIBLE, Snapshot, Strings

if TYPE_CHECKING:
    from graphkit.impact.plan import PlanFile
    from graphkit.snapshot import Column, Ints

_OF_THE_TARGET: Final = ("consumption", "region", "weight")
"""What a requirement says of the thing that it names, not of who requires it."""

_TEXTS: Final = ("n_environment", "n_document", "e_qualifier", "e_environment", "e_document")
"""Columns that hold numbers of texts."""

_REQUIRES: Final = EDGE_CODES["REQUIRES"]
_CERTAIN: Final = 1_000  # in thousandths

Row = dict[str, Any]
"""An edge or a node by its columns; an edge has under "" the scope that its need has."""


class Move(NamedTuple):
    """Where a requirement leads instead, and by which replacement: its place in the plan."""

    target: int
    number: int
    line: int


class Graft:
    """A graph while requirements in it change.

    Nodes, texts and needs of the graph keep their numbers, new ones follow; `whole` puts all in order.
    """

    def __init__(self, snapshot: Snapshot, small: Snapshot, file: PlanFile) -> None:
        """Take what is new from *small*, a graph that holds it with all that it leads to."""
        self._snapshot = snapshot
        self._small = small
        self._file = file
        self._texts = Codes(snapshot.texts[:])
        self._nodes: list[Row] = []
        self._needs: list[Row] = []
        self._edges: list[Row] = []
        self._numbers: dict[str, int] = {}
        self._need_of: dict[tuple[int, int], int] = {}
        self._rewired: set[int] = set()
        self._copies: dict[str, list[str]] = {}

    def node(self, key: str) -> int:
        """Give the number of a node of the graph, or of one that is taken over with all it leads to."""
        known = self._numbers.get(key, self._snapshot.index(key))
        if known is not None:
            return known
        place = self._small.index(key)
        if place is None:
            raise KeyError(key)
        row = self._row(self._small, place, "n_")
        number = self._new(row | {"n_scope": self._scope(row["n_scope"])})
        for edge in self._small.out_edges(place):
            target = self.node(self._small.n_key[int(self._small.e_target[edge])])
            own = self._row(self._small, edge, "e_") | {"": -1, "e_source": number, "e_target": target}
            self._edges.append(own | {"e_scope": self._scope(own["e_scope"])})
        return number

    def private(self, route: int, service: int) -> int:
        """Make a route like *route*, for one service alone, which as yet requires nothing."""
        keys = self._snapshot.n_key
        row = self._row(self._snapshot, route, "n_")
        row["n_key"] = f"route:{self._file.plan.id}/{id_of(keys[service])}/{id_of(keys[route])}"
        row["n_name"] = f"{row['n_name']} for {self._snapshot.n_name[service]}"
        self._copies.setdefault(keys[route], []).append(row["n_key"])
        return self._new(row)

    def rewire(self, like: int, owner: int, moves: Mapping[int, Move | None]) -> None:
        """Give *owner* the edges of *like*, all in *moves*, with those that move in their new places.

        Where these are two nodes, *owner* is a private copy: usage that others may have caused is no more
        than theirs.
        """
        if like == owner:
            self._rewired.add(owner)
        shared = like != owner and len(self._snapshot.in_edges(np.array([like]))) > 1
        found: dict[tuple[int, ...], list[tuple[bool, Row]]] = {}
        for edge, move in moves.items():
            row = self._edge(edge, owner)
            if shared:
                row["e_props"] = _without(row["e_props"], ("usage",))
            if move:
                row = self._moved(row, move)
            same = tuple(
                int(row[name]) for name in ("e_kind", "e_target", "e_qualifier", "e_environment", "")
            )
            found.setdefault(same, []).append((move is not None, row))
        self._edges += [_one(rows) for rows in found.values()]

    def whole(self) -> Snapshot:
        """Give the graph with all that was changed; the graph itself where nothing was."""
        if not self._edges:
            return self._snapshot
        nodes, place = self._node_columns()
        needs, need = self._need_columns(place)
        edges = self._edge_columns(place, need)
        needs["d_k"] = np.minimum(needs["d_k"], np.maximum(_distinct(edges, len(need)), 1)).astype(np.int32)
        columns = {**nodes, **needs, **edges, "texts": self._texts.strings()}
        return Snapshot(self._meta(), columns | relations(columns, len(place)))

    def _new(self, row: Row) -> int:
        number = self._snapshot.nodes + len(self._nodes)
        self._numbers[row["n_key"]] = number
        self._nodes.append(row)
        return number

    def _row(self, snapshot: Snapshot, place: int, prefix: str) -> Row:
        """Read a row out of the columns of *snapshot*, with texts by their numbers here."""
        row = {name: column[place] for name, column in snapshot.columns.items() if name.startswith(prefix)}
        if snapshot is not self._snapshot:
            row |= {name: self._texts(snapshot.texts[int(row[name])]) for name in _TEXTS if name in row}
        return row

    def _scope(self, scope: int) -> int:
        """Give the number of the plan's scope for what a document states; that of the catalogue stays."""
        return len(self._snapshot.meta["scopes"]) if scope >= 0 else int(scope)

    def _edge(self, edge: int, owner: int) -> Row:
        row = self._row(self._snapshot, edge, "e_") | {"e_source": owner}
        need = int(row["e_need"])
        row[""] = int(self._snapshot.d_scope[need]) if need >= 0 else -1
        if need >= 0 and owner != self._snapshot.d_owner[need]:
            row["e_need"] = self._need(need, owner)
        return row

    def _need(self, need: int, owner: int) -> int:
        """Give the number of a need like *need* of another owner."""
        if (need, owner) not in self._need_of:
            self._need_of[need, owner] = len(self._snapshot.d_k) + len(self._needs)
            self._needs.append(self._row(self._snapshot, need, "d_") | {"d_owner": owner})
        return self._need_of[need, owner]

    def _moved(self, row: Row, move: Move) -> Row:
        """Give a requirement as the plan states it."""
        old = self._snapshot.nodes
        key = (
            self._snapshot.n_key[move.target]
            if move.target < old
            else self._nodes[move.target - old]["n_key"]
        )
        return row | {
            "e_target": move.target,
            "e_props": _without(row["e_props"], _OF_THE_TARGET if key.startswith("offering:") else ()),
            "e_since": 0,
            "e_scope": len(self._snapshot.meta["scopes"]),
            "e_document": 0,
            "e_pointer": f"/replace/{move.number}",
            "e_line": move.line,
            "e_method": METHODS.index("user"),
            "e_confidence": _CERTAIN,
        }

    def _node_columns(self) -> tuple[dict[str, Column], Ints]:
        """Lay out old and new nodes by key; give the place of each number too."""
        names = [name for name in self._snapshot.columns if name.startswith("n_")]
        every = np.arange(self._snapshot.nodes)
        stacked = {name: self._stacked(name, every, self._nodes) for name in names}
        order = sorted(range(len(stacked["n_key"])), key=stacked["n_key"].__getitem__)
        columns = {
            name: values[order]
            if isinstance(values, np.ndarray)
            else Strings.of(map(values.__getitem__, order))
            for name, values in stacked.items()
        }
        return columns, _places(order)

    def _need_columns(self, place: Ints) -> tuple[dict[str, Any], Ints]:
        """Lay out old and new needs by owner, name, environment and scope; give the place of each too."""
        names = [name for name in self._snapshot.columns if name.startswith("d_")]
        every = np.arange(len(self._snapshot.d_k))
        columns = {name: self._stacked(name, every, self._needs) for name in names}
        columns["d_owner"] = place[columns["d_owner"]].astype(np.int32)
        texts = self._texts.strings()
        ranked = [texts.take(columns[name]) for name in ("d_name", "d_environment")]
        rows = list(zip(columns["d_owner"], *ranked, columns["d_scope"], strict=True))
        order = sorted(range(len(rows)), key=rows.__getitem__)
        return {name: values[order] for name, values in columns.items()}, _places(order)

    def _edge_columns(self, place: Ints, need: Ints) -> dict[str, Column]:
        """Lay out the edges that stay, and the new ones."""
        old = self._snapshot
        kept = np.flatnonzero(~np.isin(old.e_source, sorted(self._rewired)))
        scopes = np.append(old.d_scope, -1)[old.e_need[kept]]
        stacked = {name: self._stacked(name, kept, self._edges) for name, _ in EDGE_TYPES if name}
        stacked |= {name: place[stacked[name]] for name in ("e_source", "e_target")}
        stacked["e_need"] = np.append(need, -1)[stacked["e_need"]]
        stacked[""] = np.append(scopes, np.array([row[""] for row in self._edges], np.int64))
        return sorted_columns([stacked[name] for name, _ in EDGE_TYPES], self._texts)

    def _stacked(self, name: str, kept: Ints, new: list[Row]) -> Any:  # noqa: ANN401 - an array or a list
        """Give the values of a column at *kept*, and those of new rows behind them."""
        column, values = self._snapshot.columns[name], [row[name] for row in new]
        if isinstance(column, Strings):
            return [*column.take(kept), *values]
        return np.append(column[kept], np.array(values, column.dtype))

    def _meta(self) -> dict[str, Any]:
        """Name the plan as a document, and who runs a route as who runs the private ones made of it."""
        meta, file = self._snapshot.meta, self._file
        scope = {"importer": "plan", "root": file.plan.id, "path": file.name, "digest": file.digest}
        hosts = [
            host
            | {
                "runs": sorted(
                    [*host["runs"], *(one for end in host["runs"] for one in self._copies.get(end, ()))]
                )
            }
            for host in meta.get("hosts", ())
        ]
        return {**meta, "scopes": [*meta["scopes"], scope | {"time": "", "complete": True}], "hosts": hosts}


def _places(order: Sequence[int]) -> Ints:
    """Give for each number its place in *order*."""
    found = np.empty(len(order), np.int64)
    found[np.asarray(order, np.int64)] = np.arange(len(order))
    return found


def _distinct(edges: Mapping[str, Any], needs: int) -> Ints:
    """Count the targets of each need."""
    pairs = np.stack((edges["e_need"], edges["e_target"]))[:, edges["e_need"] >= 0]
    return np.bincount(np.unique(pairs, axis=1)[0], minlength=needs)


def _without(props: str, names: Iterable[str]) -> str:
    """Leave properties out of those of an edge."""
    found = {name: value for name, value in json.loads(props or "{}").items() if name not in names}
    return _written(found)


def _written(props: Mapping[str, Any]) -> str:
    return json.dumps(props, ensure_ascii=False, sort_keys=True) if props else ""


def _one(rows: list[tuple[bool, Row]]) -> Row:
    """Unite requirements of one thing: the documents' word before the plan's, the first order, all usage."""
    if len(rows) == 1:
        return rows[0][1]
    first = min(rows, key=lambda row: (row[0], row[1]["e_order"], row[1]["e_pointer"]))[1]
    every = [row for _, row in rows]
    flags = np.bitwise_and.reduce([row["e_flags"] for row in every])
    props = [json.loads(row["e_props"] or "{}") for row in every]
    usage = added([own["usage"] for own in props if "usage" in own])
    left_out = ("usage",) if flags & POSSIBLE else ("usage", "doubt")
    found = json.loads(_without(first["e_props"], left_out) or "{}") | ({"usage": usage} if usage else {})
    return first | {
        "e_order": min(row["e_order"] for row in every),
        "e_flags": flags,
        "e_props": _written(found),
    }
