"""How far the answers can be trusted: documents, names, owners, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, Column
from graphkit.querying.schema import NUMBER, TEXT, TRUTH, row_schema
from graphkit.querying.words import shown

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far can the answers be trusted: what was read, how old is it, and what is missing?

    One row a document as its importer read it.
    """

    name: ClassVar[str] = "coverage"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        {
            "importer": TEXT,
            "root": TEXT,
            "path": TEXT,
            "time": {"type": ["string", "null"]},
            "complete": TRUTH,
            "claims": NUMBER,
            "skipped": NUMBER,
        }
    )

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the documents; the summary counts what is known and what is not."""
        import numpy as np

        from graphkit.querying.basis import limits
        from graphkit.querying.covering import cover, coverage_notes, coverage_sentence
        from graphkit.querying.unknowns import unresolved
        from graphkit.snapshot import POSSIBLE

        snapshot = snapshots.current
        found = cover(snapshot)
        doubtful = np.flatnonzero(snapshot.e_flags & POSSIBLE)
        bounds = limits(snapshots, names=len(unresolved(snapshot)), uses=doubtful)
        return Answer(
            query=self.name,
            params={},
            frame=snapshots.frame,
            rows=found.rows,
            summary=found.summary,
            warnings=bounds.warnings,
            complete=bounds.complete,
            headline=bounds.after(coverage_sentence(found)),
            notes=(*bounds.notes, *coverage_notes(found, snapshots)),
            columns=_COLUMNS,
        )


_COLUMNS = (
    Column("IMPORTER", lambda row: shown(row["importer"])),
    Column("DOCUMENT", lambda row: shown(f"{row['root']}/{row['path']}", longest=200)),
    Column("TIME", lambda row: shown(row["time"] or "unknown")),
    Column("COMPLETE", lambda row: "yes" if row["complete"] else "no"),
    Column("CLAIMS", lambda row: f"{row['claims']:,}"),
    Column("SKIPPED", lambda row: f"{row['skipped']:,}"),
)
