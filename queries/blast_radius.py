"""What depends on a vendor, a model, a service or anything else in the graph."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, parameter
from graphkit.querying.schema import ROW_OF_A_NODE, ROW_UNDER_EVENTS, row_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """What of ours depends on it, through what, and since when?

    One row for each service, route, offering, model, package and dataset that reaches *ref*, without *ref*
    itself.
    """

    name: ClassVar[str] = "blast-radius"
    row_schema: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "anyOf": (
                row_schema(ROW_OF_A_NODE, "owner", "system", "criticality", "environment", "since"),
                ROW_UNDER_EVENTS,
            )
        }
    )

    ref: str | None = parameter(None, text="a vendor, family, license, model, offering, service, team, ...")
    event: tuple[str, ...] = parameter((), text="a change by a vendor: its id, or a file; may be given often")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List what reaches the reference, the nearest first.

        Raises UsageError where no reference is given, UnknownReference where nothing is meant by it.
        """
        if self.event:
            return self._judge(snapshots)
        from graphkit.querying.exposure import expose
        from graphkit.querying.exposure_words import ask_for, tell
        from graphkit.querying.references import resolve

        if not self.ref:
            raise ask_for(snapshots)
        return tell(expose(resolve(self.ref, snapshots), snapshots), snapshots)

    def _judge(self, snapshots: Snapshots) -> Answer:
        from graphkit.querying.judged import judged
        from graphkit.querying.judged_words import tell
        from graphkit.querying.references import resolve

        events = [snapshots.event(name) for name in self.event]
        reference = resolve(self.ref, snapshots) if self.ref else None
        return tell(judged(events, reference, snapshots), snapshots, typed=self.event)
