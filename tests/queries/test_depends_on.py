"""What a thing needs, down to vendors and licenses."""

from graphkit.queries.depends_on import DependsOn
from tests.queries.asking import UNKNOWN, chain, needs, of, row_of, shop, text


def test_all_that_a_service_leads_to_has_a_row_in_order() -> None:
    """The nearest first, then by kind and key, without the service itself."""
    answer = DependsOn("desk").answer(shop())
    assert [(row["key"], row["distance"]) for row in answer.rows] == [
        ("service:chat", 1),
        ("offering:groq/llama-3.3-70b-versatile", 2),
        ("model:meta-llama/llama-3.3-70b-instruct", 3),
        ("vendor:groq", 3),
        ("family:llama", 4),
        ("license:llama3.3", 4),
        ("vendor:meta", 4),
    ]


def test_a_witness_leads_from_the_reference_to_the_row() -> None:
    """In the direction in which it is read."""
    answer = DependsOn("desk").answer(shop())
    assert chain(answer, row_of(answer, "vendor:groq")) == [
        ("service:desk", "REQUIRES", "service:chat"),
        ("service:chat", "REQUIRES", "offering:groq/llama-3.3-70b-versatile"),
        ("offering:groq/llama-3.3-70b-versatile", "HOSTED_BY", "vendor:groq"),
    ]
    assert [row["hops"] for row in answer.rows] == [1, 2, 2, 2, 2, 2, 2]


def test_edges_are_numbered_as_they_first_appear() -> None:
    """Readers of the rows meet e1 first."""
    answer = DependsOn("desk").answer(shop())
    assert list(dict.fromkeys(name for row in answer.rows for name in row["witness"])) == [
        edge["id"] for edge in answer.because
    ]


def test_the_headline_counts_kinds_and_the_notes_name_the_ends() -> None:
    """Vendors and licenses are what people look for."""
    said = text(DependsOn("desk").answer(shop()))
    assert said.startswith("desk needs 1 family, 1 license, 1 model, 1 offering, 1 service, 2 vendors.\n")
    assert "Vendors   Groq, Meta" in said


def test_a_name_that_nobody_knows_makes_the_answer_incomplete() -> None:
    """What is behind it is missing here."""
    answer = DependsOn("mail").answer(of(needs("mail", UNKNOWN)))
    assert [row["key"] for row in answer.rows] == ["offering:azure/prod-llm", "vendor:microsoft"]
    assert not answer.complete


def test_a_team_needs_what_its_services_need() -> None:
    """Without the services themselves."""
    keys = [row["key"] for row in DependsOn("CX").answer(shop()).rows]
    assert "vendor:meta" in keys
    assert "service:chat" not in keys


def test_what_needs_nothing_says_so_with_a_count() -> None:
    """A nothing never stands alone."""
    answer = DependsOn("ledger").answer(shop())
    assert list(answer.rows) == []
    assert answer.headline[0] == "ledger needs nothing that is known: 0 edges of it, none leads on."
    assert list(DependsOn("Moonshot AI").answer(shop()).rows) == []
