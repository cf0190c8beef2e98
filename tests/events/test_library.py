"""The shipped events: what their files say, where it stands, and what they do to a small inventory."""

import csv
import datetime as dt
from collections.abc import Iterable

import pytest

from graphkit.events.files import read_event, shipped_ids
from graphkit.events.model import DEFAULT_IMPACT, Event, Scope
from tests.events.judging_library import COMPANY, event, events, expected, hit, inventory, on
from tests.queries.asking import catalogue
from tests.repository import ROOT

FACTS = ROOT.parent / "shared" / "facts"
TODAY = dt.date(2026, 11, 24)
READ_ELSEWHERE = frozenset(
    {
        "https://codersera.com/blog/gpt-4o-gpt-4-1-api-shutdown-migration-2026/",
        "https://dev.to/aideprecations/what-to-do-before-gemini-25-pro-and-25-flash-are-retired-on-december-1-2026-5gg9",
        "https://discuss.hashicorp.com/t/hashicorp-projects-changing-license-to-business-source-license-v1-1/57106",
        "https://github.com/bitnami/containers/issues/83267",
        "https://github.com/edgelesssys/constellation/pull/2241",
        "https://github.com/hashicorp/terraform/blob/main/LICENSE",
        "https://www.hashicorp.com/blog/hashicorp-updates-licensing-faq-based-on-community-questions",
    }
)
"""Pages that were read for the library itself and that the fact tables do not name."""

IDS = shipped_ids()


def urls_of_facts() -> str:
    """Give the fact tables as one text."""
    return "\n".join(path.read_text("utf-8") for path in sorted(FACTS.glob("*.csv")))


def days(one: Event) -> Iterable[dt.date]:
    """Give the days of an event in the order in which they must lie."""
    named = (one.announced, one.effective, one.grace_until, one.support_until)
    return [day for day in named if day]


def test_there_are_events() -> None:
    """An empty folder would pass every other test."""
    assert len(IDS) > 60


@pytest.mark.parametrize("name", IDS)
def test_every_file_is_valid_and_named_for_its_event(name: str) -> None:
    """A person who reads an id in an answer finds its file."""
    assert event(name).id == name


@pytest.mark.parametrize("name", IDS)
def test_every_event_has_a_source_that_was_read_before_today(name: str) -> None:
    """With words of our own on what it says."""
    evidence = event(name).evidence
    assert evidence
    assert all(source.read <= TODAY and source.note for source in evidence)


@pytest.mark.skipif(not FACTS.is_dir(), reason="the fact tables are not beside the checkout")
@pytest.mark.parametrize("name", IDS)
def test_every_source_stands_in_the_fact_tables_or_was_read_for_the_library(name: str) -> None:
    """No address is made up."""
    facts = urls_of_facts()
    urls = [source.url for source in event(name).evidence]
    assert [url for url in urls if url not in facts and url not in READ_ELSEWHERE] == []


@pytest.mark.parametrize("name", IDS)
def test_the_days_of_every_event_follow_each_other(name: str) -> None:
    """Announced, in force, grace over, support over."""
    found = list(days(event(name)))
    assert found == sorted(found)


@pytest.mark.parametrize("name", IDS)
def test_what_lies_ahead_without_a_source_is_supposed_and_the_rest_is_not(name: str) -> None:
    """A supposed event was announced by nobody: its title stands beside sourced ones in answers."""
    one = event(name)
    assert not (one.supposed and one.reported)
    assert one.supposed == name.startswith(("hosts-drop-", "llama-"))


@pytest.mark.parametrize("name", IDS)
def test_every_model_of_a_scope_is_known_to_the_catalogue(name: str) -> None:
    """A misspelled name would strike nothing, silently."""
    unknown = [model for model in event(name).scope.models if not catalogue().resolve(model).artefact]
    assert unknown == []


def test_every_rule_of_event_files_is_used() -> None:
    """By at least one shipped event, so that each has an example and a golden row."""
    found = events()
    assert {one.kind for one in found} == set(DEFAULT_IMPACT)
    rules = {"version", "release", "all_use", "new_contracts", "account_terms"}
    assert {one.applies_by for one in found} == rules
    assert {one.derivatives for one in found} == {"inherit", "none", "outputs_inherit"}
    assert any(one.terms.conversion for one in found)
    assert any(one.reverses in IDS for one in found)
    assert any(name.startswith("company.") for one in found for name in one.when)
    assert any(one.when.get("consumption") for one in found)
    assert any(one.supposed for one in found)
    assert any(one.reported for one in found)
    assert any(one.support_until for one in found)


@pytest.mark.skipif(not FACTS.is_dir(), reason="the fact tables are not beside the checkout")
def test_every_dated_end_of_a_llama_at_a_host_is_an_event() -> None:
    """Rows without a day stay out; the page lists them."""
    with (FACTS / "retirements.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["vendor"] == "meta" and len(row["retires"]) > len("2026-11")
        ]
    known = {one.effective.isoformat() for one in events() if one.kind == "retirement" and one.effective}
    assert rows
    assert sorted({row["retires"] for row in rows} - known) == []


@pytest.mark.parametrize("name", IDS)
def test_the_page_of_events_has_a_line_for_every_event(name: str) -> None:
    """With its title and its day, and whether it is only supposed or reported."""
    page = (ROOT / "docs/events/README.md").read_text("utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
    one = event(name)
    assert one.title in line
    assert f"| {one.day} |" in line
    assert ("(supposed)" in line, "(reported)" in line) == (one.supposed, one.reported)


def test_the_example_on_the_page_of_the_format_is_valid() -> None:
    """A reader begins by copying it."""
    page = (ROOT / "docs/events/format.md").read_text("utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert read_event(example.encode(), "format.md", catalogue()).id == "example-drops-llama-3"


def test_every_field_of_an_event_is_described() -> None:
    """Those of the scope with their own rows."""
    page = (ROOT / "docs/events/format.md").read_text("utf-8")
    names = {*Event.model_fields, *(f"scope.{part}" for part in Scope.model_fields)} - {
        "graphkit_event",
        "note",
    }
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_the_table_names_every_event() -> None:
    """Those that hit nothing of the inventory too."""
    assert sorted(expected()) == sorted(IDS)


@pytest.mark.parametrize("name", IDS)
def test_every_event_hits_what_was_worked_out_by_hand(name: str) -> None:
    """Which services, how badly, how surely, and from which day on."""
    assert hit([name]) == expected()[name]


@pytest.mark.parametrize(
    "name", sorted(one.id for one in events() if any(key != "consumption" for key in one.when))
)
def test_an_unknown_company_makes_what_depends_on_it_possible_and_never_sure(name: str) -> None:
    """What graphkit.toml does not say is unknown, which is neither a hit nor a clear."""
    rows = hit([name], inventory(()))
    assert [row.split()[0] for row in rows] == [row.split()[0] for row in expected()[name]]
    assert {row.split()[2] for row in rows} == {"possible"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("anthropic-region-ownership-2025", {"owner_region": "DE"}),
        ("anaconda-terms-2024", {"staff": 120}),
        ("groq-llama-2026-08", {"groq_tier": "enterprise"}),
        ("hashicorp-terraform-busl-2023", {"competing_offering": False}),
        ("llama-user-threshold-lowered", {"users": 90_000_000}),
        ("meta-llama32-eu-multimodal-2024", {"domicile": "US"}),
    ],
)
def test_a_company_that_does_not_meet_the_condition_is_clear(name: str, says: dict[str, object]) -> None:
    """One fact in graphkit.toml decides."""
    assert hit([name], inventory(tuple({**COMPANY, **says}.items()))) == []


def test_a_fee_that_was_taken_back_hits_nothing_today() -> None:
    """The event that reverses it is known without being named."""
    assert hit(["unity-runtime-fee-2023"]) == []


def test_a_version_whose_license_converts_is_free_from_that_day_on() -> None:
    """And on the day before it is not."""
    name = "hashicorp-terraform-1.6.0-conversion"
    assert hit([name], on(inventory(), "2027-10-03")) == ["tf-160 at_risk certain 2023-10-04"]
    assert hit([name], on(inventory(), "2027-10-04")) == []


def test_a_company_can_ask_for_all_events_at_once() -> None:
    """The worst of them is shown for each service, and what nothing hits stays clear."""
    rows = {row.split()[0]: row.split()[1] for row in hit(IDS)}
    assert rows["desk"] == "lost"
    assert "ledger" not in rows
