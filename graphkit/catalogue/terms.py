"""What licenses ask for: their terms as fields, and each duty with the clause that states it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from graphkit.catalogue.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

TERMS: Final = "terms.csv"
DUTIES: Final = "duties.csv"
_UNREAD: Final = "text not read"


@dataclass(frozen=True, slots=True)
class Terms:
    """Say what a license allows; an empty field, or None, is not known or does not apply.

    *commercial_use* is yes, no or conditional. *user_threshold* counts *metric*, *measured* when. From
    *revenue_threshold_usd* on, in US dollars, other terms hold. *passes_down* is yes, no or partly: whether
    the terms bind what derives from the licensed thing. *issued* is an ISO day, month or year. *text_read*
    is false where the source is not the license itself.
    """

    license: str
    commercial_use: str
    user_threshold: int | None
    metric: str
    measured: str
    revenue_threshold_usd: int | None
    territory: str
    outputs: str
    passes_down: str
    acceptable_use_url: str
    issued: str
    text_read: bool
    row: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Say one thing that a license asks for: its kind, the clause (empty: not known), our words, a link."""

    license: str
    kind: str
    clause: str
    text: str
    link: str
    row: str


class Rulebook:
    """Look up terms and duties by the id of a license, as `licenses.csv` has it.

    Both tables are read when they are first needed. A license that no row tells of is unknown: it may ask
    for anything.
    """

    def __init__(self, tables: Tables | None = None) -> None:
        """Set up the rulebook over *tables*; without them, over the shipped data."""
        self._tables = tables or Tables()

    def terms(self, license_id: str) -> Terms | None:
        """Return the terms of a license, None where nobody has written them down."""
        return self._terms.get(license_id)

    def duties(self, license_id: str) -> tuple[Duty, ...]:
        """Return the duties under a license by kind and clause; none where none is known."""
        return self._duties.get(license_id, ())

    @cached_property
    def _terms(self) -> Mapping[str, Terms]:
        return {row["license"]: _terms(row) for row in self._tables.rows(TERMS)}

    @cached_property
    def _duties(self) -> Mapping[str, tuple[Duty, ...]]:
        found: dict[str, list[Duty]] = defaultdict(list)
        for row in self._tables.rows(DUTIES):
            duty = Duty(row["license"], row["duty"], row["clause"], row["text"], row["link"], row["row"])
            found[duty.license].append(duty)
        return {
            name: tuple(sorted(listed, key=lambda duty: (duty.kind, duty.clause, duty.text)))
            for name, listed in found.items()
        }


def _terms(row: Mapping[str, str]) -> Terms:
    return Terms(
        license=row["license"],
        commercial_use=row["commercial_use"],
        user_threshold=_number(row["user_threshold"]),
        metric=row["metric"],
        measured=row["measured"],
        revenue_threshold_usd=_number(row["revenue_threshold_usd"]),
        territory=row["territory"],
        outputs=row["outputs"],
        passes_down=row["passes_down"],
        acceptable_use_url=row["acceptable_use_url"],
        issued=row["issued"],
        text_read=_UNREAD not in row["source"],
        row=row["row"],
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None
