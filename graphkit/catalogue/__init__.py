"""Know models: who hosts, publishes and licenses them, what they derive from, and what a name means."""

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
