"""Hold what a name was identified as, before it becomes an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Describe one artefact by itself: its base is named, not followed.

    *own* tells that it is a release of the root vendor; *root* is then its vendor. *conflict* says why
    nothing was identified; *families* are then what the name may have meant.
    """

    artefact: str = ""
    publisher: str = ""
    own: bool = False
    root: str = ""
    family: str = ""
    version: str = ""
    size: str = ""
    variant: str = ""
    bases: tuple[tuple[str, str], ...] = ()
    vendors: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    open_weights: bool | None = None
    released: str = ""
    rule: str = ""
    row: str = ""
    confidence: float = 0.0
    quantized: bool = False
    conflict: str = ""
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """Describe an artefact with everything that its chain of bases adds, root first."""

    own: bool
    vendors: tuple[str, ...]
    family: str
    version: str
    size: str
    derivation: tuple[str, ...]
    licenses: tuple[str, ...]
    license_class: str
    root: Identity
