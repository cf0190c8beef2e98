"""The start of the program: `graphkit --help` beside an interpreter that imports click and stops.

Bar: at most 2.5 times. Aim: none.
"""

from __future__ import annotations

from benchmarks.measuring import GRAPHKIT, PYTHON, interleave, ratio, seconds
from benchmarks.setting import Benchmark, Figure, Setting

BAR = 2.5
_TIMES = 4  # short, so that many rounds cost little and noise weighs more


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure, after one round that is not counted and writes the compiled modules."""
    commands = {"ours": (*GRAPHKIT, "--help"), "click": (*PYTHON, "-c", "import click")}
    interleave(commands, rounds=1, folder=setting.folder)
    taken = interleave(commands, rounds=_TIMES * setting.rounds, folder=setting.folder)
    return (
        ratio("graphkit --help / import click", taken["ours"], taken["click"], bar=BAR),
        seconds("graphkit --help", taken["ours"]),
        seconds("python -c 'import click'", taken["click"]),
    )


BENCHMARK = Benchmark("help", "Start of `graphkit --help` beside a bare import of click.", run)
