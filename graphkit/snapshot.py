"""The built graph: immutable columns with edges in both directions, to bytes and back.

Nodes are ordered by key and edges by (source, kind, target, qualifier), so indices compare like keys.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from graphkit.errors import StoreError
from graphkit.model import CARRIERS, EDGE_KINDS, NODE_KINDS

if TYPE_CHECKING:
    import networkx as nx

FORMAT: Final = 1
BUILD_VERSION: Final = 2
"""Counts up whenever the same readings build another graph."""
NODE_CODES: Final[Mapping[str, int]] = {kind: code for code, kind in enumerate(NODE_KINDS)}
EDGE_CODES: Final[Mapping[str, int]] = {kind: code for code, kind in enumerate(EDGE_KINDS)}
NODE_NAMES: Final = tuple(NODE_KINDS)
EDGE_NAMES: Final = tuple(EDGE_KINDS)
CARRIER_CODES: Final = tuple(EDGE_CODES[kind] for kind in CARRIERS)

STUB: Final = 1  # no node claim is open
UNRESOLVED: Final = 2  # a name that nobody could identify
OPTIONAL: Final = 1
POSSIBLE: Final = 2

Ints = NDArray[np.int64]
_MANY: Final = 1_000
_MAGIC: Final = b"graphkit snapshot\n"


class Strings(Sequence[str]):
    """A column of text: one blob and offsets, decoded when shown."""

    __slots__ = ("blob", "offsets")

    def __init__(self, offsets: NDArray[np.int64], blob: bytes | memoryview) -> None:
        """Wrap n + 1 *offsets* into the UTF-8 *blob*."""
        self.offsets = offsets
        self.blob = blob

    @classmethod
    def of(cls, values: Iterable[str]) -> Self:
        """Make a column of *values*."""
        encoded = [value.encode() for value in values]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(value) for value in encoded], out=offsets[1:])
        return cls(offsets, b"".join(encoded))

    def __len__(self) -> int:
        """Count the values."""
        return len(self.offsets) - 1

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - a sequence of text has two shapes
        """Decode one value, or a slice of them."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return str(self.blob[self.offsets[index] : self.offsets[index + 1]], "utf-8")

    def take(self, indices: Sequence[int] | Ints) -> list[str]:
        """Decode the values at *indices*."""
        chosen = np.asarray(indices, np.int64)
        blob = self.blob
        pairs = zip(self.offsets[chosen].tolist(), self.offsets[chosen + 1].tolist(), strict=True)
        if len(chosen) > _MANY:
            try:  # of ASCII, which keys mostly are, bytes and letters have the same places
                text = str(blob, "ascii")
                return [text[start:end] for start, end in pairs]
            except UnicodeDecodeError:
                blob = bytes(blob)
        return [str(blob[start:end], "utf-8") for start, end in pairs]


Column = NDArray[Any] | Strings


def view_digest(stamp: str, *, catalogue: str, config: str) -> str:
    """Give the one digest for which a view is valid: readings, catalogue, own files, how it is built."""
    return hashlib.sha256(f"{stamp}\n{catalogue}\n{config}\n{FORMAT}.{BUILD_VERSION}".encode()).hexdigest()


class Snapshot:
    """A graph that no one changes.

    *meta* holds JSON values: revision, digest, scopes, skipped, conflicts, folds, needs. *columns* maps
    names to arrays or `Strings`, all of one length for nodes (`n_`), edges (`e_`) and needs (`d_`).
    """

    def __init__(self, meta: Mapping[str, Any], columns: Mapping[str, Column]) -> None:
        """Wrap what a build or `from_bytes` made."""
        self.meta = meta
        self.columns = columns

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a column has one of several dtypes
        """Give a column: `n_key`, `n_kind`, `e_source`, ..."""
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return len(self.columns["n_kind"])

    @property
    def edges(self) -> int:
        """The number of edges."""
        return len(self.columns["e_kind"])

    def index(self, key: str) -> int | None:
        """Give the index of the node *key*, None where there is none."""
        keys, low, high = self.columns["n_key"], 0, self.nodes
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < key:
                low = middle + 1
            else:
                high = middle
        return low if low < self.nodes and keys[low] == key else None

    def of_kind(self, kind: str) -> Ints:
        """Give the indices of all nodes of *kind*, ascending."""
        return np.flatnonzero(self.columns["n_kind"] == NODE_CODES[kind])

    def props(self, node: int) -> dict[str, Any]:
        """Give the properties of a node that have no column of their own."""
        text = self.columns["n_props"][node]
        return dict(json.loads(text)) if text else {}

    def edge_props(self, edge: int) -> dict[str, Any]:
        """Give the properties of an edge that have no column of their own."""
        text = self.columns["e_props"][edge]
        return dict(json.loads(text)) if text else {}

    @cached_property
    def out_start(self) -> Ints:
        """Where the edges of each source begin: edges are ordered by source."""
        return _starts(self.e_source, self.nodes)

    @cached_property
    def into(self) -> tuple[Ints, Ints]:
        """Where the edges into each target begin in the list of edges by target, and that list."""
        order = np.argsort(self.e_target, kind="stable")
        return _starts(self.e_target, self.nodes), order

    def out_edges(self, node: int) -> range:
        """Give the indices of the edges that leave *node*."""
        return range(int(self.out_start[node]), int(self.out_start[node + 1]))

    def in_edges(self, nodes: Ints) -> Ints:
        """Give the indices of all edges that end at any of *nodes*."""
        start, order = self.into
        return order[_spans(start[nodes], start[nodes + 1])]

    def edges_from(self, nodes: Ints) -> Ints:
        """Give the indices of all edges that leave any of *nodes*."""
        return _spans(self.out_start[nodes], self.out_start[nodes + 1])

    @cached_property
    def carries(self) -> NDArray[np.bool_]:
        """Tell for each edge whether it carries impact."""
        return np.isin(self.columns["e_kind"], CARRIER_CODES)

    def depths(self, seeds: Ints, *, edges: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Give each node's least number of edges to any of *seeds*, walking only *edges*; -1: never.

        The source is reached from the target, as impact is. Breadth first, O(nodes + edges).
        """
        depth = np.full(self.nodes, -1, np.int32)
        front = np.unique(seeds)
        level = 0
        while len(front):
            depth[front] = level
            level += 1
            found = self.in_edges(front)
            sources = self.columns["e_source"][found[edges[found]]]
            front = np.unique(sources[depth[sources] < 0])
        return depth

    def to_bytes(self) -> bytes:
        """Write all columns, each aligned to 8 bytes, after a JSON header."""
        arrays: list[tuple[str, NDArray[Any]]] = []
        for name, column in sorted(self.columns.items()):
            if isinstance(column, Strings):
                arrays += [
                    (f"{name}:offsets", column.offsets),
                    (f"{name}:blob", np.frombuffer(column.blob, np.uint8)),
                ]
            else:
                arrays.append((name, column))
        header = {
            "format": FORMAT,
            "meta": self.meta,
            "arrays": [(n, a.dtype.str, len(a)) for n, a in arrays],
        }
        top = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
        pieces = [_MAGIC, len(top).to_bytes(8, "little"), top]
        length = sum(map(len, pieces))
        for _, array in arrays:
            pieces.append(b"\0" * (-length % 8))
            pieces.append(np.ascontiguousarray(array).tobytes())
            length += len(pieces[-2]) + len(pieces[-1])
        return b"".join(pieces)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote, without copying.

        Raises StoreError where *data* is something else.
        """
        try:
            return cls(*_parsed(data))
        except (ValueError, LookupError, TypeError, ArithmeticError, SyntaxError) as error:
            raise StoreError("the stored view is damaged: run `graphkit store build`") from error

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Give the graph as networkx has it: keys as nodes, edge kinds as edge keys."""
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        keys = self.columns["n_key"][:]
        for key, kind in zip(keys, self.n_kind.tolist(), strict=True):
            graph.add_node(key, kind=NODE_NAMES[kind])
        columns = (column.tolist() for column in (self.e_source, self.e_target, self.e_kind))
        for number, (source, target, kind) in enumerate(zip(*columns, strict=True)):
            graph.add_edge(keys[source], keys[target], key=number, kind=EDGE_NAMES[kind])
        return graph


def _parsed(data: bytes) -> tuple[Mapping[str, Any], dict[str, Column]]:
    begin = len(_MAGIC) + 8
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("no snapshot")
    place = begin + int.from_bytes(data[len(_MAGIC) : begin], "little")
    header = json.loads(data[begin:place])
    columns: dict[str, Column] = {}
    offsets: dict[str, NDArray[np.int64]] = {}
    for name, dtype, length in header["arrays"]:
        place += -place % 8
        array = np.frombuffer(data, dtype, length, place)
        bare, _, part = name.partition(":")
        if part == "blob":
            columns[bare] = Strings(offsets[bare], memoryview(data)[place : place + length])
        elif part:
            offsets[bare] = array
        else:
            columns[bare] = array
        place += array.nbytes
    return header["meta"], columns


def _starts(column: NDArray[Any], length: int) -> Ints:
    starts = np.zeros(length + 1, np.int64)
    np.cumsum(np.bincount(column, minlength=length), out=starts[1:])
    return starts


def _spans(begins: Ints, ends: Ints) -> Ints:
    """Give all numbers of the half-open ranges, one after the other."""
    lengths = ends - begins
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, np.int64)
    offsets = np.repeat(begins - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(total, dtype=np.int64) + offsets
