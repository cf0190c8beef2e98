"""What changed between two states: exposures, services, names, and what is the same under another key."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from graphkit.config import Config
from graphkit.errors import UsageError
from graphkit.events.files import shipped
from graphkit.model import Claim, Reading, edge, mention, node, qualified
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.diff import Diff
from graphkit.querying import Answer, Snapshots
from tests.queries.asking import AT, LLAMA, MISTRAL, UNKNOWN, asked, catalogue, chain, needs, reading, text

DROP = "hosts-drop-llama"
BEDROCK = mention("bedrock/us.meta.llama3-3-70b-instruct-v1:0", context="gateway:litellm")
Claims = Iterable[Claim | Iterable[Claim]]


def of(claims: Claims, *others: Reading, same: tuple[tuple[str, ...], ...] = ()) -> Snapshots:
    """Build one side of a comparison, on which events can be named."""
    flat: list[Claim] = []
    for claim in claims:
        flat += [claim] if isinstance(claim, Claim) else claim
    snapshots = asked(reading(*flat), *others, config=Config(same=same))
    return replace(snapshots, event=partial(shipped, catalogue=catalogue()))


def compared(before: Snapshots, after: Snapshots, *events: str) -> Answer:
    """Compare two sides."""
    return Diff("then", event=events).answer(replace(after, other=lambda _: before))


def told(answer: Answer) -> list[tuple[str, ...]]:
    """Give what rows tell, without what is empty."""
    parts = ("vendor", "was", "severity_before", "certainty_before", "severity_after", "certainty_after")
    return [
        (row["change"], row["key"].partition(":")[2], *(row[part] for part in parts if row[part]))
        for row in answer.rows
    ]


def llm(service: str, *ends: str) -> list[Claim]:
    """Claim that a service needs one of several models, in that order."""
    key = f"service:{service}"
    edges = [edge(key, "REQUIRES", end, AT, qualifier="llm", order=n) for n, end in enumerate(ends, 1)]
    return [node(key, AT), *edges]


def test_who_is_newly_exposed_and_who_no_longer_is_are_rows_by_vendor() -> None:
    """Each with the chain that proves it, on the side that has it."""
    before = of([needs("chat", LLAMA), needs("quotes", MISTRAL)])
    after = of([needs("chat", MISTRAL), needs("quotes", MISTRAL), needs("desk", "service:quotes")])
    answer = compared(before, after)
    assert told(answer) == [
        ("exposed", "chat", "vendor:mistral", "certain"),
        ("exposed", "desk", "vendor:mistral", "certain"),
        ("freed", "chat", "vendor:groq", "certain"),
        ("freed", "chat", "vendor:meta", "certain"),
        ("added", "desk"),
    ]
    rows = {(row["key"], row["vendor"]): row for row in answer.rows}
    ends = [
        chain(answer, rows["service:chat", vendor])[-1][2] for vendor in ("vendor:mistral", "vendor:meta")
    ]
    assert ends == ["vendor:mistral", "vendor:meta"]
    assert len({one["id"] for one in answer.because}) == len(answer.because)


def test_what_a_diff_tells_of_vendors_is_what_blast_radius_tells_of_both_sides() -> None:
    """Service by service and vendor by vendor, whatever came, went or moved in between."""
    before = of([llm("a", LLAMA), llm("b", MISTRAL), needs("c", "service:a"), llm("d", BEDROCK)])
    after = of([llm("a", MISTRAL), llm("b", MISTRAL, LLAMA), needs("c", "service:b"), llm("f", BEDROCK)])
    found = {(row["vendor"], row["key"]) for row in compared(before, after).rows if row["vendor"]}
    expected = set()
    for vendor in ("vendor:meta", "vendor:mistral", "vendor:groq", "vendor:amazon"):
        rows = [BlastRadius(vendor).answer(side).rows for side in (before, after)]
        hit = [{row["key"] for row in side if row["kind"] == "service"} for side in rows]
        expected |= {(vendor, key) for key in hit[0] ^ hit[1]}
    assert found == expected


def test_under_events_severities_are_compared() -> None:
    """Newly hit, worse, better, out; each as blast-radius judges its side."""
    before = of(
        [llm("a", MISTRAL), llm("b", LLAMA, MISTRAL), llm("c", LLAMA), llm("d", LLAMA), llm("e", LLAMA)]
    )
    after = of(
        [llm("a", BEDROCK), llm("b", LLAMA), llm("c", LLAMA, MISTRAL), llm("d", MISTRAL), llm("e", LLAMA)]
    )
    answer = compared(before, after, DROP)
    assert told(answer) == [
        ("exposed", "a", "lost", "certain"),
        ("worse", "b", "watch", "certain", "lost", "certain"),
        ("better", "c", "lost", "certain", "watch", "certain"),
        ("freed", "d", "lost", "certain"),
    ]
    for side, name in ((before, "before"), (after, "after")):
        rows = BlastRadius(None, event=(DROP,)).answer(side).rows
        severity = {row["key"]: row["severity"] for row in rows}
        assert all(row[f"severity_{name}"] == severity.get(row["key"]) for row in answer.rows)
    assert "1 service newly exposed to hosts-drop-llama, 1 service worse, 1 service better" in text(answer)


def test_a_certainty_that_changed_is_said() -> None:
    """Whoever uses a name that nobody could identify is not free of a vendor that may be behind it."""
    known, unknown = of([needs("mail", LLAMA)]), of([needs("mail", UNKNOWN)])
    assert ("possible", "mail", "vendor:meta", "certain", "possible") in told(compared(known, unknown))
    assert ("certain", "mail", "vendor:meta", "possible", "certain") in told(compared(unknown, known))
    assert ("certain", "mail", "lost", "possible", "lost", "certain") in told(compared(unknown, known, DROP))
    changes = {row["change"] for row in compared(known, unknown).rows if row["vendor"] == "vendor:meta"}
    assert "freed" not in changes


def test_names_that_nobody_could_identify_come_and_go_and_find_users() -> None:
    """A second user of an old name is a row, although the name is not."""
    none, one = of([needs("mail", MISTRAL)]), of([needs("mail", MISTRAL, UNKNOWN)])
    two = of([needs("mail", MISTRAL, UNKNOWN), needs("fax", UNKNOWN)])
    name = "azure/prod-llm"
    assert ("unresolved", name) in told(compared(none, one))
    assert ("resolved", name) in told(compared(one, none))
    assert ("exposed", "fax", f"offering:{name}", "possible") in told(compared(one, two))
    assert ("unresolved", name) not in told(compared(one, two))
    answer = compared(none, one)
    assert not answer.complete
    assert "INCOMPLETE: after: 1 name unresolved." in text(answer)
    assert "INCOMPLETE: on both sides: 1 name unresolved." in text(compared(one, two))


def test_a_service_that_was_folded_into_another_is_neither_out_nor_in_again() -> None:
    """It is renamed; so is one that a fold holds no longer."""
    claims = [needs("bot", LLAMA), needs("robot", LLAMA)]
    apart, folded = of(claims), of(claims, same=(("service:bot", "service:robot"),))
    assert told(compared(apart, folded)) == [("renamed", "bot", "service:robot")]
    assert told(compared(folded, apart)) == [("renamed", "robot", "service:bot")]


def test_a_service_that_got_a_namespace_is_the_same_service() -> None:
    """The other of that name, from another document, is the new one."""
    shop = qualified("service", "api", "shop")
    pay = qualified("service", "api", "pay")
    before = of([node(shop, AT), edge(shop, "REQUIRES", LLAMA, AT)])
    other = reading(node(pay, AT), edge(pay, "REQUIRES", MISTRAL, AT), path="pay.yaml")
    after = of([node(shop, AT), edge(shop, "REQUIRES", LLAMA, AT)], other)
    assert told(compared(before, after)) == [
        ("exposed", "pay/api", "vendor:mistral", "certain"),
        ("added", "pay/api"),
        ("renamed", "shop/api", "service:api"),
    ]


def test_nothing_that_changed_says_what_was_compared() -> None:
    """A 0 never stands alone."""
    side = of([needs("chat", LLAMA)])
    answer = compared(side, side, DROP)
    assert not answer.rows
    assert "nothing changed for hosts-drop-llama. Searched: 1 service" in text(answer)


def test_an_empty_side_is_incomplete() -> None:
    """Nobody knows what there was before the first import."""
    answer = compared(asked(), of([needs("chat", LLAMA)]))
    assert not answer.complete
    assert "before: nothing is imported" in text(answer)


def test_a_side_that_is_none_is_a_mistake() -> None:
    """Without a command line there is no other side."""
    with pytest.raises(UsageError, match="neither a date, a revision nor a store"):
        Diff("then").answer(of([]))


def test_the_sides_are_summed_up() -> None:
    """Revision and services of each, rows by their change."""
    answer = compared(of([needs("chat", LLAMA)]), of([needs("chat", LLAMA), needs("desk")]))
    whole: Any = json.loads(text(answer, "json"))
    assert whole["summary"]["changes"] == {"added": 1}
    assert [whole["summary"][side]["services"] for side in ("before", "after")] == [1, 2]
    assert whole["params"] == {"from": "then", "to": None, "events": []}
