"""How many alternatives services really have, and which of them an event leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, parameter
from graphkit.querying.schema import COUNT_OR_NULL, KEYS, ROW_OF_A_NODE, TEXT, TRUTH, list_of, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """How many independent alternatives are really wired in, and which survive?

    One row a service, its routes opened; counts are the least over its needs that a model serves.
    """

    name: ClassVar[str] = "fallbacks"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        {
            **{part: ROW_OF_A_NODE[part] for part in ("key", "kind", "name")},
            "wired": COUNT_OR_NULL,
            "surviving": COUNT_OR_NULL,
            "independent": COUNT_OR_NULL,
            "needs": list_of(
                {
                    "need": TEXT,
                    "primary": TEXT,
                    "members": list_of(
                        {"target": TEXT, "survives": TRUTH, "independent": TRUTH, "why_not": KEYS}
                    ),
                }
            ),
        }
    )

    ref: str | None = parameter(None, text="a service, or a team or system with all of its services")
    event: tuple[str, ...] = parameter((), text="a change by a vendor: its id, or a file; may be given often")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the services with their alternatives, those with the fewest first.

        Raises UnknownReference where nothing is meant by the reference, UsageError where it holds no service.
        """
        from graphkit.querying.fallbacks import fallbacks, tell
        from graphkit.querying.references import resolve

        events = [snapshots.event(name) for name in self.event]
        about = resolve(self.ref, snapshots) if self.ref else None
        return tell(fallbacks(about, events, snapshots), snapshots)
