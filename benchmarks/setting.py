"""What a benchmark is, what it is told, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run of benchmarks is told: a folder to work in, sizes, and how often to repeat.

    *shared* takes the estate and the peer that lie beside the checkout, *large* adds ten times the services,
    *megabytes* is the size of a JSON document for the importers, *names* how many are resolved.
    """

    folder: Path
    services: int = 50_000
    rounds: int = 5
    kills: int = 200
    page_services: int = 2_000
    megabytes: float = 8.0
    names: int = 20_000
    shared: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, its spread over the rounds, and what it is held against (at most *bar*)."""

    what: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    bar: float | None = None
    aim: float | None = None

    @property
    def verdict(self) -> str:
        """Say `aim`, `bar` or `MISSED`; empty where nothing is asked."""
        if self.aim is not None and self.value <= self.aim:
            return "aim"
        if self.bar is None:
            return ""
        return "bar" if self.value <= self.bar else "MISSED"


class Benchmark(NamedTuple):
    """A benchmark: its name, a sentence on what it measures, and the function that does."""

    name: str
    sentence: str
    run: Callable[[Setting], tuple[Figure, ...]]
