"""The explorer page for 2,000 services: how long it takes to write, and how large the one file is.

Bar: none. Aim: none. Beside it the same answer as JSON, which is all but the page.
"""

from __future__ import annotations

from benchmarks import estates
from benchmarks.measuring import interleave, peak, ratio, seconds
from benchmarks.setting import Benchmark, Figure, Setting


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure."""
    target = setting.folder / "page.html"
    as_json = estates.querying(setting, setting.page_services)
    question = as_json[: as_json.index("--format")]
    store = as_json[as_json.index("--store") :]
    commands = {"page": (*question, *store, "--output", str(target)), "json": as_json}
    taken = interleave(commands, rounds=setting.rounds, folder=setting.folder)
    return (
        seconds("blast-radius -o page.html", taken["page"]),
        ratio("page / the same as JSON", taken["page"], taken["json"], bar=None),
        peak("blast-radius -o page.html, peak memory", taken["page"]),
        Figure("page", target.stat().st_size / 1e6, "MB"),
    )


BENCHMARK = Benchmark("page", "Time to write the explorer page for 2,000 services, and its size.", run)
