"""What the picture must show, and what of it is folded: nodes, their columns, lanes and cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.model import id_of, kind_of
from graphkit.render.proof import witness
from graphkit.render.text import visible

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

MOST_BOXES: Final = 260
"""How many boxes stay readable."""

MOST_LANES: Final = 30
"""How many teams get a lane of their own; lanes times columns stay below the number of boxes."""

LAST_HOP: Final = 6
"""Services that are further away stand in the column of this hop."""

FIRST_HOP: Final = 4
"""The column of services at hop 1; those left of it have no lanes."""

_COLUMNS: Final[Mapping[str, int]] = {
    "vendor": 0,
    "license": 0,
    "family": 0,
    "model": 1,
    "offering": 2,
    "route": 3,
    "dataset": 1,
    "package": 2,
}
_NO_OWNER: Final = "no owner"
_NOT_STATED: Final = "owner not in this answer"


class Node(NamedTuple):
    """A node that the picture must show, alone or folded; *fold* for a package that the query folds."""

    key: str
    name: str
    kind: str
    lane: str
    column: int
    possible: bool = False
    severity: str = ""
    fold: bool = False


class Cell(NamedTuple):
    """What can be folded into one box: a team's services of one column, or one kind left of them."""

    lane: str
    column: int
    kind: str


Chain = tuple["Row", ...]


def chain(row: Row, edges: Mapping[str, Row]) -> Chain:
    """Give the edges that prove *row*, from the user to what it needs, whichever way the witness runs."""
    found = [edges[name] for name in witness(row) if name in edges]
    forward = any(a.get("target") == b.get("source") for a, b in pairwise(found))
    backward = any(a.get("source") == b.get("target") for a, b in pairwise(found))
    return tuple(reversed(found)) if backward and not forward else tuple(found)


def ends(edge: Row) -> tuple[str, str]:
    """Give the keys of both ends of an edge."""
    return str(edge.get("source")), str(edge.get("target"))


def nodes(answer: Answer, chains: Sequence[Chain]) -> dict[str, Node]:
    """Give the nodes of the rows, in their order, then those that stand only on a chain."""
    hops = _hops(chains)
    found: dict[str, Node] = {}
    for row in answer.rows:
        key = row.get("key")
        if isinstance(key, str) and key not in found:
            found[key] = _of_row(row, key, hops, answer)
    for key in dict.fromkeys(end for edges in chains for edge in edges for end in ends(edge)):
        if key not in found:
            kind = kind_of(key)
            found[key] = Node(
                key, visible(id_of(key)), visible(kind), _NOT_STATED, _column(kind, hops.get(key))
            )
    return found


def cells(found: Iterable[Node]) -> dict[Cell, list[Node]]:
    """Sort nodes into cells: large lanes first, what has no owner last, then by column and kind."""
    members = list(found)
    in_lanes = Counter(node.lane for node in members if node.column >= FIRST_HOP)
    teams = sorted(in_lanes.keys() - {_NO_OWNER, _NOT_STATED}, key=lambda lane: (-in_lanes[lane], lane))
    rest = f"{len(teams) - MOST_LANES:,} more teams"
    lanes = {lane: lane if place < MOST_LANES else rest for place, lane in enumerate(teams)}
    lanes |= {_NO_OWNER: _NO_OWNER, _NOT_STATED: _NOT_STATED}
    place = {"": -1, **{lane: place for place, lane in enumerate(dict.fromkeys(lanes.values()))}}
    sorted_in: dict[Cell, list[Node]] = {}
    for node in members:
        left = node.column < FIRST_HOP
        cell = Cell("" if left else lanes[node.lane], node.column, node.kind if left else "")
        sorted_in.setdefault(cell, []).append(node)
    return dict(sorted(sorted_in.items(), key=lambda item: (place[item[0].lane], *item[0])))


def stacks(of: Mapping[Cell, Sequence[Node]]) -> dict[Cell, list[tuple[Node, ...]]]:
    """Give the boxes of each cell as tuples of nodes: one node each, and at the end those that are folded.

    As many nodes of each cell stand alone as the number of boxes allows; they are the first, which are the
    worst where rows are ordered so.
    """
    stacked = {}
    most = _most_alone(of.values())
    for cell, members in of.items():
        alone = [node for node in members if not node.fold]
        folded = [node for node in members if node.fold]
        kept = _kept(len(alone), len(folded), most)
        folded = alone[kept:] + folded
        stacked[cell] = [(node,) for node in alone[:kept]] + ([tuple(folded)] if folded else [])
    return stacked


def _of_row(row: Row, key: str, hops: Mapping[str, int], answer: Answer) -> Node:
    """Make the node of a row."""
    owner, name, kind, own = row.get("owner"), row.get("name"), row.get("kind"), row.get("hops")
    severity = row.get("severity")
    return Node(
        key=key,
        name=visible(str(name or id_of(key))),
        kind=visible(kind if isinstance(kind, str) else kind_of(key)),
        lane=visible(id_of(owner) or owner) if isinstance(owner, str) and owner else _NO_OWNER,
        column=_column(kind_of(key), hops.get(key, own if isinstance(own, int) else None)),
        possible=row.get("certainty") == "possible",
        severity=visible(severity) if isinstance(severity, str) else "",
        fold=kind_of(key) == "package" and answer.folded is not None and answer.folded(row),
    )


def _hops(chains: Iterable[Chain]) -> dict[str, int]:
    """Count, for each service on a chain, the services from it to what is needed, the fewest of all."""
    least: dict[str, int] = {}
    for edges in chains:
        keys = dict.fromkeys(end for edge in edges for end in ends(edge))
        services = [key for key in keys if kind_of(key) not in _COLUMNS]
        for hops, key in enumerate(reversed(services), 1):
            least[key] = min(hops, least.get(key, hops))
    return least


def _column(kind: str, hops: int | None) -> int:
    """Give the column of a node: by kind, services by their hops."""
    if kind in _COLUMNS:
        return _COLUMNS[kind]
    return FIRST_HOP - 1 + min(max(hops or 1, 1), LAST_HOP)


def _kept(alone: int, folded: int, most: int) -> int:
    """Tell how many of the nodes of a cell stand alone; folding a single one would save no box."""
    return alone if alone <= most + (0 if folded else 1) else most


def _most_alone(of: Iterable[Sequence[Node]]) -> int:
    """Find how many nodes of each cell may stand alone so that the boxes stay readable."""
    sizes = [(sum(not node.fold for node in members), sum(node.fold for node in members)) for members in of]
    for most in range(MOST_BOXES, 0, -1):
        kept = [_kept(alone, folded, most) for alone, folded in sizes]
        boxes = (
            keep + (keep < alone or folded > 0) for keep, (alone, folded) in zip(kept, sizes, strict=True)
        )
        if sum(boxes) <= MOST_BOXES:
            return most
    return 0
