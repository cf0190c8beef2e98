"""Blast radius under events: severities, status and dates on a company with answers worked out by hand."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from graphkit.queries.blast_radius import BlastRadius
from graphkit.querying.schema import envelope_schema
from tests.cli.running import ON, Folder

INVENTORY = """graphkit: 1
services:
  - {id: hosted, requires: [{model: groq/llama-3.3-70b-versatile}]}
  - id: rescued
    requires:
      - need: chat
        any_of:
          - {model: groq/llama-3.3-70b-versatile, order: 1}
          - {model: mistral/mistral-small-latest, order: 2}
  - id: doubled
    requires:
      - need: chat
        any_of:
          - {model: groq/llama-3.3-70b-versatile, order: 1}
          - {model: cerebras/llama-3.3-70b, order: 2}
  - {id: caller, requires: [{service: hosted}]}
  - {id: spare, requires: [{model: groq/llama-3.3-70b-versatile, optional: true}]}
  - {id: own, requires: [{model: meta-llama/Llama-3.1-8B-Instruct, consumption: self_host}]}
  - {id: second, requires: [{need: chat, any_of: [{model: openai/gpt-5-mini, order: 1},
      {model: groq/llama-3.3-70b-versatile, order: 2}]}]}
  - {id: unknown, requires: [{model: azure/prod-llm}]}
  - {id: free, requires: [{model: anthropic/claude-sonnet-4-5}]}
"""
DROP = {
    "hosted": ("lost", "through_host", "certain"),
    "doubled": ("lost", "through_host", "certain"),
    "caller": ("lost", "dependent", "certain"),
    "spare": ("degraded", "through_host", "certain"),
    "rescued": ("watch", "fallback_holds", "certain"),
    "unknown": ("lost", "unknown", "possible"),
}
END = {
    "hosted": ("at_risk", "on_upgrade", "certain"),
    "doubled": ("at_risk", "on_upgrade", "certain"),
    "own": ("at_risk", "on_upgrade", "certain"),
    "caller": ("watch", "dependent", "certain"),
    "spare": ("degraded", "on_upgrade", "certain"),
    "rescued": ("watch", "fallback_holds", "certain"),
    "unknown": ("at_risk", "unknown", "possible"),
}


@pytest.fixture
def company(folder: Folder) -> Folder:
    """A company with one service for each way to be hit."""
    (folder.path / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
    folder.run("import", ".")
    return folder


def asked(company: Folder, *words: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Ask as a program does."""
    done = company.run(*words, "--format", "json", *ON)
    return json.loads(done.out)


@pytest.mark.parametrize(
    ("event", "expected"),
    [("hosts-drop-llama", DROP), ("meta-llama-line-end", END)],
    ids=lambda given: str(given)[:20],
)
def test_each_service_is_hit_as_worked_out_by_hand(
    company: Folder, event: str, expected: dict[str, tuple[str, str, str]]
) -> None:
    """Severity, status and certainty; the headline's numbers are what the rows add up to."""
    answer = asked(company, "blast-radius", "--event", event)
    rows = {row["key"].partition(":")[2]: row for row in answer["rows"] if row["kind"] == "service"}
    assert {
        name: (row["severity"], row["status"], row["certainty"]) for name, row in rows.items()
    } == expected
    said = answer["summary"]
    assert said["services"]["hit"] == sum(row["certainty"] == "certain" for row in rows.values())
    assert said["services"]["total"] == 9
    assert said["severity"] == dict(Counter(row["severity"] for row in rows.values()))
    assert said["status"] == dict(Counter(row["status"] for row in rows.values()))
    jsonschema.validate(answer, envelope_schema(BlastRadius))


def test_fallbacks_are_counted_as_they_stand(company: Folder) -> None:
    """A second host of the same model is wired and does not survive; another vendor's does."""
    answer = asked(company, "fallbacks", "--event", "hosts-drop-llama")
    counts = {row["name"]: (row["wired"], row["surviving"], row["independent"]) for row in answer["rows"]}
    assert counts["rescued"] == (1, 1, 1)
    assert counts["doubled"] == (1, 0, 0)
    assert counts["second"] == (1, 0, 0)
    assert counts["hosted"] == (0, 0, 0)
    assert counts["caller"] == (None, None, None)


def test_an_event_and_a_reference_that_cannot_meet_are_an_error(company: Folder) -> None:
    """It names the vendor of the event."""
    done = company.run("blast-radius", "vendor:anthropic", "--event", "meta-llama-line-end", *ON, code=2)
    assert "vendor:meta" in done.err


def test_an_event_that_meets_nothing_says_what_it_searched(folder: Folder) -> None:
    """Exit 0, not hit, with what was looked at."""
    text = "graphkit: 1\nservices: [{id: free, requires: [{model: anthropic/claude-sonnet-4-5}]}]\n"
    (folder.path / "inventory.yaml").write_text(text, encoding="utf-8")
    folder.run("import", ".")
    done = folder.run("blast-radius", "--event", "meta-llama-line-end", *ON)
    assert "Not hit: none of 1 service. Searched: 1 service" in done.out


@pytest.mark.parametrize(
    ("needed", "known"),
    [("model: anthropic/claude-sonnet-4-5", True), ("route: nowhere/fast", False), ("service: gone", False)],
)
def test_names_of_clear_services_count_as_known_only_where_nothing_hides_a_model(
    folder: Folder, needed: str, *, known: bool
) -> None:
    """A route or a service that no document describes may have any model behind it."""
    hit = "  - {id: hit, requires: [{model: groq/llama-3.3-70b-versatile}]}"
    inventory = f"graphkit: 1\nservices:\n{hit}\n  - {{id: other, requires: [{{{needed}}}]}}\n"
    folder.write("inventory.yaml", inventory)
    folder.run("import", ".")
    done = folder.run("blast-radius", "--event", "meta-llama-line-end", *ON)
    clear = next(line for line in done.out.splitlines() if line.startswith("Clear"))
    assert ("every name of theirs is resolved" in clear) is known


def test_every_problem_of_an_event_file_is_told_at_once(company: Folder) -> None:
    """Each with its line, unknown keys with the nearest right one."""
    bad = "graphkit_event: 1\nid: x\ntitle: y\nvendor: meta\nkind: retirment\nanounced: 2026-13-01\n"
    Path(company.path / "bad.yaml").write_text(bad, encoding="utf-8")
    done = company.run("blast-radius", "--event", "bad.yaml", *ON, code=2)
    assert "bad.yaml:5: kind" in done.err
    assert "bad.yaml:6: anounced: unknown key; did you mean 'announced'?" in done.err
