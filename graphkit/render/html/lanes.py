"""Where everything stands in the picture: columns are the distance to what is asked, lanes are teams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.model import id_of
from graphkit.render.html.cells import FIRST_HOP, LAST_HOP, Cell, Chain, Node, cells, ends, nodes, stacks
from graphkit.render.text import counted, cut, visible

if TYPE_CHECKING:
    from graphkit.querying import Answer

MOST_LINES: Final = 800
"""How many lines stay readable."""

BOX_WIDTH: Final = 176
"""The width of a box in pixels."""

_LONGEST_NAME = 300
_COLUMN = 236
_STEP = 34
_TOP = 44
_LANE_HEAD = 26
_LANE_FOOT = 8
_MARGIN = 20
_HEADS: Final = ("Vendors, families, licenses", "Models, data sets", "Offerings, packages", "Routes")

_Stacks = Mapping[Cell, Sequence[tuple[Node, ...]]]


@dataclass(frozen=True, slots=True)
class Box:
    """One box: a node, or, where it is *folded*, several nodes of one cell. Places are of its middle."""

    number: int
    label: str
    kind: str
    members: tuple[str, ...]
    folded: bool
    possible: bool
    severity: str
    x: int
    y: int


class Line(NamedTuple):
    """A line between two boxes, in the direction in which impact travels: from what is needed to its user."""

    start: int
    end: int


class Lane(NamedTuple):
    """The strip of one team."""

    title: str
    top: int
    height: int


class Head(NamedTuple):
    """The title of a column and the middle of it."""

    title: str
    x: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, lines, lanes and titles with their places, in pixels, and in words what is folded or missing.

    *at* gives the box of a key; *lanes_from* is where the lanes begin, at the left.
    """

    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    lanes: tuple[Lane, ...] = ()
    heads: tuple[Head, ...] = ()
    width: int = 0
    height: int = 0
    lanes_from: int = 0
    said: tuple[str, ...] = ()
    at: Mapping[str, int] = field(default_factory=dict)


def picture(answer: Answer, chains: Sequence[Chain]) -> Picture:
    """Lay out the rows of *answer* and what stands on their *chains*; empty where rows are no nodes."""
    stacked = stacks(cells(nodes(answer, chains).values()))
    if not stacked:
        return Picture()
    members = [box for stack in stacked.values() for box in stack]
    at = {node.key: number for number, box in enumerate(members) for node in box}
    lines = _lines(chains, at)
    lanes, height = _lanes(stacked)
    heads = _heads(stacked)
    boxes = tuple(_boxes(members, _places(stacked, lanes, lines), {c: h.x for c, h in heads.items()}))
    return Picture(
        boxes=boxes,
        lines=lines[:MOST_LINES],
        lanes=tuple(lanes.values()),
        heads=tuple(heads.values()),
        width=max(head.x for head in heads.values()) + BOX_WIDTH // 2 + _MARGIN,
        height=height,
        lanes_from=min((head.x for c, head in heads.items() if c >= FIRST_HOP), default=0)
        - BOX_WIDTH // 2
        - _MARGIN,
        said=tuple(_said(members, boxes, len(lines))),
        at=at,
    )


def _lines(chains: Sequence[Chain], at: Mapping[str, int]) -> tuple[Line, ...]:
    """Give the lines between boxes, once each, in the order of the rows that they prove."""
    pairs = dict.fromkeys(ends(edge) for edges in chains for edge in edges)
    lines = dict.fromkeys(Line(at[target], at[source]) for source, target in pairs)
    return tuple(line for line in lines if line.start != line.end)


def _lanes(stacked: _Stacks) -> tuple[dict[str, Lane], int]:
    """Give the lanes by title, from the top, each as high as its fullest column, and the height of all."""
    most: dict[str, int] = {}
    left: dict[int, int] = {}
    for cell, stack in stacked.items():
        if cell.column >= FIRST_HOP:
            most[cell.lane] = max(len(stack), most.get(cell.lane, 0))
        else:
            left[cell.column] = left.get(cell.column, 0) + len(stack)
    lanes, top = {}, _TOP
    for title, boxes in most.items():
        height = _LANE_HEAD + boxes * _STEP + _LANE_FOOT
        lanes[title] = Lane(title, top, height)
        top += height
    return lanes, max(top, _TOP + _LANE_HEAD + _STEP * max(left.values(), default=0)) + _MARGIN


def _heads(stacked: _Stacks) -> dict[int, Head]:
    """Give the titles of the columns that hold something, from the left."""
    heads = {}
    for place, column in enumerate(sorted({cell.column for cell in stacked})):
        hop = column - FIRST_HOP + 1
        title = _HEADS[column] if hop < 1 else f"Services, hop {hop}{' and more' if hop == LAST_HOP else ''}"
        heads[column] = Head(title, _MARGIN + BOX_WIDTH // 2 + place * _COLUMN)
    return heads


def _places(stacked: _Stacks, lanes: Mapping[str, Lane], lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Give column and height of the middle of every box, in the order of the boxes."""
    places: list[tuple[int, int]] = []
    for cell, stack in stacked.items():
        top = lanes[cell.lane].top + _LANE_HEAD + _STEP // 2 if cell.lane else 0
        places += [(cell.column, top + number * _STEP) for number in range(len(stack))]
    # The left columns have no lanes: the one next to the services first, each box in the order of what it
    # leads to, from the top, where the eye begins.
    for column in reversed(range(FIRST_HOP)):
        numbers = [number for number, place in enumerate(places) if place[0] == column]
        wish = _wishes(numbers, places, lines)
        numbers.sort(key=lambda number: (wish[number], number))
        for step, number in enumerate(numbers):
            places[number] = (column, _TOP + _LANE_HEAD + _STEP // 2 + step * _STEP)
    return places


def _wishes(
    numbers: Sequence[int], places: Sequence[tuple[int, int]], lines: Sequence[Line]
) -> dict[int, float]:
    """Give for each of the boxes *numbers* the mean height of those to its right that it leads to."""
    heights: dict[int, list[int]] = {number: [] for number in numbers}
    for line in lines:
        if line.start in heights and places[line.end][0] > places[line.start][0]:
            heights[line.start].append(places[line.end][1])
    return {number: sum(found) / len(found) if found else 0.0 for number, found in heights.items()}


def _boxes(
    members: Sequence[tuple[Node, ...]], places: Sequence[tuple[int, int]], xs: Mapping[int, int]
) -> Iterator[Box]:
    """Make the boxes; a folded one says how many nodes of which kinds it holds.

    Where several of one kind have the same name, such as one model at two hosts, each is called by its key.
    """
    named = Counter((node.kind, node.name) for box in members for node in box)
    for number, (box, (column, y)) in enumerate(zip(members, places, strict=True)):
        first = box[0]
        folded = len(box) > 1 or first.fold
        name = first.name if named[first.kind, first.name] == 1 else visible(id_of(first.key))
        yield Box(
            number=number,
            label=_kinds(box) if folded else cut(name, _LONGEST_NAME),
            kind=first.kind,
            members=tuple(node.key for node in box),
            folded=folded,
            possible=all(node.possible for node in box),
            severity="" if folded else first.severity,
            x=xs[column],
            y=y,
        )


def _kinds(box: Sequence[Node]) -> str:
    """Count the nodes of a folded box by kind: "12 more services"."""
    kinds: dict[str, int] = {}
    for node in box:
        kinds[node.kind] = kinds.get(node.kind, 0) + 1
    return ", ".join(counted(number, f"more {kind}") for kind, number in kinds.items())


def _said(members: Sequence[Sequence[Node]], boxes: Sequence[Box], lines: int) -> Iterator[str]:
    """Say in words what the picture holds and what it does not show one by one."""
    folds = [box for box in boxes if box.folded]
    yield f"{counted(len(boxes) - len(folds), 'box')} and {counted(min(lines, MOST_LINES), 'line')}."
    if folds:
        inside = _kinds([node for box in folds for node in members[box.number]])
        yield f"{inside} folded into {counted(len(folds), 'more box')}."
    if lines > MOST_LINES:
        yield f"{counted(lines - MOST_LINES, 'more line')} not drawn."
