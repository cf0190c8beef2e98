"""Whole processes, timed and weighed one by one, in rounds that take turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.setting import Figure

ROOT: Final = Path(__file__).parents[1]
PYTHON: Final = (sys.executable,)

_OURS: Final = Path(sys.executable).parent / "graphkit"
GRAPHKIT: Final = (str(_OURS),) if _OURS.exists() else (*PYTHON, "-m", "graphkit")
_KEPT: Final = 2000


class Spent(NamedTuple):
    """What one process took: seconds on the clock, its peak of resident memory, and its last messages."""

    seconds: float
    megabytes: float
    messages: str


class Failed(Exception):
    """A measured process ended with an error; its figure would mean nothing."""


def spend(command: Sequence[str], *, folder: Path, stdin: Path | None = None) -> Spent:
    """Run *command* in *folder*, its output thrown away, and say what it took.

    The peak is that of the process alone (wait4). On Linux it is never less than this process had when it
    started the other, which is why nothing heavy is imported here. Raises Failed.
    """
    with tempfile.TemporaryFile() as errors, open(stdin or os.devnull, "rb") as source:  # noqa: PTH123 - or a device
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdin=source, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - _KEPT))
        messages = errors.read().decode("utf-8", "replace")
    if process.returncode:
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}: {messages}")
    return Spent(seconds, _megabytes(usage.ru_maxrss), messages)


def interleave(
    commands: Mapping[str, Sequence[str]], *, rounds: int, folder: Path
) -> dict[str, tuple[Spent, ...]]:
    """Run all *commands*, one after the other, *rounds* times: what slows the machine slows all of them."""
    taken: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(spend(command, folder=folder))
    return {name: tuple(spent) for name, spent in taken.items()}


def ratio(
    what: str, ours: Sequence[Spent], peers: Sequence[Spent], *, bar: float | None, aim: float | None = None
) -> Figure:
    """Give the median of the ratios of the rounds, and their spread."""
    ratios = [our.seconds / peer.seconds for our, peer in zip(ours, peers, strict=True)]
    return Figure(what, statistics.median(ratios), "x", min(ratios), max(ratios), bar, aim)


def seconds(what: str, spent: Sequence[Spent]) -> Figure:
    """Give the median time and its spread."""
    times = [one.seconds for one in spent]
    return Figure(what, statistics.median(times), "s", min(times), max(times))


def peak(what: str, spent: Sequence[Spent], *, bar: float | None = None) -> Figure:
    """Give the highest peak of memory of all rounds."""
    return Figure(what, max(one.megabytes for one in spent), "MB", bar=bar)


def _environment() -> dict[str, str]:
    """Give the environment without what would lead graphkit to other files; the peers import from here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHKIT_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _megabytes(peak_of_rusage: int) -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB on Linux
    return peak_of_rusage * unit / 1e6
