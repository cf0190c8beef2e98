"""The small inventory that every shipped event is judged on, and what was worked out for it by hand."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from graphkit.config import Config
from graphkit.events.files import library, shipped
from graphkit.events.model import Event
from graphkit.querying import Frame, Snapshots
from graphkit.querying.judged import judged
from tests.build.graphs import read
from tests.queries.asking import asked, catalogue

HERE: Final = Path(__file__).parent / "library"
COMPANY: Final = MappingProxyType(
    {
        "users": 240_000_000,
        "staff": 500,
        "domicile": "DE",
        "owner_region": "CN",
        "groq_tier": "developer",
        "competing_offering": True,
    }
)
"""A company that meets every condition of a shipped event."""


@cache
def events() -> tuple[Event, ...]:
    """Give all shipped events."""
    return library(catalogue())


def event(name: str) -> Event:
    """Give one shipped event."""
    return shipped(name, catalogue())


def inventory(company: tuple[tuple[str, Any], ...] = tuple(COMPANY.items())) -> Snapshots:
    """Build the inventory for a company of which that is known."""
    return _built(company)


def on(snapshots: Snapshots, day: str) -> Snapshots:
    """Give the same graph, asked on another day."""
    frame = Frame(day, snapshots.frame.revision, snapshots.frame.catalogue)
    return Snapshots(snapshots.current, frame, snapshots.config, catalogue)


def hit(names: Sequence[str], snapshots: Snapshots | None = None) -> list[str]:
    """Judge shipped events together; a line a service: its id, severity, certainty, first day."""
    found = judged([event(name) for name in names], None, snapshots or inventory())
    return sorted(
        f"{row['key'].removeprefix('service:')} {row['severity']} {row['certainty']} {row['first_date']}"
        for row in found.rows
        if row["kind"] == "service"
    )


def expected() -> dict[str, list[str]]:
    """Give what each event must hit, as the table says."""
    found: dict[str, list[str]] = {}
    for line in (HERE / "expected.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[list(found)[-1]].append(" ".join(line.split()))
        elif line and not line.startswith("#"):
            found[line] = []
    return {name: sorted(rows) for name, rows in found.items()}


@cache
def _built(company: tuple[tuple[str, Any], ...]) -> Snapshots:
    reading = read("inventory.yaml", (HERE / "inventory.yaml").read_text("utf-8"))
    return asked(reading, config=Config(company=dict(company)))
