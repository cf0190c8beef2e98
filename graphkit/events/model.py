"""What an event file says: a dated, sourced change by a vendor, as pydantic checks it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from graphkit.events.logic import is_range
from graphkit.model import NODE_KINDS, kind_of

Kind = Literal[
    "line_end",
    "license_change",
    "terms_change",
    "price_change",
    "retirement",
    "artefact_removal",
    "gating",
    "acquisition",
    "export_control",
]
ImpactClass = Literal["legal", "cost", "availability", "upgrade", "behaviour", "data"]
Severity = Literal["none", "watch", "degraded", "at_risk", "lost"]

DEFAULT_IMPACT: Final[dict[str, dict[str, str]]] = {
    "line_end": {"upgrade": "at_risk"},
    "license_change": {"legal": "at_risk"},
    "terms_change": {"legal": "watch", "data": "watch"},
    "price_change": {"cost": "degraded"},
    "retirement": {"availability": "lost"},
    "artefact_removal": {"availability": "at_risk", "upgrade": "lost"},
    "gating": {"availability": "at_risk"},
    "acquisition": {"legal": "watch", "data": "watch"},
    "export_control": {"legal": "lost", "availability": "lost"},
}
"""What a kind of event means where its file does not say."""

_CONSUMPTION: Final = ("api", "self_host", "distribute")


def _versions(text: str) -> str:
    if not is_range(text):
        raise ValueError("no range of versions, like '>=3, <4', '3.1' or '3.*'")
    return text


def _key(text: str) -> str:
    if ":" not in text or kind_of(text) not in NODE_KINDS:
        raise ValueError("no key of a node, like 'model:meta-llama/llama-guard-3-8b'")
    return text


def _product(text: str) -> str:
    if not re.fullmatch(r"pkg:[^/@\s]+/[^@\s]+", text):
        raise ValueError("no package URL without a version, like 'pkg:pypi/openai'")
    return text


def _one(value: object) -> object:
    """Scalars of our files are read as text."""
    return 1 if value == "1" else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scope(_Part):
    """What an event is about: all parts that are given must match."""

    families: tuple[str, ...] = Field(default=(), description="ids of families of models")
    versions: Annotated[str, AfterValidator(_versions)] | None = Field(
        default=None, description="versions of the families or products: '>=3, <4', '3.1', '3.*'"
    )
    models: tuple[str, ...] = Field(
        default=(), description="names of single models, as a host or the Hub has them"
    )
    hosts: tuple[str, ...] = Field(default=(), description="hosts of models; absent: every host")
    products: tuple[Annotated[str, AfterValidator(_product)], ...] = Field(
        default=(), description="packages: package URLs without a version"
    )
    exclude: tuple[Annotated[str, AfterValidator(_key)], ...] = Field(
        default=(), description="keys of what is not meant"
    )


class Conversion(_Part):
    """When old versions come under another license by themselves."""

    on: dt.date
    to: str


class Terms(_Part):
    """Licenses before and after."""

    old: str | None = None
    new: str | None = None
    conversion: Conversion | None = None


class Source(_Part):
    """Where a fact stands: tier A is the vendor's own text, B names it, C is secondary."""

    url: str = Field(pattern=r"^https?://")
    read: dt.date
    tier: Literal["A", "B", "C"]
    note: str = ""


class Event(_Part):
    """A change by a vendor: what, when, to whom, and how it is known.

    `supposed` marks what has not happened. An event without any source of tier A or B is only reported.
    """

    graphkit_event: Annotated[Literal[1], BeforeValidator(_one)]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    title: str = Field(min_length=1, max_length=200)
    vendor: str = Field(min_length=1)
    kind: Kind
    supposed: bool = False
    reported: bool = Field(default=False, description="only reported: the vendor itself has not said so")
    announced: dt.date | None = None
    effective: dt.date | None = None
    grace_until: dt.date | None = None
    enforced_from: dt.date | None = None
    support_until: dt.date | None = Field(
        default=None, description="until when what is not covered keeps getting fixes"
    )
    reverses: str | None = None
    scope: Scope = Field(default_factory=Scope)
    applies_by: Literal["version", "release", "all_use", "new_contracts", "account_terms"] = "all_use"
    when: dict[str, Any] = Field(default_factory=dict, description="conditions: consumption, company.NAME")
    derivatives: Literal["inherit", "none", "outputs_inherit"] = "inherit"
    terms: Terms = Field(default_factory=Terms)
    impact: dict[ImpactClass, Severity] = Field(default_factory=dict)
    successors: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()
    note: str = ""

    @property
    def day(self) -> dt.date:
        """The event's own date: the end of its grace, else of its effect, else of its announcement."""
        found = self.grace_until or self.effective or self.announced
        assert found is not None  # noqa: S101 - checked when the event was made
        return found

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.announced is None and self.effective is None:
            raise ValueError("needs a date: announced or effective")
        if self.grace_until and self.effective and self.grace_until < self.effective:
            raise ValueError("grace_until is before effective")
        for name, value in self.when.items():
            if name != "consumption" and not name.startswith("company."):
                raise ValueError(f"when: {name!r} is neither consumption nor company.NAME")
            if name == "consumption" and value not in _CONSUMPTION:
                raise ValueError(f"when: consumption is one of {', '.join(_CONSUMPTION)}")
        return self
