"""What changed between two dates, revisions or stores: who is newly exposed, and who no longer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.model import CRITICALITIES
from graphkit.querying import Answer, parameter
from graphkit.querying.schema import CERTAINTY_OR_NULL, CHANGES, ROW_OF_A_NODE, SEVERITY_OR_NULL, row_schema
from graphkit.querying.schema import KEY_OR_NULL as KEY

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two dates, revisions or stores: who is newly exposed, and who no longer is?

    One row a change: of a service and a vendor, or of what events do to a service; of the services
    themselves; of names that nobody could identify.
    """

    name: ClassVar[str] = "diff"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        {
            **{part: ROW_OF_A_NODE[part] for part in ("key", "kind", "name")},
            "change": {"enum": CHANGES},
            "was": KEY,
            "vendor": KEY,
            "severity_before": SEVERITY_OR_NULL,
            "severity_after": SEVERITY_OR_NULL,
            "certainty_before": CERTAINTY_OR_NULL,
            "certainty_after": CERTAINTY_OR_NULL,
            "owner": KEY,
            "criticality": {"enum": (*CRITICALITIES, None)},
            "witness": ROW_OF_A_NODE["witness"],
        }
    )

    from_: str = parameter(text="the side to compare with: a date, a revision, or a store")
    to: str | None = parameter(None, text="the other side (default: the newest state)")
    event: tuple[str, ...] = parameter((), text="a change by a vendor: its id, or a file; may be given often")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List what changed, the newly exposed first.

        Raises UsageError where one of the sides or events is not known.
        """
        from graphkit.querying.differing import differences
        from graphkit.querying.differing_words import tell

        before = snapshots.other(self.from_)
        after = snapshots.other(self.to) if self.to else snapshots
        events = [snapshots.event(name) for name in self.event]
        return tell(differences(before, after, events), (self.from_, self.to))
