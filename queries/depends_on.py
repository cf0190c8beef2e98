"""What a service, or anything else, needs, down to vendors and licenses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, parameter
from graphkit.querying.schema import ROW_OF_A_NODE, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots


@dataclass(frozen=True, slots=True)
class DependsOn:
    """What does it need, down to vendors and licenses?

    One row for each node that *ref* leads to, without *ref* itself.
    """

    name: ClassVar[str] = "depends-on"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(ROW_OF_A_NODE)

    ref: str = parameter(text="a service, a route, a model, a team, ...")

    def answer(self, snapshots: Snapshots) -> Answer:
        """List what the reference leads to, the nearest first.

        Raises UnknownReference where nothing is meant by it.
        """
        from graphkit.querying.references import resolve
        from graphkit.querying.requirements import require, tell

        return tell(require(resolve(self.ref, snapshots), snapshots), snapshots)
