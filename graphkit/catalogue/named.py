"""Hold a name with what its route told, and what a match in it comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphkit.catalogue.identity import Identity
from graphkit.catalogue.records import Artefact

if TYPE_CHECKING:
    from graphkit.catalogue.grammar import Match
    from graphkit.catalogue.records import Family
    from graphkit.catalogue.routes import Route
    from graphkit.catalogue.words import Parts


@dataclass(frozen=True, slots=True)
class Named:
    """Hold a name with what its route told: whose it is, where it was met, and when."""

    route: Route
    parts: Parts
    owner: str
    places: frozenset[str]
    when: str
    strict: bool

    @property
    def host(self) -> str:
        """Return the host's name, empty where it is not known."""
        return self.route.host.name if self.route.host else ""

    @property
    def tells_size(self) -> bool:
        """Tell whether the size stands in the name: at Ollama the library says what leaving it out means."""
        return self.parts.size.lower() in self.parts.text


def and_quantized(found: Identity) -> Identity:
    """Add the relation of a quantized derivative whose unquantized id nobody knows."""
    if not found.quantized or not found.bases or "quantized" in {relation for _, relation in found.bases}:
        return found
    return replace(found, bases=(*found.bases, (found.bases[0][0], "quantized")))


def some_of(family: Family) -> Identity:
    """Return the root of a family where it is not known which release a derivative is made from."""
    return Identity(
        artefact=f"{family.vendor}/{family.id}", publisher=family.vendor, own=True, root=family.vendor,
        family=family.id, rule="family", row=family.row, confidence=0.8,
    )  # fmt: skip


def meant(match: Match) -> tuple[str, str]:
    """Return the family and the root version that a match means."""
    return match.line.family, match.version


def only_size(match: Match) -> str:
    """Return the size of a match, or the one size that its release has."""
    if match.size or match.release is None or match.release.sizes is None:
        return match.size
    sizes = [size for size in match.release.sizes if size]
    return sizes[0] if len(sizes) == 1 else ""


def only_a_word(named: Named, match: Match) -> bool:
    """Tell whether a name is a mere word, such as a service may have, not a model's."""
    told = match.version or match.size or (match.line.weights == "closed" and not match.start)
    return not told or named.parts.text.isalpha()


def as_artefact(found: Identity) -> Artefact:
    """Return what is known of an artefact by itself."""
    return Artefact(
        id=found.artefact,
        publisher=found.publisher,
        family=found.family if found.own else "",
        version=found.version,
        size=found.size,
        variant=found.variant,
        licenses=found.licenses,
        bases=found.bases,
        open_weights=found.open_weights,
        released=found.released,
        row=found.row,
    )
