"""The chains that connect one thing with vendors, or with what events strike, each edge with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, Column, parameter
from graphkit.querying.schema import ROW_OF_A_NODE, ROW_OF_AN_ARGUMENT, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots
    from graphkit.querying.references import Reference


@dataclass(frozen=True, slots=True)
class Why:
    """Why does it depend on these vendors, or on that one thing; why does an event hit it, or not?

    One row a chain: the shortest for each first step, at most twenty to one target.
    """

    name: ClassVar[str] = "why"
    row_schema: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"anyOf": (row_schema(ROW_OF_A_NODE, "chain"), ROW_OF_AN_ARGUMENT)}
    )

    ref: str = parameter(text="what the chains begin at: a service, a route, a team, ...")
    from_: str | None = parameter(None, text="what the chains end at: a vendor, a model, ...", option=True)
    event: tuple[str, ...] = parameter((), text="a change by a vendor: its id, or a file; may be given often")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the chains, the certain and short ones first.

        Raises UnknownReference where nothing is meant by one of the references, UsageError where an event is
        not known, or cannot meet the reference that chains shall end at.
        """
        from graphkit.querying.reasons import headline, reasons, reasons_text
        from graphkit.querying.references import resolve

        about = resolve(self.ref, snapshots)
        origin = resolve(self.from_, snapshots) if self.from_ else None
        if self.event:
            return self._argue(about, origin, snapshots)
        found = reasons(about, origin, snapshots)
        vendors = sorted(
            {row["key"] for row in found.rows if row["kind"] == "vendor" and row["certainty"] == "certain"}
        )
        return Answer(
            query=self.name,
            params={"ref": about.key, "from": origin.key if origin else None},
            frame=snapshots.frame,
            rows=found.rows,
            because=found.proof,
            summary={"chains": len(found.rows), "vendors": vendors},
            warnings=found.limits.warnings,
            complete=found.limits.complete,
            headline=found.limits.after(headline(found)),
            columns=_COLUMNS,
            text=reasons_text(found, snapshots),
        )

    def _argue(self, about: Reference, origin: Reference | None, snapshots: Snapshots) -> Answer:
        from graphkit.querying.arguing import argue
        from graphkit.querying.arguing_words import tell

        events = [snapshots.event(name) for name in self.event]
        return tell(argue(about, origin, events, snapshots), snapshots, typed=self.event)


_COLUMNS = (
    Column("TO", lambda row: row["name"]),
    Column("CERTAINTY", lambda row: row["certainty"]),
    Column("EDGES", lambda row: str(row["distance"])),
    Column("CHAIN", lambda row: row["chain"]),
)
