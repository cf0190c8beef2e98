"""Who uses whom in a CycloneDX document: its dependency graph, and what is nested in what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from graphkit.importers._cyclonedx_items import Bill, checked, members, shown, text
from graphkit.model import Claim, Evidence, Skipped, edge

_KINDS: Final = {
    ("service", "service"): "REQUIRES",
    ("service", "model"): "REQUIRES",
    ("service", "package"): "REQUIRES",
    ("service", "route"): "REQUIRES",
    ("route", "service"): "REQUIRES",
    ("route", "route"): "REQUIRES",
    ("route", "model"): "REQUIRES",
    ("package", "package"): "DEPENDS_ON",
    ("model", "model"): "DERIVED_FROM",
    ("model", "dataset"): "TRAINED_ON",
}
# The format says "uses"; that a model which uses a model or a dataset was made from it is our reading.
_READ_INTO: Final = {"DERIVED_FROM": 0.6, "TRAINED_ON": 0.8}
_LIFTED: Final = 0.8
_NO_ROOT: Final = 0.7


class _Link(NamedTuple):
    """One element uses another, both by number."""

    source: int
    target: int
    at: Evidence
    is_stated: bool = True


def edges(bill: Bill) -> Iterator[Claim | Skipped]:
    """Yield an edge for every use that the document states.

    The subject uses what its entry in the graph lists; without such an entry all that is not nested in
    something else. A use that no kind of edge can say (a package uses a model) is the subject's own.
    """
    notes: list[Skipped] = []
    graph = list(_graph(bill, notes))
    links = [*_of_subject(bill, graph), *_nested(bill), *graph]
    yield from notes
    links += _left_over(bill, _reached(links))
    reached = _reached(links)
    development = {number for number, item in enumerate(bill.items) if item.is_development}
    unsaid: list[_Link] = []
    for link in links:
        kind = _KINDS.get((bill.items[link.source].kind, bill.items[link.target].kind), "")
        if kind:
            yield from _edge(bill, link, kind, is_development=link.target in development)
        elif link.source in reached:
            unsaid.append(link)
    # Last, so that what the document says of the subject itself comes before what is concluded.
    for link in _of_nobody(bill, unsaid):
        yield from _edge(bill, link, "REQUIRES", is_development=link.target in development)
    if bill.items[0].kind != "service":
        yield from _unused(bill, reached)


def _graph(bill: Bill, notes: list[Skipped]) -> Iterator[_Link]:
    """Read `dependencies`; what names no element goes to *notes*."""
    for entry, place in checked(bill.raw.get("dependencies"), f"{bill.pointer}/dependencies", notes):
        source = _found(bill, entry.get("ref"), f"{place}/ref", notes)
        uses = entry.get("dependsOn")
        if uses is not None and not isinstance(uses, list):
            notes.append(Skipped("E-KIND", "a list was expected", f"{place}/dependsOn"))
        for step, reference in enumerate(members(uses)):
            target = _found(bill, reference, f"{place}/dependsOn/{step}", notes)
            if source is not None and target is not None:
                yield _Link(source, target, Evidence(f"{place}/dependsOn/{step}"))


def _found(bill: Bill, reference: object, place: str, notes: list[Skipped]) -> int | None:
    named = text(reference)
    number = bill.by_ref.get(named)
    if number is None:
        notes.append(Skipped("W-DANGLING", f"nothing here has the bom-ref {shown(named)}", place))
    return number


def _nested(bill: Bill) -> Iterator[_Link]:
    """Say that an element uses what is nested in it."""
    for number, item in enumerate(bill.items):
        if item.parent >= 0 and bill.items[item.parent].end != item.end:
            yield _Link(item.parent, number, item.at())


def _of_subject(bill: Bill, graph: list[_Link]) -> Iterator[_Link]:
    """Say what the subject uses, where the graph does not."""
    outer = [number for number, item in enumerate(bill.items) if number and item.parent < 0]
    listed, has_uses = bill.subject_uses
    if not listed or not graph:
        yield from (_Link(0, number, bill.items[number].at(), is_stated=False) for number in outer)
    elif not has_uses:
        # A subject without a single use above a graph that has some: the tool did not know its uses.
        used, using = {link.target for link in graph}, {link.source for link in graph}
        for number in outer:
            if number in using - used:
                yield _Link(0, number, bill.items[number].at(method="inferred", confidence=_NO_ROOT))


def _reached(links: list[_Link]) -> set[int]:
    """Find all that the subject uses, directly or not."""
    uses: dict[int, list[int]] = {}
    for link in links:
        uses.setdefault(link.source, []).append(link.target)
    reached, waiting = {0}, [0]
    while waiting:
        for target in uses.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _edge(bill: Bill, link: _Link, kind: str, *, is_development: bool) -> Iterator[Claim | Skipped]:
    """Yield what one use means."""
    source, target, at = bill.items[link.source], bill.items[link.target], link.at
    if kind == "DERIVED_FROM" and not link.is_stated:
        yield target.skip("W-DANGLING", "nothing says how this model is related to the document's subject")
        return
    if source.end == target.end:
        yield Skipped("I-CYCLE", "this uses itself", at.pointer)
    if kind in _READ_INTO:
        at = at._replace(method="inferred", confidence=_READ_INTO[kind])
    qualifier = "finetune" if kind == "DERIVED_FROM" else ""
    scope = "development" if is_development and kind in ("REQUIRES", "DEPENDS_ON") else None
    optional = True if scope and kind == "REQUIRES" else None
    yield edge(source.end, kind, target.end, at, qualifier=qualifier, scope=scope, optional=optional)


def _of_nobody(bill: Bill, unsaid: list[_Link]) -> Iterator[_Link]:
    """Give uses that no kind of edge can say to the subject, where that is a service."""
    for link in unsaid:
        if bill.items[0].kind == "service" and bill.items[link.target].kind not in ("", "dataset"):
            yield link._replace(source=0, at=link.at._replace(method="inferred", confidence=_LIFTED))


def _left_over(bill: Bill, reached: set[int]) -> Iterator[_Link]:
    """Give the models that no use leads to to the service that is described: what is listed is part of it."""
    for number, item in enumerate(bill.items):
        if item.kind == "model" and number not in reached and bill.items[0].kind == "service":
            yield _Link(0, number, item.at(method="inferred", confidence=_NO_ROOT))


def _unused(bill: Bill, reached: set[int]) -> Iterator[Skipped]:
    """Name the models that the document lists and that nothing is said to use."""
    for number, item in enumerate(bill.items):
        if item.kind == "model" and number not in reached:
            yield item.skip("W-DANGLING", "no dependency leads to this model: nothing is said to use it")
