"""Megabytes a second of every importer on a generated document, beside the bare parser of the format.

Bar: none. Aim: none. The parser is json, PyYAML's C loader or csv; it checks and keeps nothing.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path

from benchmarks.documents import KINDS, Kind
from benchmarks.measuring import PYTHON, ROOT, Failed
from benchmarks.setting import Benchmark, Figure, Setting

_MOST_ROUNDS = 3


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure every format whose importer is installed."""
    installed = _installed()
    kinds = {title: kind for title, kind in KINDS.items() if kind.importer in installed}
    return tuple(figure for title, kind in kinds.items() for figure in _figures(title, kind, setting))


def _figures(title: str, kind: Kind, setting: Setting) -> tuple[Figure, ...]:
    file = setting.folder / f"document-{title.replace(' ', '-')}{kind.suffix}"
    file.write_text(kind.make(int(setting.megabytes * kind.share * 1e6)), encoding="utf-8")
    size = file.stat().st_size / 1e6
    taken = [_read(file, kind) for _ in range(min(setting.rounds, _MOST_ROUNDS))]
    rates = [size / one["ours"] for one in taken]
    ratios = [one["ours"] / max(one["parser"], 1e-6) for one in taken]
    name = f"{title}, {size:.1f} MB, {taken[0]['claims']:,.0f} claims"
    return (
        Figure(name, statistics.median(rates), "MB/s", min(rates), max(rates)),
        Figure(f"{title} / bare parser", statistics.median(ratios), "x", min(ratios), max(ratios)),
    )


def _read(file: Path, kind: Kind) -> dict[str, float]:
    command = (*PYTHON, "-m", "benchmarks.reading", str(file), kind.importer)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _installed() -> frozenset[str]:
    code = "from graphkit.importers import IMPORTERS; print(*(i.name for i in IMPORTERS))"
    done = subprocess.run((*PYTHON, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


BENCHMARK = Benchmark("formats", "Megabytes a second of each importer, beside the format's bare parser.", run)
