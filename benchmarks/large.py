"""Import and query at ten times the size: it completes, and this is what it takes. Only with --large.

Bar: none but to complete. Aim: none.
"""

from __future__ import annotations

from benchmarks import estates, importing
from benchmarks.measuring import interleave, peak, ratio, seconds
from benchmarks.setting import Benchmark, Figure, Setting

TIMES = 10


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure once; nothing without *large*."""
    if not setting.large:
        return ()
    services = TIMES * setting.services
    ours, peers = importing.rounds(setting, services, 1)
    commands = {"ours": estates.querying(setting, services), "peer": estates.asking(setting, services)}
    asked = interleave(commands, rounds=1, folder=setting.folder)
    store = estates.shared_store(setting, services).stat().st_size / 1e6
    return (
        seconds("import", ours),
        ratio("import / peer's build", ours, peers, bar=None),
        peak("import, peak memory", ours),
        peak("peer's build, peak memory", peers),
        Figure("store", store, "MB"),
        seconds("blast-radius family:llama", asked["ours"]),
        ratio("blast-radius / peer's search", asked["ours"], asked["peer"], bar=None),
        peak("blast-radius, peak memory", asked["ours"]),
    )


BENCHMARK = Benchmark("large", "The same import and query at 500,000 services (only with --large).", run)
