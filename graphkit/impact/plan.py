"""What a plan file says: replacements, prices of our own, tests and effort, as pydantic checks it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from graphkit.events.reading import read_file

if TYPE_CHECKING:
    from graphkit.events.reading import Lines

_LONGEST: Final = 500
_PER: Final = re.compile(r"[1-9][0-9]{0,11}[kMB]?", re.ASCII)

Name = Annotated[str, Field(min_length=1, max_length=_LONGEST)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=24)]


def _one(value: object) -> object:
    """Scalars of our files are read as text."""
    return 1 if value == "1" else value


def _per(text: str) -> str:
    if not _PER.fullmatch(text):
        raise ValueError("no number of tokens, like '1M' or '1000'")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replacement(_Part):
    """What is required now, what takes its place, and for whom: without `only` for everybody."""

    from_: Name = Field(alias="from", description="a family, model, offering or vendor: a key, or its name")
    to: Name = Field(description="an offering or a model, as an inventory names it")
    only: tuple[Name, ...] | None = Field(default=None, min_length=1, description="services")


class Price(_Part):
    """A contract price of our own, which wins over the catalogue's."""

    offering: Name
    input: Amount | None = None
    output: Amount | None = None
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    per: Annotated[str, AfterValidator(_per)] = "1M"
    as_of: dt.date


class Test(_Part):
    """Evidence that a service works with a model, and for how many days that holds."""

    __test__ = False  # pytest takes classes of this name for its own

    service: Name
    with_: Name = Field(alias="with")
    on: dt.date
    result: Literal["pass", "fail"]
    by: str = ""
    valid_days: int | None = Field(default=None, gt=0)


class Effort(_Part):
    """What the change costs in one service: the least, the likely and the most."""

    low: float = Field(ge=0, allow_inf_nan=False)
    likely: float = Field(ge=0, allow_inf_nan=False)
    high: float = Field(ge=0, allow_inf_nan=False)
    unit: Literal["person_days"] = "person_days"
    why: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("low, likely and high are not in this order")
        return self


class Plan(_Part):
    """Replacements that are laid over a graph, with what is known of their cost."""

    graphkit_plan: Annotated[Literal[1], BeforeValidator(_one)]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    replace: tuple[Replacement, ...] = ()
    prices: tuple[Price, ...] = ()
    tested: tuple[Test, ...] = ()
    effort: dict[Name, Effort] = Field(default_factory=dict, description="by service")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan, the file that holds it, and the line of each of its values."""

    plan: Plan
    lines: Lines
    digest: str

    @property
    def name(self) -> str:
        """The file, as it was named."""
        return self.lines.name


def read_plan(data: bytes, name: str) -> PlanFile:
    """Read a plan file; *name* is the path that problems begin with.

    What its names mean is a matter of the graph that it is laid over. Raises BadFile with every problem at
    once: broken YAML, unknown keys with the nearest right one, impossible values.
    """
    plan, lines = read_file(data, name, Plan)
    return PlanFile(plan, lines, hashlib.sha256(data).hexdigest())
