"""Proof: the chains of edges behind rows, numbered as they first appear, and where each edge is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, overload

import numpy as np

from graphkit.model import METHODS
from graphkit.querying.answer import Rows, no_line
from graphkit.snapshot import EDGE_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.querying.answer import LineOf
    from graphkit.querying.reach import Tree
    from graphkit.snapshot import Snapshot

CATALOGUE: Final = "catalogue"
"""The scope and importer of edges that no document states."""


class Proof(Sequence[Mapping[str, Any]]):
    """The edges of an answer's witnesses, as its `because`.

    Edges are numbered `e1`, `e2`, ... when `name` first meets them. Their rows are made when somebody reads
    them, which a table does not.
    """

    def __init__(self, snapshot: Snapshot, *, line_of: LineOf = no_line) -> None:
        """Begin without an edge; *line_of* finds the lines that claims lack."""
        self.snapshot = snapshot
        self._line_of = line_of
        self._ids: dict[int, str] = {}
        self._listed: list[int] = []

    def name(self, edges: Iterable[int]) -> list[str]:
        """Give the ids of *edges*, numbering those that are new."""
        ids = self._ids
        return [ids.get(edge) or ids.setdefault(edge, f"e{len(ids) + 1}") for edge in edges]

    def follower(self, tree: Tree, *, from_root: bool = False) -> Callable[[int], list[str]]:
        """Make the function that gives a node's witness: the ids along its chain in *tree*.

        The witness begins at the node, or *from_root*. Chains that meet are numbered and built once.
        """
        edge, behind = tree.edge.tolist(), tree.next.tolist()
        made: dict[int, list[str]] = {node: [] for node in np.flatnonzero(tree.depth == 0).tolist()}
        ids = self._ids

        def follow(node: int) -> list[str]:
            path = []
            while node not in made:
                path.append(node)
                node = behind[node]
            for step in reversed(path) if from_root else path:
                own = edge[step]
                if own not in ids:
                    ids[own] = f"e{len(ids) + 1}"
            chain = made[node]
            for step in reversed(path):
                own = ids[edge[step]]
                chain = made[step] = [*chain, own] if from_root else [own, *chain]
            return chain

        return follow

    def edge(self, name: str) -> Mapping[str, Any]:
        """Give the row of the edge with that id."""
        return self._rows[int(name[1:]) - 1]

    def numbers(self, names: Iterable[str]) -> list[int]:
        """Give the numbers that the edges with those ids have in the snapshot."""
        if len(self._listed) != len(self._ids):
            self._listed = list(self._ids)
        return [self._listed[int(name[1:]) - 1] for name in names]

    @cached_property
    def _rows(self) -> Rows:
        edges = np.fromiter(self._ids, np.int64, len(self._ids))
        columns = edge_columns(self.snapshot, edges)
        if self._line_of is not no_line:
            columns["line"] = self._lines(edges, columns)
        return Rows(columns)

    @property
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """The rows as columns, for who writes them all."""
        return self._rows.columns

    def _lines(self, edges: NDArray[np.int64], columns: Mapping[str, Sequence[Any]]) -> list[int | None]:
        scopes = self.snapshot.meta["scopes"]
        stated = zip(self.snapshot.e_scope[edges].tolist(), columns["document"], strict=True)
        known = zip(columns["line"], columns["pointer"], stated, strict=True)
        return [
            self._line_of(scopes[scope], pointer)
            if line is None and scope >= 0 and document == scopes[scope]["path"]
            else line
            for line, pointer, (scope, document) in known
        ]

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        """Give one row or several."""
        return self._rows[index]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Go through the rows in the order of their ids."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Count the edges."""
        return len(self._ids)


def edge_columns(snapshot: Snapshot, edges: NDArray[np.int64]) -> dict[str, Sequence[Any]]:
    """Give what proves each of *edges*, numbered from `e1` in their order, as `because` lists it."""
    named = snapshot.meta["scopes"]
    scopes = [(f"{s['importer']}:{s['root']}/{s['path']}", s["importer"], s["path"]) for s in named]
    scopes += [("", "", ""), (CATALOGUE, CATALOGUE, CATALOGUE)]  # the numbers -2 and -1
    stated = [scopes[scope] for scope in snapshot.e_scope[edges].tolist()]
    codes = snapshot.e_document[edges]
    documents = {code: snapshot.texts[code] for code in np.unique(codes).tolist()}
    pairs = zip(stated, codes.tolist(), strict=True)
    return {
        "id": [f"e{number}" for number in range(1, len(edges) + 1)],
        "source": snapshot.n_key.take(snapshot.e_source[edges]),
        "kind": [EDGE_NAMES[kind] for kind in snapshot.e_kind[edges].tolist()],
        "target": snapshot.n_key.take(snapshot.e_target[edges]),
        "scope": [scope for scope, _, _ in stated],
        "importer": [importer for _, importer, _ in stated],
        "document": [documents[code] or path for (_, _, path), code in pairs],
        "pointer": snapshot.e_pointer.take(edges),
        "line": [line or None for line in snapshot.e_line[edges].tolist()],
        "method": [METHODS[method] for method in snapshot.e_method[edges].tolist()],
        "confidence": [share / 1000 for share in snapshot.e_confidence[edges].tolist()],
    }


def place(edge: Mapping[str, Any]) -> str:
    """Give the place where an edge is stated: `document:line`, else the document and the pointer in it."""
    if edge["line"] is not None:
        return f"{edge['document']}:{edge['line']}"
    return f"{edge['document']}#{edge['pointer']}" if edge["pointer"] else str(edge["document"])
