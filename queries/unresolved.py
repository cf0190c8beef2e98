"""Names of models that nobody could identify, with what they may mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, Column, parameter
from graphkit.querying.schema import KEYS, TEXT, list_of, row_schema
from graphkit.querying.words import counted, listed, plural, shown

if TYPE_CHECKING:
    from graphkit.querying import Snapshots
    from graphkit.querying.answer import Row


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Which names of models could not be identified, who uses them, and what may they mean?

    One row a name, those that most services depend on first. With *fix* the table is rows for graphkit.toml.
    """

    name: ClassVar[str] = "unresolved"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        {
            "name": TEXT,
            "context": TEXT,
            "services": KEYS,
            "candidates": list_of({"key": TEXT, "why": TEXT}),
            "why": TEXT,
        }
    )

    fix: bool = parameter(default=False, text="print rows for [models] in graphkit.toml", flag=True)

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the names; a name that no service depends on is among them."""
        from graphkit.querying.basis import basis, limits, names_in_use
        from graphkit.querying.fixing import toml_rows
        from graphkit.querying.unknowns import unresolved_rows

        snapshot = snapshots.current
        rows = unresolved_rows(snapshot)
        services = {key for row in rows for key in row["services"]}
        names = names_in_use(snapshot)
        bounds = limits(snapshots, names=len(rows))
        return Answer(
            query=self.name,
            params={"fix": self.fix},
            frame=snapshots.frame,
            rows=rows,
            summary={"names": {"total": names.total, "unresolved": len(rows)}, "services": len(services)},
            warnings=bounds.warnings,
            complete=bounds.complete,
            headline=limits(snapshots, names=0).after(
                _headline(len(rows), total=names.total, services=len(services))
            ),
            notes=(("Basis", basis(snapshots)), *((("Next", "graphkit unresolved --fix"),) if rows else ())),
            columns=_COLUMNS,
            under=_candidates,
            text=toml_rows(rows, begun=bool(snapshots.config.models)) if self.fix else None,
        )


def _headline(unknown: int, *, total: int, services: int) -> str:
    if not unknown:
        return f"Every name is identified: {counted(total, 'name')} of models looked at."
    return (
        f"{unknown:,} of {counted(total, 'name')} of models could not be identified; "
        f"{counted(services, 'service')} {plural(services, 'depends')} on them."
    )


def _candidates(row: Row) -> str:
    """Say why the name is not known, and what it may mean."""
    found = [f"{shown(candidate['key'])} ({shown(candidate['why'])})" for candidate in row["candidates"]]
    return f"{shown(row['why'], longest=200)}{'; may be ' + ', '.join(found) if found else ''}"


_COLUMNS = (
    Column("NAME", lambda row: shown(row["name"])),
    Column("CONTEXT", lambda row: shown(row["context"]) or "-"),
    Column("SERVICES", lambda row: str(len(row["services"]))),
    Column("WHICH", lambda row: listed([key.partition(":")[2] for key in row["services"]], most=3)),
)
