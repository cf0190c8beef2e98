"""Judge the owners in paths: who made a model, who only sells it, and who is not known at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.named import Named
    from graphkit.catalogue.tables import Tables


@dataclass
class Owners:
    """Judge owners; *directory* knows the hosts and organizations."""

    tables: Tables
    directory: Directory

    def foreign(self, named: Named) -> bool:
        """Tell whether the path names an owner that is neither the host nor a namespace of the host's."""
        if not named.owner:
            return False
        host = self.directory.host(named.route.owner)
        own = host is not None and (host.name == named.host or not named.host) and not named.route.on_hub
        return not own and named.route.owner.lower() not in self._namespaces

    def sold_on(self, named: Named) -> bool:
        """Tell whether the owner in the path is a host whose copy another host sells on."""
        host = self.directory.host(named.route.owner)
        many = host is not None and not host.serves and host.kind == "vendor"
        return many and not named.route.on_hub and not named.parts.quantized

    def anybody(self, named: Named) -> bool:
        """Tell whether a path without a host has an owner that nobody knows: "fluxcd/flux2"."""
        return not named.host and bool(named.owner) and named.owner not in self.directory.vendors

    @cached_property
    def _namespaces(self) -> frozenset[str]:
        return frozenset(row["owner"] for row in self.tables.rows("namespaces.csv"))
