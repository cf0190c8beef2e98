"""The chains that connect one thing with vendors, each edge with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, Column, parameter
from graphkit.querying.schema import ROW_OF_A_NODE, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class Why:
    """Why does it depend on these vendors, or on that one thing?

    One row a chain: the shortest for each first step, at most twenty to one target.
    """

    name: ClassVar[str] = "why"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(ROW_OF_A_NODE, "chain")

    ref: str = parameter(text="what the chains begin at: a service, a route, a team, ...")
    from_: str | None = parameter(None, text="what the chains end at: a vendor, a model, ...", option=True)

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the chains, the certain and short ones first.

        Raises UnknownReference where nothing is meant by one of the references.
        """
        from graphkit.querying.reasons import headline, reasons, reasons_text
        from graphkit.querying.references import resolve

        about = resolve(self.ref, snapshots)
        origin = resolve(self.from_, snapshots) if self.from_ else None
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


_COLUMNS = (
    Column("TO", lambda row: row["name"]),
    Column("CERTAINTY", lambda row: row["certainty"]),
    Column("EDGES", lambda row: str(row["distance"])),
    Column("CHAIN", lambda row: row["chain"]),
)
