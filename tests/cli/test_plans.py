"""`--plan` on the command line: every query answers for the graph as it would be."""

import json
import tomllib

import jsonschema
import pytest
import yaml

from graphkit.cli.plugins import queries
from graphkit.querying import Query
from graphkit.querying.schema import envelope_schema
from tests.cli.running import ON, Folder
from tests.repository import ROOT

INVENTORY = """graphkit: 1
services:
  - {id: desk, requires: [{model: groq/llama-3.3-70b-versatile}, {model: azure/prod-llm}]}
  - {id: bot, requires: [{model: cerebras/llama-3.3-70b}]}
"""
LATE = "  - {id: late, requires: [{model: cerebras/llama-3.3-70b}]}\n"
PLAN = """graphkit_plan: 1
id: to-mistral
replace:
  - {from: family:llama, to: mistral/mistral-medium-latest}
  - {from: family:gemma, to: openai/gpt-5-mini}
prices:
  - {offering: mistral/mistral-medium-latest, input: "0.40", output: "2.00", per: 1M, as_of: 2026-11-01}
tested:
  - {service: desk, with: mistral/mistral-medium-latest, on: 2026-11-10, result: pass, valid_days: 90}
effort:
  desk: {low: 5, likely: 9, high: 20, unit: person_days, why: prompts}
"""
ASKED = {
    "blast-radius": ("--event", "meta-llama-line-end"),
    "fallbacks": ("--event", "meta-llama-line-end"),
    "why": ("service:desk",),
    "depends-on": ("service:desk",),
    "diff": ("2026-01-01",),
}
BEDROCK = "bedrock/meta.llama3-1-70b-instruct-v1:0"
WITH = "As it would be, with plan to-mistral."


@pytest.fixture
def company(folder: Folder) -> Folder:
    """Two services on Llama, and a plan to leave it."""
    folder.write("inventory.yaml", INVENTORY)
    folder.write("plan.yaml", PLAN)
    folder.run("import", "inventory.yaml")
    return folder


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.name)
@pytest.mark.parametrize("form", ["table", "markdown", "html", "json", "csv", "mermaid"])
def test_every_query_answers_with_a_plan_in_any_format(
    company: Folder, query: type[Query], form: str
) -> None:
    """The plan stands in what people read, and in the parameters that programs read; same bytes twice."""
    words = (query.name, *ASKED.get(query.name, ()), "--plan", "plan.yaml", "-f", form, *ON)
    done = company.run(*words)
    assert done.out == company.run(*words).out
    if form == "json":
        jsonschema.validate(done.json(), envelope_schema(query))
        assert done.json()["params"]["plan"] == "to-mistral"
    elif form in ("table", "html"):
        assert WITH in done.out
    elif form == "markdown":
        assert "with plan to\\-mistral" in done.out or WITH in done.out


def test_without_a_plan_answers_say_nothing_of_one(company: Folder) -> None:
    """Neither in the parameters nor in words."""
    assert "plan" not in company.ask("blast-radius", "vendor:meta")["params"]
    assert "plan" not in company.run("blast-radius", "vendor:meta", *ON).out


def test_nobody_depends_on_the_vendor_any_longer(company: Folder) -> None:
    """And what of the plan changes nothing is said, as is the plan in the commands offered next."""
    before = company.ask("blast-radius", "vendor:meta")["summary"]["services"]["hit"]
    after = company.run("blast-radius", "vendor:meta", "--plan", "plan.yaml", *ON)
    assert before == 2
    assert "plan.yaml:5: replace.1: no requirement of family:gemma is left to replace" in after.out
    assert "graphkit unresolved --plan plan.yaml | " in after.out
    assert (
        company.run("blast-radius", "vendor:meta", "--plan", "plan.yaml", "-f", "json", *ON).json()[
            "summary"
        ]["services"]["hit"]
        == 0
    )


def test_an_offering_that_nothing_needs_any_longer_ends_unnoticed(company: Folder) -> None:
    """The next date is that of something in use."""
    company.write("inventory.yaml", INVENTORY.replace("cerebras/llama-3.3-70b", BEDROCK))
    company.run("import", "inventory.yaml")
    words = ("blast-radius", "--event", "meta-llama-line-end", "-f", "json", *ON)
    assert company.run(*words).json()["summary"]["next_date"]
    assert company.run(*words, "--plan", "plan.yaml").json()["summary"]["next_date"] is None


def test_rows_for_the_configuration_stay_what_a_program_reads(company: Folder) -> None:
    """What is said of the plan would be no TOML."""
    done = company.run("unresolved", "--fix", "--plan", "plan.yaml")
    assert tomllib.loads(done.out) == tomllib.loads(company.run("unresolved", "--fix").out)


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b", "inventory.yaml"])
def test_a_file_that_is_no_plan_is_told_and_not_taken(company: Folder, name: str) -> None:
    """Exit code 2 and the name of the file, whatever it is."""
    done = company.run("blast-radius", "vendor:meta", "--plan", name, code=2)
    assert name.replace("\0", "").split("b")[0] in done.err


def test_commands_that_ask_nothing_say_that_a_plan_changes_nothing(company: Folder) -> None:
    """They take the option, as every command does."""
    assert (
        "--plan changes nothing for this command" in company.run("events", "list", "--plan", "plan.yaml").err
    )


@pytest.mark.parametrize(("what", "example"), [("plan", PLAN), ("event", None)])
def test_the_schema_of_plans_and_events_is_printed(company: Folder, what: str, example: str | None) -> None:
    """It is valid itself, and so is a real file by it."""
    schema = company.run("schema", what).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    text = example or (ROOT / "graphkit/events/library/meta-llama-line-end.yaml").read_text(encoding="utf-8")
    value = yaml.safe_load(
        text.replace(", on:", ', "on":')
    )  # a word of YAML 1.1, which our reader does not know
    jsonschema.validate(json.loads(json.dumps(value, default=str)), schema)


def test_a_plan_is_laid_over_both_sides_of_a_comparison(company: Folder) -> None:
    """Who is new has moved too; what the other side lacks is no mistake in the plan."""
    first = company.run("store", "info").out.split("revision")[1].split()[0]
    company.write(
        "inventory.yaml", INVENTORY + "  - {id: late, requires: [{model: cerebras/llama-3.3-70b}]}\n"
    )
    company.write("only.yaml", PLAN.replace("latest}", "latest, only: [desk, bot, late]}", 1))
    company.run("import", "inventory.yaml")
    words = ("diff", first, "--event", "meta-llama-line-end", "-f", "json", *ON)
    assert [row["change"] for row in company.run(*words).json()["rows"]] == ["exposed", "added"]
    for name in ("plan.yaml", "only.yaml"):
        assert [row["change"] for row in company.run(*words, "--plan", name).json()["rows"]] == ["added"]
