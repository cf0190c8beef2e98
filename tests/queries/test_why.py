"""The chains that connect one thing with vendors."""

from dataclasses import replace

import numpy as np
import pytest

from graphkit.errors import UnknownReference
from graphkit.model import edge, node
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.why import Why
from graphkit.querying import Answer
from graphkit.snapshot import POSSIBLE, Snapshot
from tests.queries.asking import AT, LLAMA, MISTRAL, UNKNOWN, chain, needs, of, row_of, shop, text


def chains(answer: Answer) -> list[tuple[str, str, str]]:
    """Give target, certainty and chain of each row."""
    return [(row["key"], row["certainty"], row["chain"]) for row in answer.rows]


def test_each_vendor_that_a_service_leads_to_has_its_chain() -> None:
    """Who hosts and who publishes are two vendors."""
    assert chains(Why("desk").answer(shop())) == [
        ("vendor:groq", "certain", "desk > Support chat > groq llama-3.3-70b-versatile > Groq"),
        (
            "vendor:meta",
            "certain",
            "desk > Support chat > groq llama-3.3-70b-versatile > llama-3.3-70b-instruct > Meta",
        ),
    ]


def test_the_first_chain_to_a_vendor_is_the_witness_of_its_blast_radius() -> None:
    """Two questions, one proof."""
    snapshots = shop()
    why = Why("desk", from_="Meta").answer(snapshots)
    blast = BlastRadius("Meta").answer(snapshots)
    assert chain(why, why.rows[0]) == chain(blast, row_of(blast, "service:desk"))
    assert why.rows[0]["hops"] == row_of(blast, "service:desk")["hops"]


def test_every_first_step_has_its_shortest_chain() -> None:
    """Two ways to one vendor are two rows, the shorter first."""
    snapshots = of(needs("desk", "service:chat", LLAMA), needs("chat", LLAMA))
    assert [row["distance"] for row in Why("desk", from_="Meta").answer(snapshots).rows] == [3, 4]


def test_a_chain_does_not_come_back_to_its_start() -> None:
    """A cycle is no second reason."""
    snapshots = of(needs("desk", "service:chat", LLAMA), needs("chat", "service:desk"))
    assert [row["distance"] for row in Why("desk", from_="Meta").answer(snapshots).rows] == [3]


def test_at_most_twenty_chains_lead_to_one_target() -> None:
    """More would prove nothing more."""
    middles = [f"service:middle-{number:02d}" for number in range(30)]
    snapshots = of(needs("desk", *middles), *(needs(middle, LLAMA) for middle in middles))
    assert len(Why("desk", from_="Meta").answer(snapshots).rows) == 20


def test_a_name_that_nobody_knows_is_a_possible_end() -> None:
    """For every vendor asked, and as itself where none is."""
    snapshots = of(needs("mail", UNKNOWN))
    possible = ("vendor:meta", "possible", "mail > azure prod-llm")
    assert chains(Why("mail", from_="Meta").answer(snapshots)) == [possible]
    assert chains(Why("mail").answer(snapshots))[-1] == (
        "offering:azure/prod-llm",
        "possible",
        "mail > azure prod-llm",
    )
    assert not Why("mail").answer(snapshots).complete


def test_a_certain_chain_is_preferred_to_a_shorter_possible_one() -> None:
    """Unknowns read as no first."""
    snapshots = of(needs("desk", LLAMA, "service:chat"), needs("chat", LLAMA))
    graph = snapshots.current
    desk, llama = graph.index("service:desk"), graph.index("offering:groq/llama-3.3-70b-versatile")
    flags = np.where((graph.e_source == desk) & (graph.e_target == llama), POSSIBLE, graph.e_flags)
    doubtful = replace(snapshots, current=Snapshot(graph.meta, {**graph.columns, "e_flags": flags}))
    rows = Why("desk", from_="Meta").answer(doubtful).rows
    assert [(row["certainty"], row["distance"]) for row in rows] == [("certain", 4), ("possible", 3)]


def test_a_team_speaks_for_its_services() -> None:
    """Chains begin at what it owns."""
    answer = Why("team:cx", from_="Meta").answer(shop())
    assert [row["chain"].partition(" > ")[0] for row in answer.rows] == ["Support chat"]


def test_the_text_tells_each_edge_with_its_place_importer_and_confidence() -> None:
    """A reader can go and look."""
    said = text(Why("chat", from_="Meta").answer(shop()))
    assert said.startswith("Support chat depends on Meta: 1 chain.\n")
    assert "\n  Support chat requires groq llama-3.3-70b-versatile (inventory.yaml:3, native," in said
    assert "declared, confidence 1)\n" in said
    assert "llama-3.3-70b-instruct is published by Meta (catalogue/releases.csv#" in said


def test_without_a_target_further_chains_are_counted() -> None:
    """One chain to each vendor is shown, and the command for the others."""
    said = text(Why("desk").answer(of(needs("desk", LLAMA, "service:chat"), needs("chat", LLAMA))))
    assert "and 1 more chain: graphkit why service:desk --from vendor:meta" in said


@pytest.mark.parametrize("from_", ["Moonshot AI", "vendor:mistral", None])
def test_no_chain_says_what_was_searched(from_: str | None) -> None:
    """A nothing never stands alone."""
    snapshots = of(needs("ledger", "service:clock"), needs("clock"), needs("quotes", MISTRAL))
    answer = Why("ledger", from_=from_).answer(snapshots)
    assert answer.rows == []
    assert "Searched: 2 services." in answer.headline[0]


def test_an_unknown_end_is_refused() -> None:
    """As an unknown start is."""
    with pytest.raises(UnknownReference):
        Why("chat", from_="nonsense-that-is-nowhere").answer(shop())


def test_hostile_names_stay_on_their_lines() -> None:
    """A name cannot forge another line of the proof."""
    snapshots = of(needs("chat", LLAMA), node("service:chat", AT, name="a\nMeta is published by us"))
    assert "\nMeta is published by us" not in text(Why("chat").answer(snapshots))


def test_a_package_leads_through_its_dependencies() -> None:
    """Down to who publishes what it is made of."""
    inner, outer = "package:pkg:pypi/inner@1", "package:pkg:pypi/outer@1"
    snapshots = of(
        needs("chat", outer),
        edge(outer, "DEPENDS_ON", inner, AT),
        edge(inner, "PUBLISHED_BY", "vendor:acme", AT),
    )
    assert [row["distance"] for row in Why("chat", from_="vendor:acme").answer(snapshots).rows] == [3]
