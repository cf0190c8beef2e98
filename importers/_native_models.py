"""The entries of a native inventory, as pydantic models: what may stand in one, and its JSON Schema."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

MAX_QUANTITY: Final = 10**18
TARGETS: Final = ("service", "model", "route", "package", "offering")
"""The keys of which a requirement has exactly one."""

_FACTORS: Final = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9}
_QUANTITY: Final = re.compile(r"(\d+(?:\.\d+)?)\s?([kKmMbBgG]?)", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:([ ,_'\u00a0\u202f])\d{3})(?:\1\d{3})*", re.ASCII)
_LONGEST: Final = 40


def quantity(value: object) -> object:
    """Turn `2M`, `900k`, `1.5B` or `1,000,000` into the number; other types are left to pydantic.

    >>> quantity("1.5B"), quantity("900k"), quantity("32,000")
    (1500000000, 900000, 32000)

    Raises ValueError for text that is no such number.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()[:_LONGEST]
    if _GROUPED.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise ValueError("should be a number such as 1200, 400k, 2M or 1.5B")
    return int(Decimal(found[1]) * _FACTORS[found[2].lower()])


def _listed(value: object) -> object:
    """Take one text for a list of one."""
    return (value,) if isinstance(value, str) else value


_ID_SCHEMA: Final = {"type": "string", "minLength": 1}
Id = Annotated[str | None, WithJsonSchema(_ID_SCHEMA)]
Quantity = Annotated[
    int,
    BeforeValidator(quantity),
    Field(ge=0, le=MAX_QUANTITY),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]"}]}),
]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Entry(BaseModel):
    """What all entries share: no unknown keys, numbers as names, white space around text left out."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True
    )


def _needs(*names: str) -> ConfigDict:
    return ConfigDict(json_schema_extra={"required": list(names)})


class Named(Entry):
    """An entry with an id; a missing one is reported and derived, so it is required by the schema only."""

    model_config = _needs("id")

    id: Id = None
    name: str | None = None


class Team(Named):
    """A team and where it can be reached, which is never an e-mail address."""

    contact: str | None = None


class System(Named):
    """A group of services and the team that owns it."""

    owner: str | None = None


class Usage(Entry):
    """What was used in one period; k, M and B are decimal."""

    requests: Quantity | None = None
    input_tokens: Quantity | None = None
    output_tokens: Quantity | None = None
    per: Literal["hour", "day", "week", "month", "quarter", "year"] | None = None
    period: str | None = None


class Member(Entry):
    """One of the interchangeable members of a need."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in TARGETS]})

    service: str | None = None
    model: str | None = None
    route: str | None = None
    package: str | None = None
    offering: str | None = None
    order: Count | None = None
    consumption: Literal["api", "self_host", "distribute"] | None = None
    purpose: str | None = None
    usage: Usage | None = None


class Requirement(Member):
    """A requirement of a service: of one thing, or of any *k* members of a need."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in (*TARGETS, "any_of")]},
    )

    need: str | None = None
    any_of: tuple[Member, ...] | None = None
    k: Count | None = None
    optional: bool | None = None
    environment: str | None = None
    requires_capabilities: Texts | None = None
    min_context_tokens: Quantity | None = None


class Service(Named):
    """A service of ours, who owns it, and what it requires."""

    owner: str | None = None
    system: str | None = None
    criticality: Literal["critical", "high", "medium", "low"] | None = None
    requires: tuple[Requirement, ...] | None = None


class Model(Named):
    """A model that only we know: what it is made of, or what it is another name of."""

    base: Texts | None = None
    relation: Literal["finetune", "quantized", "adapter", "merge", "distill"] | None = None
    publisher: str | None = None
    license: str | None = None
    same: str | None = Field(default=None, alias="is")


class Vendor(Named):
    """A vendor and the vendor that it belongs to."""

    parent: str | None = None


class Defaults(Entry):
    """What holds for every requirement that says nothing else."""

    environment: str | None = None


class Inventory(Entry):
    """A native inventory."""

    model_config = _needs("graphkit")

    graphkit: Annotated[object, WithJsonSchema({"const": 1})] = None
    defaults: Defaults | None = None
    teams: tuple[Team, ...] | None = None
    systems: tuple[System, ...] | None = None
    services: tuple[Service, ...] | None = None
    models: tuple[Model, ...] | None = None
    vendors: tuple[Vendor, ...] | None = None


PARTS: Final[dict[str, type[Entry]]] = {
    "defaults": Defaults,
    "teams": Team,
    "systems": System,
    "services": Service,
    "requires": Requirement,
    "any_of": Member,
    "usage": Usage,
    "models": Model,
    "vendors": Vendor,
}
"""Key -> the model of the entry, or of the entries, under it."""


def keys_of(model: type[Entry]) -> tuple[str, ...]:
    """Give the keys that may stand in an entry, as documents spell them."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def inventory_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a native inventory."""
    schema = Inventory.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "graphkit inventory",
    }
