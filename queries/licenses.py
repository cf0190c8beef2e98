"""Declared licenses against those that bind, with the path that proves it and the duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from graphkit.querying import Answer, parameter
from graphkit.querying.schema import EDGE_IDS, KEYS, TEXT, TRUTH, list_of, row_schema

if TYPE_CHECKING:
    from graphkit.querying import Snapshots

_CLASSES = ("permissive", "copyleft", "unknown", "open-weights-restricted", "research-only", "proprietary")


@dataclass(frozen=True, slots=True)
class Licenses:
    """Which license binds each model in use, does the declared one contradict it, and what does it ask?

    One row a model that something uses, or that a used one derives from; contradictions first.
    """

    name: ClassVar[str] = "licenses"
    row_schema: ClassVar[Mapping[str, Any]] = row_schema(
        {
            "key": TEXT,
            "kind": {"enum": ("model",)},
            "name": TEXT,
            "declared": KEYS,
            "effective": KEYS,
            "class": {"enum": _CLASSES},
            "conflict": TRUTH,
            "path": EDGE_IDS,
            "duties": list_of({"duty": TEXT, "clause": TEXT, "link": TEXT}),
            "services": KEYS,
        }
    )

    conflicts: bool = parameter(default=False, text="only declared licenses that contradict", flag=True)
    for_: str | None = parameter(default=None, text="only what this service leads to", option=True)

    def answer(self, snapshots: Snapshots) -> Answer:
        """List the models in use with what binds them, those without a conflict too unless *conflicts*.

        Raises UnknownReference where nothing is meant by *for_*.
        """
        from graphkit.querying.licensing_words import examine, tell
        from graphkit.querying.references import resolve

        among = resolve(self.for_, snapshots) if self.for_ is not None else None
        return tell(examine(snapshots, among), snapshots, conflicts=self.conflicts)
