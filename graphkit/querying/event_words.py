"""Events in words: the line that names one, what it says field by field, and its sources."""

from __future__ import annotations

import datetime as dt
import shlex
from typing import TYPE_CHECKING, Final

from graphkit.querying.words import counted, listed, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphkit.events.model import Event

APPLIES: Final[Mapping[str, str]] = {
    "version": "the versions named, whenever they were got",
    "release": "what is released on or after that day",
    "all_use": "every use from that day on",
    "new_contracts": "use that begins after that day",
    "account_terms": "every account at the vendor",
}
"""What `applies_by` means."""

_LONGEST: Final = 300


def titled(event: Event, on: str) -> str:
    """Name an event with its dates and sources; what is only supposed or reported says so first."""
    mark = "SUPPOSED: " if event.supposed else "REPORTED: " if event.reported else ""
    said = [f"announced {event.announced}" if event.announced else "not announced"]
    if event.supposed:
        said = [f"supposed for {event.day}"]
    elif event.day.isoformat() <= on:
        said.append("in force")
    else:
        said.append(f"from {event.day} ({counted((event.day - dt.date.fromisoformat(on)).days, 'day')})")
    primary = sum(source.tier == "A" for source in event.evidence)
    said.append(f"{counted(len(event.evidence), 'source')} ({primary} primary)")
    return f"{mark}{shown(event.title, longest=200)}: {', '.join(said)}"


def options(typed: Iterable[str]) -> str:
    """Give the options of a command that name events as somebody *typed* them."""
    return " ".join(f"--event {shlex.quote(shown(name, longest=_LONGEST))}" for name in typed)


def facts(event: Event) -> Iterator[tuple[str, str]]:
    """Give what an event says as pairs of label and text; what it does not say is left out."""
    scope, terms = event.scope, event.terms
    parts = (
        ("families", scope.families),
        ("versions", [scope.versions] if scope.versions else ()),
        ("models", scope.models),
        ("hosts", scope.hosts),
        ("products", scope.products),
        ("without", scope.exclude),
    )
    said = [f"{name} {listed(list(values))}" for name, values in parts if values]
    yield "Kind", f"{event.kind} by {shown(event.vendor)}"
    yield "Scope", "; ".join(said) or "all that the vendor publishes"
    yield "Holds for", f"{APPLIES[event.applies_by]} ({event.applies_by}, {event.day})"
    yield "Derived", event.derivatives
    named = (
        ("If", [f"{name}: {value}" for name, value in event.when.items()]),
        ("Old terms", [terms.old] if terms.old else ()),
        ("New terms", [terms.new] if terms.new else ()),
        ("Impact", [f"{name} {level}" for name, level in event.impact.items()]),
        ("Reverses", [event.reverses] if event.reverses else ()),
        ("Fixes until", [str(event.support_until)] if event.support_until else ()),
        ("Successors", event.successors),
        ("Instead", event.alternatives),
    )
    yield from ((label, listed(list(values))) for label, values in named if values)


def sources(event: Event) -> Iterator[str]:
    """Give each source with its tier (A: the vendor's own text), its address, its day, and what it says."""
    for source in event.evidence:
        note = f": {shown(source.note, longest=_LONGEST)}" if source.note else ""
        yield f"[{source.tier}] {shown(source.url, longest=_LONGEST)}, read {source.read}{note}"
