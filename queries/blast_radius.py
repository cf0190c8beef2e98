"""What depends on a vendor, a model, a service or anything else in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, parameter
from graphkit.querying.schema import ROW_OF_A_NODE, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """What of ours depends on it, through what, and since when?

    One row for each service, route, offering, model, package and dataset that reaches *ref*, without *ref*
    itself.
    """

    name: ClassVar[str] = "blast-radius"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        ROW_OF_A_NODE, "owner", "system", "criticality", "environment", "since"
    )

    ref: str | None = parameter(None, text="a vendor, family, license, model, offering, service, team, ...")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List what reaches the reference, the nearest first.

        Raises UsageError where no reference is given, UnknownReference where nothing is meant by it.
        """
        from graphkit.querying.exposure import expose
        from graphkit.querying.exposure_words import ask_for, tell
        from graphkit.querying.references import resolve

        if not self.ref:
            raise ask_for(snapshots)
        return tell(expose(resolve(self.ref, snapshots), snapshots), snapshots)
