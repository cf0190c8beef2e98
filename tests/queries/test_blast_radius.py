"""What depends on a vendor, a model, a service."""

import pytest

from graphkit.errors import UsageError
from graphkit.model import Evidence, Skipped, edge, mention, node
from graphkit.queries.blast_radius import BlastRadius
from tests.queries.asking import (
    AT,
    LLAMA,
    MISTRAL,
    UNKNOWN,
    asked,
    broken,
    chain,
    envelope,
    needs,
    of,
    reading,
    row_of,
    services,
    shop,
    text,
)

REACT = "package:pkg:npm/react@19"


def test_services_depend_through_services_offerings_and_models() -> None:
    """The chain of a row begins at it and ends at the reference."""
    answer = BlastRadius("Meta").answer(shop())
    assert services(answer) == ["chat", "desk"]
    row = row_of(answer, "service:desk")
    assert (row["hops"], row["distance"]) == (2, 4)
    assert chain(answer, row) == [
        ("service:desk", "REQUIRES", "service:chat"),
        ("service:chat", "REQUIRES", "offering:groq/llama-3.3-70b-versatile"),
        ("offering:groq/llama-3.3-70b-versatile", "SERVES", "model:meta-llama/llama-3.3-70b-instruct"),
        ("model:meta-llama/llama-3.3-70b-instruct", "PUBLISHED_BY", "vendor:meta"),
    ]


def test_a_row_says_whose_it_is_how_critical_where_and_since_when() -> None:
    """In the order of the contract; what is not known is null."""
    row = envelope(BlastRadius("Meta").answer(shop()))["rows"][-2]
    assert list(row.items()) == [
        ("key", "service:chat"),
        ("kind", "service"),
        ("name", "Support chat"),
        ("certainty", "certain"),
        ("hops", 1),
        ("distance", 3),
        ("witness", row["witness"]),
        ("owner", "team:cx"),
        ("system", "system:care"),
        ("criticality", "high"),
        ("environment", "production"),
        ("since", "2026-02-11"),
    ]


def test_edges_are_numbered_as_they_first_appear_and_listed_once() -> None:
    """Readers of the rows meet e1 first."""
    answer = envelope(BlastRadius("Meta").answer(shop()))
    named = list(dict.fromkeys(name for row in answer["rows"] for name in row["witness"]))
    assert named == [edge["id"] for edge in answer["because"]] == [f"e{n + 1}" for n in range(len(named))]


def test_because_names_document_line_and_catalogue() -> None:
    """An edge of the catalogue names its data file and row."""
    because = envelope(BlastRadius("Meta").answer(shop()))["because"]
    own = next(edge for edge in because if edge["source"] == "service:chat")
    assert (own["scope"], own["importer"], own["document"]) == (
        "native:shop/inventory.yaml",
        "native",
        "inventory.yaml",
    )
    assert (own["pointer"], own["line"], own["method"], own["confidence"]) == (
        "/services/0",
        3,
        "declared",
        1.0,
    )
    known = next(edge for edge in because if edge["kind"] == "PUBLISHED_BY")
    assert (known["scope"], known["document"], known["line"]) == ("catalogue", "catalogue/releases.csv", None)
    assert known["pointer"]


def test_a_document_within_another_is_named_itself() -> None:
    """A claim may come from a sibling, such as a values file."""
    claims = needs("chat", LLAMA, at=Evidence("/env/MODEL", None, document="values.yaml"))
    answer = envelope(BlastRadius("Meta").answer(of(claims)))
    assert {e["document"] for e in answer["because"] if e["importer"] == "native"} == {"values.yaml"}


def test_rows_are_ordered_by_hops_distance_kind_and_key() -> None:
    """The nearest come first."""
    rows = BlastRadius("Meta").answer(shop()).rows
    order = [(row["hops"], row["distance"], row["kind"], row["key"]) for row in rows]
    assert order == sorted(order)


def test_since_is_the_day_of_the_youngest_edge() -> None:
    """Older edges of the chain do not make it older; an edge without a day is passed over."""
    snapshots = asked(
        reading(*needs("chat", LLAMA), path="a.yaml", since="2025-01-31"),
        reading(*needs("desk", "service:chat"), path="b.yaml", since="2026-03-01"),
        reading(*needs("front", "service:desk"), path="c.yaml", since=""),
    )
    answer = BlastRadius("Meta").answer(snapshots)
    found = {key: row_of(answer, f"service:{key}")["since"] for key in ("chat", "desk", "front")}
    assert found == {"chat": "2025-01-31", "desk": "2026-03-01", "front": "2026-03-01"}
    assert row_of(answer, "model:meta-llama/llama-3.3-70b-instruct")["since"] is None


def test_a_name_that_nobody_knows_makes_its_users_possible() -> None:
    """Their chain ends at the name."""
    answer = BlastRadius("Meta").answer(shop())
    assert services(answer, "possible") == ["mail"]
    assert chain(answer, row_of(answer, "service:mail")) == [
        ("service:mail", "REQUIRES", "offering:azure/prod-llm")
    ]
    assert row_of(answer, "offering:azure/prod-llm")["witness"] == []
    assert (answer.complete, answer.warnings[0].code) == (False, "W-MODEL-UNRESOLVED")


@pytest.mark.parametrize(
    ("name", "possible"),
    [
        ("azure/prod-llm", True),
        ("openai/our-own-name", False),
        ("my-mistral-thing", False),
        ("my-llama-thing", True),
    ],
)
def test_a_name_is_not_possible_where_host_or_family_contradict(name: str, *, possible: bool) -> None:
    """OpenAI's own interface serves no Llama, and Mistral in a name is not Meta."""
    answer = BlastRadius("Meta").answer(of(needs("mail", mention(name, context="gateway:litellm"))))
    assert services(answer, "possible") == (["mail"] if possible else [])
    assert answer.complete is not possible


def test_a_host_is_certain_where_only_the_model_is_unknown() -> None:
    """Whatever prod-llm is, Microsoft hosts it."""
    assert services(BlastRadius("vendor:microsoft").answer(shop())) == ["mail"]


@pytest.mark.parametrize("ref", ["service:chat", "team:cx", REACT])
def test_unknown_names_cannot_be_a_service_a_team_or_a_package(ref: str) -> None:
    """So they make nothing possible."""
    snapshots = of(
        needs("chat", REACT), needs("mail", UNKNOWN), edge("service:chat", "OWNED_BY", "team:cx", AT)
    )
    assert services(BlastRadius(ref).answer(snapshots), "possible") == []


def test_the_reference_itself_has_no_row_and_is_not_clear() -> None:
    """What depends on chat is not chat, cycle or not."""
    answer = BlastRadius("service:chat").answer(
        of(needs("chat", "service:desk"), needs("desk", "service:chat"))
    )
    assert services(answer) == ["desk"]
    assert answer.summary["services"] == {"total": 1, "hit": 1, "possible": 0, "clear": 0}


def test_a_subsidiary_and_a_license_belong_to_their_vendor() -> None:
    """Three vendors are never confused, but a parent answers for its own."""
    model = mention("acme/house-model", context="hf")
    snapshots = of(
        needs("chat", model),
        node(model, AT, declared=True),
        edge(model, "PUBLISHED_BY", "vendor:acme", AT),
        edge("vendor:acme", "SUBSIDIARY_OF", "vendor:acme-group", AT),
        edge(model, "LICENSED_UNDER", "license:house-license", AT, qualifier="declared"),
        edge("license:house-license", "PUBLISHED_BY", "vendor:lawyers", AT),
    )
    for ref in ("vendor:acme", "vendor:acme-group", "license:house-license", "vendor:lawyers"):
        assert services(BlastRadius(ref).answer(snapshots)) == ["chat"]


def test_a_derivative_is_reached_from_the_family_of_its_base() -> None:
    """Hermes 3 8B is published by Nous, and still Llama."""
    snapshots = of(needs("reader", mention("NousResearch/Hermes-3-Llama-3.1-8B", context="hf")))
    for ref in ("family:llama", "vendor:meta", "vendor:nousresearch"):
        assert services(BlastRadius(ref).answer(snapshots)) == ["reader"]


def test_the_summary_counts_what_the_rows_say() -> None:
    """Certain services are hit, the others possible, the rest clear and named."""
    summary = BlastRadius("Meta").answer(shop()).summary
    assert summary["services"] == {"total": 5, "hit": 2, "possible": 1, "clear": 2}
    assert summary["clear"] == ["service:ledger", "service:quotes"]
    assert summary["by_kind"] == {"model": 1, "offering": 2, "service": 3}


def test_the_table_says_it_in_a_sentence_first() -> None:
    """Counts, what is missing, chains in names, owners, what is clear, and what it rests on."""
    said = text(BlastRadius("Meta").answer(shop()))
    assert said.startswith(
        "2 of 5 services depend on Meta, 1 more may, 2 are clear.\nINCOMPLETE: 1 name unresolved.\n"
    )
    assert "groq llama-3.3-70b-versatile > llama-3.3-70b-instruct > Meta" in said
    assert "inventory.yaml:3" in said
    assert "CX 1; without owner 2" in said
    assert "ledger, quotes" in said
    assert "1 document; 2 of 3 names resolved; catalogue 2026-11-20; on 2026-11-23, rev 8f31c2" in said


def test_services_that_only_use_a_package_are_folded_and_counted() -> None:
    """React is Meta's too, and hides no model."""
    snapshots = of(needs("chat", LLAMA), needs("web", REACT), edge(REACT, "PUBLISHED_BY", "vendor:meta", AT))
    answer = BlastRadius("Meta").answer(snapshots)
    assert answer.summary["services"]["hit"] == 2
    said = text(answer)
    assert "Family Llama 1, Packages 1" in said
    assert "react" not in said


def test_packages_are_shown_where_nothing_else_is_reached() -> None:
    """Then they are the answer."""
    snapshots = of(needs("web", REACT), edge(REACT, "PUBLISHED_BY", "vendor:meta", AT))
    assert "web" in text(BlastRadius("Meta").answer(snapshots))


@pytest.mark.parametrize("ref", ["Moonshot AI", "license:llama2"])
def test_nothing_hit_says_what_was_searched(ref: str) -> None:
    """A zero never stands alone."""
    answer = BlastRadius(ref).answer(of(needs("quotes", MISTRAL), needs("ledger")))
    assert answer.summary["services"] == {"total": 2, "hit": 0, "possible": 0, "clear": 2}
    assert answer.headline[0].startswith("None of 2 services depends on ")
    assert "Searched: 2 services, 1 offering, 1 model; 1 of 1 name resolved." in answer.headline[0]


def test_without_a_reference_it_says_what_can_be_asked() -> None:
    """Vendors in the graph, those with the most services first."""
    with pytest.raises(
        UsageError, match=r"for example vendor:\w+ \(2 services\), vendor:\w+ \(2 services\), .*\(1 "
    ):
        BlastRadius().answer(shop())
    with pytest.raises(UsageError, match="the store is empty"):
        BlastRadius().answer(of())


def test_a_document_that_could_not_be_read_makes_the_answer_incomplete() -> None:
    """A lost part may have held another dependency."""
    lost = broken(Skipped("E-SYNTAX", "broken"), Skipped("W-CSV", "odd"))
    answer = BlastRadius("Meta").answer(asked(reading(*needs("chat", LLAMA)), lost))
    assert not answer.complete
    assert [(warned.code, warned.count) for warned in answer.warnings] == [("E-SYNTAX", 1)]
    assert answer.headline[1] == "INCOMPLETE: 1 document incomplete."


def test_a_service_that_is_only_named_is_counted_as_a_warning() -> None:
    """The answer about it may be thin, but is complete as far as documents go."""
    answer = BlastRadius("Meta").answer(of(needs("chat", LLAMA, "service:ghost")))
    assert [(warned.code, warned.count) for warned in answer.warnings] == [("W-STUB", 1)]
    assert answer.complete


def test_hostile_names_reach_the_output_on_one_line_and_unchanged_in_json() -> None:
    """Escapes are for eyes; programs get what was written."""
    name = "pay\x1b[2J\n\u202e<script>" + "x" * 10_000
    answer = BlastRadius("Meta").answer(of(needs("chat", LLAMA), node("service:chat", AT, name=name)))
    assert row_of(answer, "service:chat")["name"] == name
    said = text(answer)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert max(map(len, said.splitlines())) < 1_000
