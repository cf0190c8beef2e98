"""The argument for one thing under events: its verdict, its chain, and why something else is not hit."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from graphkit.errors import UsageError
from graphkit.events.files import shipped
from graphkit.impact.transfer import LEVEL
from graphkit.model import Evidence, edge, node
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.why import Why
from graphkit.querying import Answer, Snapshots
from tests.queries.asking import (
    AT,
    LLAMA,
    MISTRAL,
    UNKNOWN,
    catalogue,
    chain,
    envelope,
    needs,
    of,
    shop,
    text,
)

END = "meta-llama-line-end"
DROP = "hosts-drop-llama"


def known(snapshots: Snapshots) -> Snapshots:
    """Let the shipped events be named."""
    return replace(snapshots, event=partial(shipped, catalogue=catalogue()))


def company() -> Snapshots:
    """Build a company with a service for each way to be hit, and for each way not to be."""
    members = [
        edge("service:safe", "REQUIRES", end, AT, qualifier="llm", order=order)
        for order, end in ((1, MISTRAL), (2, LLAMA))
    ]
    rescued = [
        edge("service:rescued", "REQUIRES", end, AT, qualifier="llm", order=order)
        for order, end in ((1, LLAMA), (2, MISTRAL))
    ]
    return known(
        of(
            needs("chat", "route:gate"),
            needs("route:gate", LLAMA),
            needs("desk", "service:chat"),
            needs("mail", UNKNOWN),
            needs("quotes", MISTRAL),
            needs("ledger"),
            node("service:safe", AT),
            members,
            node("service:rescued", AT),
            rescued,
            edge("service:chat", "OWNED_BY", "team:cx", AT),
            edge("service:quotes", "OWNED_BY", "team:cx", AT),
            node("team:cx", AT, name="CX"),
        )
    )


def verdict(answer: Answer) -> Any:  # noqa: ANN401 - a row
    """Give what an argument ends with."""
    return answer.summary["verdict"]


@pytest.mark.parametrize("events", [(END,), (DROP,), (DROP, END), ("llama-user-threshold-lowered",)])
def test_the_verdict_is_the_row_that_blast_radius_has(events: tuple[str, ...]) -> None:
    """For everything in the graph that can have one: severity, dates, fallbacks; the chain is its witness."""
    snapshots = company()
    blast = BlastRadius(None, event=events).answer(snapshots)
    rows = {row["key"]: row for row in blast.rows}
    graph = snapshots.current
    asked = [
        key
        for kind in ("service", "route", "offering", "model")
        for key in graph.n_key.take(graph.of_kind(kind))
    ]
    assert rows.keys() <= set(asked)
    for key in asked:
        answer = Why(key, event=events).answer(snapshots)
        row = rows.get(key)
        if row is None:
            assert verdict(answer) is None
            assert all(one["severity"] == "none" for one in answer.rows)
            continue
        assert verdict(answer) == {name: part for name, part in row.items() if name != "witness"}
        assert (answer.rows[0]["severity"], answer.rows[0]["certainty"]) == (
            row["severity"],
            row["certainty"],
        )
        assert chain(answer, answer.rows[0]) == chain(blast, row)
        assert max(LEVEL[one["severity"]] for one in answer.rows) == LEVEL[row["severity"]]


def test_the_argument_is_told_in_sentences_with_places_and_sources() -> None:
    """The event, what of it is struck and why, each edge, the needs, the verdict."""
    said = text(Why("desk", event=(END,)).answer(company()))
    parts = (
        "desk is watch under meta-llama-line-end.",
        "REPORTED: Meta ends the open Llama line",
        "[B] https://",
        "llama-3.3-70b-instruct: of family llama, not covered (released 2024-12-06)",
        "desk requires chat (inventory.yaml:3, native, declared, confidence 1)",
        "chat: 1 of 1: groq llama-3.3-70b-versatile is hit",
        "watch: upgrade watch",
        "dependent: through another service",
        "from 2026-04-08 on, 229 days ago",
    )
    places = [said.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_what_is_not_hit_says_why_and_what_was_searched() -> None:
    """An alternative that stands, another family, or nothing at all."""
    snapshots = company()
    safe = text(Why("safe", event=(DROP,)).answer(snapshots))
    assert "safe is not hit by hosts-drop-llama." in safe
    assert "groq llama-3.3-70b-versatile, which is struck, but nothing of that arrives" in safe
    assert "mistral mistral-small-latest stands, then groq llama-3.3-70b-versatile is hit" in safe
    quotes = text(Why("quotes", event=(END,)).answer(snapshots))
    assert "of family mistral, not llama" in quotes
    assert "searched: " in quotes
    assert "ledger leads to nothing that is struck" in text(Why("ledger", event=(END,)).answer(snapshots))


def test_a_fallback_that_holds_is_named() -> None:
    """Who reads the verdict sees why it is only a watch."""
    said = text(Why("rescued", event=(DROP,)).answer(company()))
    assert "rescued is watch" in said
    assert "is hit, then mistral mistral-small-latest stands" in said


def test_a_name_that_nobody_knows_may_be_hit() -> None:
    """It is possible, and the answer is incomplete."""
    answer = Why("mail", event=(DROP,)).answer(company())
    assert not answer.complete
    assert "mail may be lost" in text(answer)
    assert "azure prod-llm may be hit" in text(answer)


def test_a_team_stands_for_its_members() -> None:
    """The verdict is that of the worst."""
    answer = Why("team:cx", event=(DROP,)).answer(company())
    assert "1 member of team CX is hit" in text(answer)
    assert verdict(answer)["key"] == "service:chat"


def test_from_narrows_the_events_as_a_reference_of_blast_radius_does() -> None:
    """What cannot meet is an error."""
    snapshots = company()
    answer = envelope(Why("chat", from_="family:llama", event=(END,)).answer(snapshots))
    assert answer["params"] == {"ref": "service:chat", "from": "family:llama", "events": [END]}
    assert answer["summary"]["verdict"]["severity"] == "at_risk"
    with pytest.raises(UsageError, match="vendor:meta"):
        Why("chat", from_="vendor:mistral", event=(END,)).answer(snapshots)


def test_an_event_about_law_cites_clauses() -> None:
    """What it means is for lawyers."""
    said = text(Why("chat", event=("llama-user-threshold-lowered",)).answer(company()))
    assert "needs legal review" in said
    assert "https://" in said.partition("needs legal review")[2]


def test_chains_that_are_not_told_are_counted_with_the_command_that_has_them() -> None:
    """The command names the events as they were typed."""
    more = Evidence("/services/9", 9)
    snapshots = known(of(needs("desk", "service:chat", LLAMA), needs("chat", LLAMA, at=more)))
    answer = Why("desk", event=(DROP,)).answer(snapshots)
    assert len(answer.rows) > 1
    assert f"graphkit why service:desk --event {DROP} -f json" in text(answer)


def test_without_an_event_the_answer_is_as_before() -> None:
    """Two questions under one name."""
    assert "verdict" not in Why("desk").answer(shop()).summary
