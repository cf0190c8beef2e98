"""One question to a large store, from start of the process to last byte, beside the peer's search.

Bar: at most 0.8 times the peer's time. Aim: 0.4 times.
"""

from __future__ import annotations

from benchmarks import estates
from benchmarks.measuring import interleave, peak, ratio, seconds
from benchmarks.setting import Benchmark, Figure, Setting

BAR = 0.8
AIM = 0.4


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure; the store and the peer's graph are made before where they are not there."""
    commands = {
        "ours": estates.querying(setting, setting.services),
        "peer": estates.asking(setting, setting.services),
    }
    taken = interleave(commands, rounds=setting.rounds, folder=setting.folder)
    return (
        ratio("blast-radius / peer's search", taken["ours"], taken["peer"], bar=BAR, aim=AIM),
        seconds("blast-radius family:llama", taken["ours"]),
        seconds("peer's search", taken["peer"]),
        peak("blast-radius, peak memory", taken["ours"]),
        peak("peer's search, peak memory", taken["peer"]),
    )


BENCHMARK = Benchmark(
    "query", "What reaches Llama, of 50,000 services, cold, beside unpickle and search.", run
)
