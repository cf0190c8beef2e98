"""Merging: the best claim's word for each property, conflicts kept, needs as they were stated."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.config import Config
from graphkit.model import METHODS, Claim, Evidence, edge, mention, node
from graphkit.snapshot import Snapshot
from tests.build.graphs import AT, graph, needs, out, reading

LLAMA = mention("groq/llama-3.1-8b-instant", context="gateway:litellm")
MISTRAL = mention("mistral/mistral-small-latest", context="gateway:litellm")
GROQ, MISTRAL_API = "offering:groq/llama-3.1-8b-instant", "offering:mistral/mistral-small-latest"
CHAT = {"qualifier": "chat"}


def named(name: str, **at: Any) -> Claim:  # noqa: ANN401 - the fields of evidence
    """Claim that the service `api` has a name."""
    return node("service:api", Evidence(**at), name=name)


def name_of(snapshot: Snapshot, key: str = "service:api") -> str:
    """Give the name that won."""
    number = snapshot.index(key)
    assert number is not None
    return str(snapshot.n_name[number])


@given(st.permutations(METHODS[:4]))
def test_user_beats_declared_beats_observed_beats_inferred(methods: list[str]) -> None:
    """Each property from the best claim, whichever document comes first."""
    left = list(methods)
    while left:
        found = [reading(named(m, method=m), path=f"{n}.yaml") for n, m in enumerate(left)]
        assert name_of(graph(*found)) == min(left, key=METHODS.index)
        left.remove(min(left, key=METHODS.index))


def test_what_a_document_infers_beats_the_catalogue() -> None:
    """The catalogue is the last to be asked."""
    claim = node("vendor:meta", Evidence(method="inferred"), name="Our Meta contract")
    assert name_of(graph(claim), "vendor:meta") == "Our Meta contract"
    assert name_of(graph(edge("service:a", "REQUIRES", LLAMA, AT)), "vendor:meta") != "meta"


def test_then_the_newest_document_time_wins_and_none_is_oldest() -> None:
    """Then document time, absent is oldest; the scope's name does not matter before it."""
    days = ["", "2025-09-30", "2026-02-11", "2026-03-05T09:00:00Z"]
    for newest in range(1, len(days) + 1):
        found = [
            reading(named(day or "none"), path=f"{9 - n}.yaml", time=day)
            for n, day in enumerate(days[:newest])
        ]
        assert name_of(graph(*found)) == (days[newest - 1] or "none")


def test_a_moment_is_later_than_the_bare_day_it_lies_in() -> None:
    """A date alone is the beginning of that day; one text that begins another is not the newer one."""
    days = ("2026-02-11", "2026-02-11T09:00:00Z")
    assert name_of(graph(*(reading(named(day), path=day[:11], time=day) for day in days))) == days[1]


def test_then_scope_document_and_pointer_decide() -> None:
    """The least of each, in this order."""
    assert name_of(graph(reading(named("b"), path="b"), reading(named("a"), path="a"))) == "a"
    first = named("first", document="a.yaml", pointer="/9")
    assert name_of(graph(named("second", document="b.yaml", pointer="/0"), first)) == "first"
    assert name_of(graph(named("second", pointer="/1"), named("first", pointer="/0"))) == "first"


def test_properties_come_each_from_its_own_best_claim() -> None:
    """What the best claim does not say, the next one does."""
    best = reading(named("Best", method="user"), path="z.yaml")
    other = reading(node("service:api", AT, name="Other", criticality="high"), path="a.yaml")
    found = graph(best, other)
    assert name_of(found) == "Best"
    assert found.n_criticality.tolist() == [1]


def test_conflicts_are_kept_and_listed() -> None:
    """Two levels for one service: the better claim's holds, both are told."""
    found = graph(
        reading(node("service:api", AT, criticality="high"), path="a.yaml"),
        reading(node("service:api", AT, criticality="low"), path="b.yaml"),
    )
    (conflict,) = found.meta["conflicts"]
    assert (conflict["property"], conflict["kept"], conflict["other"]) == ("criticality", "high", "low")
    assert (conflict["kept_scope"], conflict["other_scope"]) == (0, 1)


@pytest.mark.parametrize("better", ["user", "declared"])
def test_two_owners_leave_the_better_claims_and_are_listed(better: str) -> None:
    """Owner conflicts: one owner a node."""
    found = graph(
        reading(edge("service:api", "OWNED_BY", "team:worse", Evidence(method="inferred")), path="a.yaml"),
        reading(edge("service:api", "OWNED_BY", "team:better", Evidence(method=better)), path="b.yaml"),
    )
    assert out(found, "service:api", "OWNED_BY") == ["team:better"]
    assert [row["other"] for row in found.meta["conflicts"]] == ["team:worse"]


def test_the_same_owner_twice_is_no_conflict() -> None:
    """Two documents that agree."""
    claims = [reading(edge("service:api", "OWNED_BY", "team:a", AT), path=path) for path in "ab"]
    assert graph(*claims).meta["conflicts"] == []


def test_criticality_of_graphkit_toml_wins_by_service_key_or_tag() -> None:
    """[criticality]: by service, label or tag."""
    claim = node("service:api", AT, criticality="low", tags=["tier-1"])
    for name in ("api", "service:api", "tier-1"):
        assert graph(claim, config=Config(criticality={name: "critical"})).n_criticality.tolist() == [0]


@pytest.mark.parametrize("level", ["urgent", 3, None, ["high"], {"a": 1}, True, "HIGH\0"])
def test_a_level_that_nobody_knows_is_none(level: object) -> None:
    """Whatever a document holds there."""
    assert graph(Claim("service:api", "", "", "", {"criticality": level}, AT)).n_criticality.tolist() == [-1]


def test_an_edge_is_since_its_first_claim() -> None:
    """The day on which it was first stated, whoever says it best."""
    days = ("2026-03-05", "2026-02-11")
    found = [
        reading(edge("service:a", "REQUIRES", "service:b", Evidence(method=method)), path=method, time=day)
        for method, day in zip(("user", "inferred"), days, strict=True)
    ]
    snapshot = graph(*(replace(one, since=(one.time,)) for one in found))
    assert snapshot.e_since.tolist() == [dt.date(2026, 2, 11).toordinal()]


def test_who_needs_it_for_one_purpose_needs_it() -> None:
    """Optional here and required there is required."""
    optional = reading(edge("service:a", "REQUIRES", "service:b", AT, optional=True), path="a")
    required = reading(edge("service:a", "REQUIRES", "service:b", AT), path="b")
    assert graph(optional).e_flags.tolist() == [1]
    assert graph(optional, required).e_flags.tolist() == [0]


def test_needs_of_different_scopes_are_never_united() -> None:
    """Production's llm = {llama} is not rescued by staging's llm = {mistral}."""
    found = graph(
        reading(edge("service:a", "REQUIRES", LLAMA, AT, **CHAT), path="a.yaml"),
        reading(edge("service:a", "REQUIRES", MISTRAL, AT, **CHAT), path="b.yaml"),
    )
    assert needs(found) == [f"service:a chat 1 of {GROQ}", f"service:a chat 1 of {MISTRAL_API}"]


def test_needs_of_different_environments_are_never_united() -> None:
    """Also not inside of one document."""
    found = graph(
        edge("service:a", "REQUIRES", LLAMA, AT, qualifier="chat", environment="production"),
        edge("service:a", "REQUIRES", MISTRAL, AT, qualifier="chat", environment="staging"),
    )
    assert needs(found) == [
        f"service:a chat production 1 of {GROQ}",
        f"service:a chat staging 1 of {MISTRAL_API}",
    ]


def test_the_same_requirement_in_two_scopes_is_one_edge() -> None:
    """A REQUIRES without a need is a need of its own, stated by both."""
    found = graph(*(reading(edge("service:a", "REQUIRES", LLAMA, AT), path=path) for path in "ab"))
    assert len(out(found, "service:a")) == 1
    assert needs(found) == []
    assert found.e_need.tolist() == [-1] * found.edges


@pytest.mark.parametrize(
    ("k", "kept"), [(1, 1), (2, 2), (3, 2), (99, 2), (0, 1), (-1, 1), ("2", 1), (None, 1), (2.5, 1)]
)
def test_k_is_clamped_to_the_distinct_members(k: object, kept: int) -> None:
    """At least one, at most all; what is no number is one."""
    claims = [
        Claim("service:a", "REQUIRES", target, "chat", {"k": k}, AT) for target in (LLAMA, MISTRAL, LLAMA)
    ]
    assert needs(graph(*claims)) == [f"service:a chat {kept} of {GROQ}, {MISTRAL_API}"]


def test_members_that_turn_out_to_be_one_thing_count_once() -> None:
    """Two spellings of one offering are no alternative."""
    other = mention("llama-3.1-8b-instant", context="provider:groq")
    found = graph(*(edge("service:a", "REQUIRES", end, AT, qualifier="chat", k=2) for end in (LLAMA, other)))
    assert needs(found) == [f"service:a chat 1 of {GROQ}"]


def test_a_bare_requirement_that_a_declared_need_reaches_through_routes_is_evidence_of_use() -> None:
    """Traces show the offering behind the route: no need of its own, and no second single point."""
    from graphkit.build.columns import EVIDENCE

    route = edge("route:fast", "REQUIRES", LLAMA, AT, qualifier="fast")
    declared = edge("service:a", "REQUIRES", "route:fast", AT, qualifier="chat")
    seen = edge("service:a", "REQUIRES", LLAMA, Evidence(method="observed"))
    found = graph(route, declared, seen)
    flags = [int(found.e_flags[edge]) & EVIDENCE for edge in found.out_edges(found.index("service:a") or 0)]
    assert sorted(flags) == [0, EVIDENCE]
    alone = graph(route, seen)
    assert not (alone.e_flags & EVIDENCE).any()


@pytest.mark.parametrize("order", [0, -1, True, "2", None, 10**9, 2.5, [1]])
def test_an_order_that_is_none_is_the_first(order: object) -> None:
    """Whatever a document holds there."""
    found = graph(Claim("service:a", "REQUIRES", "service:b", "", {"order": order}, AT))
    assert found.e_order.tolist() == [1]


def test_lineage_and_licenses_come_from_the_catalogue_and_from_base_claims() -> None:
    """A fine-tune of ours: derived from Llama, declared under Apache, Llama's own license beside it."""
    ours = mention("acme/support")
    found = graph(
        node(ours, AT, declared=True),
        edge(ours, "DERIVED_FROM", mention("meta-llama/Llama-3.1-8B-Instruct"), AT, qualifier="finetune"),
        edge(ours, "LICENSED_UNDER", "license:apache-2.0", AT, qualifier="declared"),
        edge("service:bot", "REQUIRES", ours, AT),
    )
    base = "model:meta-llama/llama-3.1-8b-instruct"
    assert out(found, "service:bot", "REQUIRES") == ["model:acme/support"]
    assert out(found, "model:acme/support", "DERIVED_FROM") == [base]
    assert out(found, "model:acme/support", "LICENSED_UNDER") == ["license:apache-2.0"]
    assert out(found, base, "LICENSED_UNDER") == ["license:llama3.1"]
    assert "vendor:meta" in out(found, base, "PUBLISHED_BY")
