"""Event files: read, checked against what the catalogue knows, and the ones that are shipped."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from graphkit.config import nearest
from graphkit.errors import UsageError
from graphkit.events.model import Event
from graphkit.events.reading import BadFile, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    from graphkit.catalogue import Catalogue
    from graphkit.events.reading import Lines

_SUFFIX: Final = ".yaml"


def read_event(data: bytes, name: str, catalogue: Catalogue) -> Event:
    """Read an event file; *name* is the path that problems begin with.

    Raises BadFile with every problem at once: unknown keys, impossible dates, families, hosts and licenses
    that the catalogue does not know. A vendor that it does not know is taken: it may be in the graph.
    """
    event, lines = read_file(data, name, Event)
    if problems := list(_unknown(event, lines, catalogue)):
        raise BadFile(problems)
    return event


@cache
def shipped_ids() -> tuple[str, ...]:
    """List the ids of the events that come with graphkit, sorted."""
    names = (file.name for file in _library().iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def shipped(name: str, catalogue: Catalogue) -> Event:
    """Give the shipped event *name*; raises UsageError, with the nearest ids, where there is none."""
    if name not in shipped_ids():
        raise UsageError(
            f"no event is called {name[:100]!r}{nearest(name, shipped_ids())};"
            " an event of your own is given as a file"
        )
    return read_event(_file(name).read_bytes(), f"events/library/{name}{_SUFFIX}", catalogue)


def saying(key: str, values: Iterable[str], catalogue: Catalogue) -> Iterator[Event]:
    """Go through the shipped events whose *key* has one of *values*; only these are read whole."""
    wanted = {f"{key}: {value}" for value in values}
    for name in shipped_ids():
        if not wanted.isdisjoint(map(str.rstrip, _file(name).read_text("utf-8").splitlines())):
            yield shipped(name, catalogue)


def library(catalogue: Catalogue) -> tuple[Event, ...]:
    """Give all shipped events, by id."""
    return tuple(shipped(name, catalogue) for name in shipped_ids())


def _file(name: str) -> Traversable:
    return _library() / f"{name}{_SUFFIX}"


def _library() -> Traversable:
    return resources.files("graphkit.events") / "library"


def _unknown(event: Event, lines: Lines, catalogue: Catalogue) -> Iterable[str]:
    """Name what the catalogue does not know."""
    for number, family in enumerate(event.scope.families):
        if catalogue.family(family) is None:
            known = tuple(one.id for one in catalogue.families)
            yield lines.place(
                ("scope", "families", number), f"unknown family {family!r}{nearest(family, known)}"
            )
    for number, host in enumerate(event.scope.hosts):
        if catalogue.host(host) is None:
            yield lines.place(("scope", "hosts", number), f"unknown host {host!r}")
    for part in ("old", "new"):
        name = getattr(event.terms, part)
        if name and catalogue.license(name) is None:
            known = tuple(one.id for one in catalogue.licenses)
            yield lines.place(("terms", part), f"unknown license {name!r}{nearest(name, known)}")
