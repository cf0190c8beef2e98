"""That every benchmark runs, on a size at which its figures mean nothing."""

import json
from pathlib import Path

import pytest

from benchmarks import BENCHMARKS, big_estate
from benchmarks.__main__ import main
from benchmarks.documents import KINDS, Kind
from benchmarks.setting import Benchmark, Figure, Setting


@pytest.fixture
def tiny(tmp_path: Path) -> Setting:
    """Give a setting that takes seconds."""
    return Setting(
        tmp_path, services=200, rounds=1, kills=2, page_services=200, megabytes=0.1, names=200, large=False
    )


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=[benchmark.name for benchmark in BENCHMARKS])
def test_every_benchmark_runs_and_gives_figures(benchmark: Benchmark, tiny: Setting) -> None:
    """What is asked for only with an option gives none without it."""
    figures = benchmark.run(tiny)
    assert bool(figures) == (benchmark.name != "large")
    assert all(figure.value >= 0 for figure in figures)


def test_no_store_is_damaged_by_two_kills(tiny: Setting) -> None:
    """The one figure that is no time holds at every size."""
    figures = {figure.what: figure for figure in _named("kill").run(tiny)}
    assert (figures["imports killed"].value, figures["damaged stores"].verdict) == (2, "aim")


def test_the_table_and_the_file_hold_the_same_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file has them unrounded, with the machine and the sizes."""
    target = tmp_path / "figures.json"
    main(["help", "--rounds", "1", "--json", str(target)])
    written = json.loads(target.read_text(encoding="utf-8"))
    table = capsys.readouterr().out
    assert list(written["benchmarks"]) == ["help"]
    assert all(figure["what"] in table for figure in written["benchmarks"]["help"])
    assert written["setting"]["rounds"] == 1


def test_an_unknown_benchmark_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """The message lists those that there are."""
    with pytest.raises(SystemExit) as stopped:
        main(["imprt"])
    assert stopped.value.code == 2
    assert "no benchmark 'imprt'; there are import, query" in capsys.readouterr().err


def test_the_estate_is_the_same_bytes_every_time() -> None:
    """A ratio of two runs needs one input."""
    assert json.dumps(big_estate.inventory(300)) == json.dumps(big_estate.inventory(300))


def test_the_estate_has_four_to_five_requirements_a_service() -> None:
    """So that its size is that of the shared one."""
    services = big_estate.inventory(2000)["services"]
    requirements = sum(len(service["requires"]) for service in services)
    assert 4 < requirements / len(services) < 5


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_document_has_about_the_size_that_was_asked(kind: Kind) -> None:
    """Within a factor of two, or it is the least that has a shape."""
    made = len(kind.make(100_000))
    assert 50_000 < made < 200_000


def test_a_verdict_is_only_given_where_something_is_asked() -> None:
    """At most the aim, at most the bar, above it, or nothing to hold it against."""
    asked = [Figure("", value, bar=6, aim=3).verdict for value in (3, 6, 7)]
    assert [*asked, Figure("", 9).verdict] == ["aim", "bar", "MISSED", ""]


def _named(name: str) -> Benchmark:
    return next(benchmark for benchmark in BENCHMARKS if benchmark.name == name)
