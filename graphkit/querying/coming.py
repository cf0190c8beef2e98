"""What is coming beside an event: the next end that a host has told, and what supposed events would add."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphkit.events.files import saying
from graphkit.model import id_of
from graphkit.querying.telling import called
from graphkit.querying.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.judged import Judged
    from graphkit.snapshot import Snapshot

_WHOLE_DAY: Final = len("2026-01-01")


class Coming(NamedTuple):
    """A day (ISO) on which something ends, and what to say of it."""

    day: str
    sentence: str


def next_date(found: Judged, snapshots: Snapshots) -> Coming | None:
    """Give the next day, after the day of judging, on which a host ends an offering that is hit.

    The catalogue's end dates only warn: they change no severity. An event's own date counts too.
    """
    from graphkit.catalogue.offers import Offers

    on = snapshots.frame.on
    offers, snapshot = Offers(), found.snapshot
    ends: dict[str, list[str]] = {}
    for row in found.rows:
        if row["kind"] == "offering" and _in_use(row["key"], snapshot):
            for end in offers.ends(id_of(row["key"])):
                if len(end.retires) == _WHOLE_DAY and end.retires > on:
                    ends.setdefault(end.retires, []).append(row["key"])
    own = sorted({event.day.isoformat() for event in found.events if event.day.isoformat() > on})
    first = min([*ends, *own], default=None)
    if first is None:
        return None
    days = (dt.date.fromisoformat(first) - dt.date.fromisoformat(on)).days
    said = [called(key, snapshot).replace(" ", " ends ", 1) for key in sorted(set(ends.get(first, ())))]
    said += [event.title for event in found.events if event.day.isoformat() == first]
    return Coming(first, f"{first} ({counted(days, 'day')}): {listed(said, most=3)}")


def _in_use(key: str, snapshot: Snapshot) -> bool:
    """Tell whether anything needs an offering: with a plan there are some that nothing needs any longer."""
    node = snapshot.index(key)
    return node is not None and len(snapshot.in_edges(np.array([node]))) > 0


def if_supposed(found: Judged, snapshots: Snapshots) -> Iterator[tuple[str, str]]:
    """Say what the first shipped supposed retirement of the same vendor would add to the events."""
    from graphkit.querying.judged import judged, worst_level

    vendors = {event.vendor for event in found.events}
    if any(event.supposed for event in found.events):
        return
    for event in saying("supposed", ("true",), snapshots.catalogue()):
        if event.kind == "retirement" and event.vendor in vendors:
            both = judged([*found.events, event], None, snapshots)
            before = {row["key"]: worst_level(row) for row in found.rows}
            worse = [
                row
                for row in both.rows
                if row["kind"] == "service" and worst_level(row) > before.get(row["key"], 0)
            ]
            said = listed([f"{row['name']} {row['severity']}" for row in worse], most=6)
            yield (
                f"If {event.title[0].lower()}{event.title[1:]} too (supposed):",
                said if worse else "nothing more",
            )
            return
