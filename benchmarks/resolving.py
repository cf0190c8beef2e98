"""Model names resolved a second, all distinct, and the cold start of `graphkit resolve`.

Bar: none. Aim: none. No peer: nothing else does it.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import big_estate
from benchmarks.measuring import GRAPHKIT, Spent, peak, seconds, spend
from benchmarks.setting import Benchmark, Figure, Setting

_HOSTS: Final = (
    "",
    "openrouter/",
    "groq/",
    "together_ai/",
    "bedrock/",
    "vertex_ai/",
    "huggingface/",
    "ollama/",
)
_TAILS: Final = ("", "-GGUF", "-AWQ", ":q4_k_m", "-v2", "-fp8", ":free", "-custom")
_MOST_ROUNDS: Final = 3


def run(setting: Setting) -> tuple[Figure, ...]:
    """Measure one name and many, as whole processes; the rate is of what the many take more."""
    many = setting.folder / "names.txt"
    many.write_text("".join(f"{name}\n" for name in itertools.islice(spellings(), setting.names)))
    one = setting.folder / "name.txt"
    one.write_text("meta-llama/Llama-3.1-8B-Instruct\n")
    _ask(setting, one)
    short = [_ask(setting, one) for _ in range(setting.rounds)]
    long = [_ask(setting, many) for _ in range(min(setting.rounds, _MOST_ROUNDS))]
    start = statistics.median(spent.seconds for spent in short)
    count = len(many.read_text().splitlines())
    rates = [count / max(spent.seconds - start, 1e-6) for spent in long]
    return (
        seconds("graphkit resolve NAME", short),
        peak("graphkit resolve NAME, peak memory", short),
        Figure(f"names a second, of {count:,}", statistics.median(rates), "/s", min(rates), max(rates)),
    )


def spellings() -> Iterator[str]:
    """Give distinct spellings of real names: by host, with a tail, in two cases; later rounds numbered."""
    for round_ in itertools.count():
        number = f"-{round_}" if round_ else ""
        for tail, host, name in itertools.product(_TAILS, _HOSTS, big_estate.names()):
            yield f"{host}{name}{number}{tail}"
            yield f"{host}{name.title()}{number}{tail}"


def _ask(setting: Setting, names: Path) -> Spent:
    return spend((*GRAPHKIT, "resolve", "-", "--format", "ndjson"), folder=setting.folder, stdin=names)


BENCHMARK = Benchmark("resolve", "Cold start of `graphkit resolve`, and distinct names a second.", run)
