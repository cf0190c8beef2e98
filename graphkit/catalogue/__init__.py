"""Know models: who hosts, publishes and licenses them, what they derive from, and what a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.catalogue.catalog import Catalogue, load
    from graphkit.catalogue.records import (
        Artefact,
        Candidate,
        Fact,
        Family,
        Host,
        License,
        Resolution,
        Vendor,
    )

__all__ = [
    "Artefact",
    "Candidate",
    "Catalogue",
    "Fact",
    "Family",
    "Host",
    "License",
    "Resolution",
    "Vendor",
    "load",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    """Load the resolver only for who uses it: a question asks no more than how old the catalogue is."""
    if name in ("Catalogue", "load"):
        from graphkit.catalogue import catalog as home
    elif name in __all__:
        from graphkit.catalogue import records as home  # type: ignore[no-redef]
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(home, name)
