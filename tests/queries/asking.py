"""Small graphs for tests of queries: claims in, a snapshot and what queries ask for out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from graphkit.build import build
from graphkit.catalogue import Catalogue, load
from graphkit.config import Config
from graphkit.model import Claim, Evidence, Reading, Scope, Skipped, edge, node
from graphkit.querying import Frame, Snapshots

AT = Evidence("/x", 3)
FRAME = Frame("2026-11-23", "8f31c2a0", "2026-11-20")

catalogue = cache(load)


def reading(
    *claims: Claim, path: str = "inventory.yaml", since: str = "2026-02-11", skipped: Iterable[Skipped] = ()
) -> Reading:
    """Make the reading of one document."""
    scope = Scope("native", "shop", path)
    days = (since,) * len(claims)
    return Reading(scope, "0" * 64, claims, tuple(skipped), time=since, since=days)


def asked(*readings: Reading, config: Config | None = None) -> Snapshots:
    """Build the graph of *readings* for queries."""
    known: Catalogue = catalogue()
    settings = config or Config()
    return Snapshots(build(readings, catalogue=known, config=settings), FRAME, settings, catalogue)


def needs(source: str, *targets: str, **props: object) -> list[Claim]:
    """Claim that a service requires each of *targets*."""
    return [edge(source, "REQUIRES", target, AT, **props) for target in targets]


def service(name: str, **props: object) -> Claim:
    """Claim that a service exists."""
    return node(f"service:{name}", AT, name=name, **props)
