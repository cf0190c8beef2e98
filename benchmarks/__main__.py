"""Run benchmarks and print a table: `python -m benchmarks [NAME...]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import BENCHMARKS
from benchmarks.measuring import Failed
from benchmarks.setting import Benchmark, Figure, Setting

_SIZES = ("services", "rounds", "kills")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments name, all without a name. Gives 1 where a bar is missed or a process failed."""
    options = _options(arguments)
    found: dict[str, tuple[Figure, ...]] = {}
    failed = False
    before = _load()
    with tempfile.TemporaryDirectory(prefix="graphkit-bench-") as folder:
        setting = _setting(options, Path(folder))
        for benchmark in _chosen(options.names):
            try:
                found[benchmark.name] = benchmark.run(setting)
            except Failed as error:
                failed = True
                print(f"{benchmark.name}: {error}", file=sys.stderr, flush=True)
            else:
                _print(benchmark, found[benchmark.name])
    machine = {**_machine(), "load_before": before, "load_after": _load()}
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine.items()))
    if options.json:
        _write(Path(options.json), machine, setting, found)
    missed = any(figure.verdict == "MISSED" for figures in found.values() for figure in figures)
    return int(failed or missed)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = ", ".join(benchmark.name for benchmark in BENCHMARKS)
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__, epilog=f"Benchmarks: {names}.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to run (default: all)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--shared", action="store_true", help="take the estate and the peer beside the checkout"
    )
    parser.add_argument("--large", action="store_true", help="also at ten times the size: minutes, gigabytes")
    for name in _SIZES:
        parser.add_argument(
            f"--{name}", type=int, metavar="N", help=f"(default: {getattr(_defaults(), name)})"
        )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - {benchmark.name for benchmark in BENCHMARKS})
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {names}")
    return options


def _defaults() -> Setting:
    return Setting(Path())


def _setting(options: argparse.Namespace, folder: Path) -> Setting:
    given = {name: getattr(options, name) for name in _SIZES if getattr(options, name) is not None}
    return Setting(folder, shared=options.shared, large=options.large, **given)


def _chosen(names: Sequence[str]) -> list[Benchmark]:
    return [benchmark for benchmark in BENCHMARKS if not names or benchmark.name in names]


def _print(benchmark: Benchmark, figures: Sequence[Figure]) -> None:
    print(f"\n{benchmark.name}: {benchmark.sentence}")
    for figure in figures:
        spread = "" if figure.low is None else f"{figure.low:,.2f} .. {figure.high:,.2f}"
        asked = "" if figure.bar is None else f"bar {figure.bar:g}"
        asked += "" if figure.aim is None else f", aim {figure.aim:g}"
        value = f"{figure.value:,.2f}".removesuffix(".00") + f" {figure.unit}"
        print(f"  {figure.what:48} {value:>14}  {spread:24} {asked:16} {figure.verdict}".rstrip(), flush=True)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}


def _load() -> float:
    """Give the load of the last minute: above 1 before anything runs, others were at work."""
    return round(os.getloadavg()[0], 2)


def _write(
    target: Path, machine: dict[str, Any], setting: Setting, found: dict[str, tuple[Figure, ...]]
) -> None:
    asked = {name: value for name, value in asdict(setting).items() if name != "folder"}
    figures = {
        name: [{**asdict(one), "verdict": one.verdict} for one in figures] for name, figures in found.items()
    }
    text = json.dumps({"machine": machine, "setting": asked, "benchmarks": figures}, indent=2)
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
