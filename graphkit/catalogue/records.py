"""Hold the records that the catalogue gives out: answers, their evidence and the things they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RELATIONS = ("finetune", "quantized", "adapter", "merge", "distill")
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """Give the evidence for one field: the rule that set it, its row of data, how sure it is."""

    rule: str
    row: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Name something that an unresolved text may mean: its key (``family:llama``) and why."""

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Say what a text means as a model's name, field by field; an empty field is not known.

    ``serving`` is ``vendor`` (an endpoint of a vendor), ``self`` (a runtime of our own, a weights file) or
    empty (just an artefact's name). ``vendor_origin`` lists root first whose terms bind. ``derivation`` is
    ``("none",)`` for a release of the root vendor's own and ``()`` where it is not known.
    """

    text: str
    context: str
    is_model: bool | None
    provider: str = ""
    serving: str = ""
    served_id: str = ""
    publisher: str = ""
    vendor_origin: tuple[str, ...] = ()
    family: str = ""
    version: str = ""
    size: str = ""
    variant: str = ""
    derivation: tuple[str, ...] = ()
    license_ids: tuple[str, ...] = ()
    license_class: str = ""
    artefact: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    facts: Mapping[str, Fact] = field(default_factory=lambda: NO_FACTS)

    @property
    def resolved(self) -> bool:
        """Tell whether the artefact is known, and with it a publisher, a family or a vendor."""
        return bool(self.artefact and (self.publisher or self.family or self.vendor_origin))


@dataclass(frozen=True, slots=True)
class Host:
    """Describe who serves models.

    *serves* lists vendor ids, empty for many; *kind* is ``vendor``, ``self`` or ``hub``.
    """

    name: str
    vendor: str
    serves: tuple[str, ...]
    kind: str
    row: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """Describe an organization that publishes, hosts or licenses; *parent* is empty where it has none."""

    id: str
    name: str
    parent: str
    row: str


@dataclass(frozen=True, slots=True)
class Family:
    """Describe a root lineage of weights and the vendor at its root."""

    id: str
    name: str
    vendor: str
    row: str


@dataclass(frozen=True, slots=True)
class License:
    """Describe a license.

    *issuer* is a vendor id or empty, *cls* its class, empty where nobody has read its text.
    """

    id: str
    name: str
    issuer: str
    cls: str
    row: str


@dataclass(frozen=True, slots=True)
class Artefact:
    """Describe a released model: *bases* pairs each base's id with its relation.

    *family* is set only for the root vendor's own releases; *licenses* are the ones this artefact adds or
    carries itself; those of its bases bind too. *open_weights* is None where it is not known.
    """

    id: str
    publisher: str
    family: str
    version: str
    size: str
    variant: str
    licenses: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]
    open_weights: bool | None
    released: str
    row: str
