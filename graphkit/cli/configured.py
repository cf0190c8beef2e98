"""What graphkit.toml says of things that nothing in the graph is called: a slip of the pen, most likely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from graphkit.build.keys import split_environment
from graphkit.cli.common import printable
from graphkit.config import nearest
from graphkit.model import NAME, id_of, key, kind_of, parse_mention, split_qualified

if TYPE_CHECKING:
    from graphkit.config import Config
    from graphkit.snapshot import Snapshot
    from graphkit.stores import Store

CODE = "W-CONFIG"


def unused(store: Store, config: Config, snapshot: Snapshot | None) -> list[str]:
    """Say for each name in [[same]] and [criticality] that nothing has, which one may be meant.

    The claims are gone through only where *snapshot*, the built graph, does not have them all: what was
    folded into another thing is no node of its own any more.
    """
    named = [(name, f"[[same]] {number + 1}") for number, names in enumerate(config.same) for name in names]
    named += [(name, "[criticality]") for name in config.criticality]
    missing = [(name, place) for name, place in named if snapshot is None or not _has(snapshot, name)]
    if not missing:
        return []
    stated = _stated(store)
    return [
        f"{CODE}: {config.file}: {place}: nothing is called {printable(name)[:80]!r}"
        f"{nearest(name, _alike(name, stated))}"
        for name, place in missing
        if name not in stated and not _is_known_model(name, stated) and not _is_catalogued(name)
    ]


def _has(snapshot: Snapshot, name: str) -> bool:
    return any(snapshot.index(end) is not None for end in (name, key("service", name)))


def _alike(name: str, stated: set[str]) -> tuple[str, ...]:
    """Give the names that may be meant: of the same kind, or without one as [criticality] takes them."""
    kind = kind_of(name) if ":" in name else ""
    return tuple(sorted(other for other in stated if (kind_of(other) if ":" in other else "") == kind))


def _is_known_model(name: str, stated: set[str]) -> bool:
    return kind_of(name) in ("model", "offering") and name.casefold() in stated


def _is_catalogued(name: str) -> bool:
    """Tell whether the catalogue knows a key, so that it is a node wherever it is needed."""
    from graphkit.catalogue import load
    from graphkit.catalogue.refresh.showing import KINDS, meanings

    return ":" in name and kind_of(name) in KINDS and bool(meanings(name, load()))


def _stated(store: Store) -> set[str]:
    """Give every key that a claim names, every id of a service and every tag; models in lower case."""
    ends: dict[str, None] = {}
    tags: set[str] = set()
    for reading in store.readings():
        for claim in reading.claims:
            ends[claim.source] = ends[claim.target] = None
            tags.update(_tags(claim.props))
    return tags.union(*map(_spellings, ends))


def _tags(props: Any) -> Iterator[str]:  # noqa: ANN401 - the properties of any claim
    found = props.get("tags")
    if isinstance(found, list):
        yield from map(str, found)


def _spellings(end: str) -> Iterator[str]:
    """Give the ways to name an end in graphkit.toml."""
    bare, qualifier = split_qualified(end)
    kind = kind_of(bare)
    if kind == NAME:
        name = parse_mention(bare).name.casefold()
        yield from (key("model", name), key("offering", name))
        return
    yield bare
    if kind == "service":
        yield id_of(bare)
    if qualifier:
        yield key(kind, f"{split_environment(qualifier)[0]}/{id_of(bare)}")
