"""Event files: read, checked against what the catalogue knows, and the ones that are shipped."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from graphkit.errors import UsageError
from graphkit.events.model import Event
from graphkit.events.reading import BadFile, near, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphkit.catalogue import Catalogue
    from graphkit.events.reading import Lines

_SUFFIX: Final = ".yaml"


def read_event(data: bytes, name: str, catalogue: Catalogue, *, hosts: Iterable[str] = ()) -> Event:
    """Read an event file; *name* is the path that problems begin with.

    *hosts* are known besides those of the catalogue.

    Raises BadFile with every problem at once: unknown keys, impossible dates, families, hosts and licenses
    that the catalogue does not know. A vendor that it does not know is taken: it may be in the graph.
    """
    event, lines = read_file(data, name, Event)
    if problems := list(_unknown(event, lines, catalogue, frozenset(hosts))):
        raise BadFile(problems)
    return event


@cache
def shipped_ids() -> tuple[str, ...]:
    """List the ids of the events that come with graphkit, sorted."""
    folder = resources.files("graphkit.events") / "library"
    return tuple(sorted(f.name.removesuffix(_SUFFIX) for f in folder.iterdir() if f.name.endswith(_SUFFIX)))


def shipped(name: str, catalogue: Catalogue) -> Event:
    """Give the shipped event *name*; raises UsageError, with the nearest ids, where there is none."""
    if name not in shipped_ids():
        raise UsageError(
            f"no event is called {name[:100]!r}{near(name, list(shipped_ids()))};"
            " an event of your own is given as a file"
        )
    path = resources.files("graphkit.events") / "library" / f"{name}{_SUFFIX}"
    return read_event(path.read_bytes(), f"events/library/{name}{_SUFFIX}", catalogue)


def reversing(events: Iterable[Event], catalogue: Catalogue) -> list[Event]:
    """Give the shipped events that reverse one of *events*; only these are read whole."""
    ids = {event.id for event in events}
    folder = resources.files("graphkit.events") / "library"
    found = []
    for name in shipped_ids():
        text = (folder / f"{name}{_SUFFIX}").read_text("utf-8")
        if any(
            line.partition(":")[2].strip() in ids
            for line in text.splitlines()
            if line.startswith("reverses:")
        ):
            found.append(shipped(name, catalogue))
    return found


def library(catalogue: Catalogue) -> tuple[Event, ...]:
    """Give all shipped events, by id."""
    return tuple(shipped(name, catalogue) for name in shipped_ids())


def _unknown(event: Event, lines: Lines, catalogue: Catalogue, hosts: frozenset[str]) -> Iterable[str]:
    """Name what the catalogue does not know."""
    for number, family in enumerate(event.scope.families):
        if catalogue.family(family) is None:
            known = [one.id for one in catalogue.families]
            yield lines.place(
                ("scope", "families", number), f"unknown family {family!r}{near(family, known)}"
            )
    for number, host in enumerate(event.scope.hosts):
        if host not in hosts and catalogue.host(host) is None:
            yield lines.place(("scope", "hosts", number), f"unknown host {host!r}")
    for part in ("old", "new"):
        name = getattr(event.terms, part)
        if name and catalogue.license(name) is None:
            known = [one.id for one in catalogue.licenses]
            yield lines.place(("terms", part), f"unknown license {name!r}{near(name, known)}")
