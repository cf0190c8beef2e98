"""What the catalogue adds for the models, hosts, licenses and vendors that are in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.model import Claim, Evidence, edge, key, node

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue, Resolution


class Lineage:
    """Claims from the catalogue, gathered while names are resolved: each fact once."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Begin with nothing in use."""
        self.catalogue = catalogue
        self._claims: dict[tuple[str, str, str, str], Claim] = {}

    @property
    def claims(self) -> list[Claim]:
        """All that the catalogue says about what is in use, in a defined order."""
        return [claim for _, claim in sorted(self._claims.items())]

    def vendor(self, name: str) -> str:
        """Give the key of a vendor under any of its names, and add what it belongs to."""
        found = self.catalogue.vendor(name)
        if found is None:
            return key("vendor", name.strip())
        end = key("vendor", found.id)
        if self._new(node(end, _row(found.row), name=found.name)) and found.parent:
            self._add(edge(end, "SUBSIDIARY_OF", self.vendor(found.parent), _row(found.row)))
        return end

    def license(self, name: str) -> str:
        """Give the key of a license under any of its names, and add who issued it."""
        found = self.catalogue.license(name)
        if found is None:
            return key("license", name.strip())
        end = key("license", found.id)
        if self._new(node(end, _row(found.row), name=found.name, license_class=found.cls)) and found.issuer:
            self._add(edge(end, "PUBLISHED_BY", self.vendor(found.issuer), _row(found.row)))
        return end

    def family(self, name: str) -> str:
        """Give the key of a family, and add whose it is."""
        found = self.catalogue.family(name)
        end = key("family", found.id if found else name)
        if found and self._new(node(end, _row(found.row), name=found.name)) and found.vendor:
            self._add(edge(end, "PUBLISHED_BY", self.vendor(found.vendor), _row(found.row)))
        return end

    def model(self, artefact: str) -> str:
        """Give the key of a released model, and add publisher, family, licenses and what it derives from."""
        end = key("model", artefact.lower())
        found = self.catalogue.artefact(artefact)
        if found is None or not self._new(
            node(end, _row(found.row), name=found.id, size=found.size, version=found.version)
        ):
            return end
        at = _row(found.row)
        if found.publisher:
            self._add(edge(end, "PUBLISHED_BY", self.vendor(found.publisher), at))
        if found.family:
            self._add(edge(end, "IN_FAMILY", self.family(found.family), at))
        for name in found.licenses:
            self._add(edge(end, "LICENSED_UNDER", self.license(name), at, qualifier="catalogue"))
        for base, relation in found.bases:
            self._add(edge(end, "DERIVED_FROM", self.model(base), at, qualifier=relation))
        return end

    def resolved(self, resolution: Resolution) -> str:
        """Give the key of the model that a name means; its root is never lost, even where the row is thin."""
        end = self.model(resolution.artefact)
        known = self.catalogue.artefact(resolution.artefact)
        if known is not None and (known.family or known.bases or not resolution.family):
            return end
        at = _fact(resolution, "family")
        self._new(node(end, at, name=resolution.artefact))
        if resolution.publisher:
            self._add(
                edge(end, "PUBLISHED_BY", self.vendor(resolution.publisher), _fact(resolution, "publisher"))
            )
        if not resolution.family:
            return end
        relations = [word for word in resolution.derivation if word != "none"]
        if not relations:
            self._add(edge(end, "IN_FAMILY", self.family(resolution.family), at))
            return end
        family = self.family(resolution.family)
        root = key(
            "model",
            f"{resolution.vendor_origin[0] if resolution.vendor_origin else 'unknown'}/{resolution.family}",
        )
        self._new(node(root, at, name=resolution.family))
        self._add(edge(root, "IN_FAMILY", family, at))
        for relation in relations:
            self._add(edge(end, "DERIVED_FROM", root, at, qualifier=relation))
        return end

    def offering(self, end: str, *, host: str, model: str, resolution: Resolution) -> str:
        """Add an offering: what it serves and who hosts it."""
        at = _fact(resolution, "provider")
        self._new(node(end, at, name=resolution.served_id, host=host))
        if model:
            self._add(edge(end, "SERVES", model, _fact(resolution, "family")))
        found = self.catalogue.host(host)
        if found and found.vendor and found.kind != "self":
            self._add(edge(end, "HOSTED_BY", self.vendor(found.vendor), _row(found.row)))
        return end

    def serves(self, host: str) -> tuple[str, ...]:
        """Give the only vendors whose models a host serves; empty where it serves many or is not known."""
        found = self.catalogue.host(host)
        return found.serves if found else ()

    def _new(self, claim: Claim) -> bool:
        if claim[:4] in self._claims:
            return False
        self._claims[claim[:4]] = claim
        return True

    def _add(self, claim: Claim) -> None:
        self._claims.setdefault(claim[:4], claim)


def _row(row: str, confidence: float = 1.0) -> Evidence:
    file, _, name = row.partition("#")
    return Evidence(name, None, "catalogue", confidence, f"catalogue/{file}" if file else "catalogue")


def _fact(resolution: Resolution, field: str) -> Evidence:
    fact = resolution.facts.get(field)
    return _row(fact.row, fact.confidence) if fact else _row("", resolution.confidence)
