"""What graphkit costs: time and memory of whole processes, beside a peer that runs in the same minutes.

Each benchmark is one module here and one line in the tuple.
"""

from benchmarks import cold_query, formats, importing, kill, large, page, resolving, start
from benchmarks.setting import Benchmark

__all__ = ["BENCHMARKS"]

BENCHMARKS: tuple[Benchmark, ...] = (
    importing.BENCHMARK,
    cold_query.BENCHMARK,
    large.BENCHMARK,
    start.BENCHMARK,
    kill.BENCHMARK,
    resolving.BENCHMARK,
    formats.BENCHMARK,
    page.BENCHMARK,
)
