"""Imports killed at random moments: the store holds a complete state, and the next import completes.

Bar: none of 200 is damaged. Aim: the same. The work is done by `benchmarks.killing`.
"""

from __future__ import annotations

import json
import subprocess

from benchmarks.measuring import PYTHON, ROOT, Failed
from benchmarks.setting import Benchmark, Figure, Setting


def run(setting: Setting) -> tuple[Figure, ...]:
    """Kill that many imports in a process of its own, and count."""
    command = (*PYTHON, "-m", "benchmarks.killing", str(setting.folder / "kill"), str(setting.kills))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    return (
        Figure("damaged stores", found["damaged"], bar=0, aim=0),
        Figure("imports killed", found["killed"]),
        Figure("of these with a journal left behind", found["journal"]),
        Figure("of these with the store's file half written", found["torn"]),
        Figure("of these with the new state complete", found["new"]),
        Figure("store", found["megabytes"], "MB"),
        Figure("one import, not killed", found["import_seconds"], "s"),
        Figure("all of it", found["seconds"], "s"),
    )


BENCHMARK = Benchmark("kill", "SIGKILL at random moments of an import: no store is damaged.", run)
