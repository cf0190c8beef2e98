"""Many readings become one graph: a pure function of readings, catalogue and own files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphkit.build.columns import to_snapshot
from graphkit.build.gather import gather
from graphkit.build.lineage import Lineage
from graphkit.build.merge import merge
from graphkit.build.names import Names

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue
    from graphkit.config import Config
    from graphkit.model import Reading
    from graphkit.snapshot import Snapshot


def build(readings: Iterable[Reading], *, catalogue: Catalogue, config: Config) -> Snapshot:
    """Make one graph of many readings.

    The same readings in any order give the same graph, byte for byte. Names are resolved, same things
    folded, endpoints joined, claims merged, lineage and licenses added.
    """
    gathered = gather(readings)
    lineage = Lineage(catalogue)
    names = Names(gathered, lineage=lineage, config=config)
    merged = merge(gathered, names=names, lineage=lineage, config=config)
    return to_snapshot(merged, gathered, names=names)
