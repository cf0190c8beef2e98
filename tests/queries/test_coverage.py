"""How far answers can be trusted."""

from graphkit.model import Skipped, edge
from graphkit.queries.coverage import Coverage
from tests.queries.asking import AT, LLAMA, UNKNOWN, asked, broken, needs, of, reading, shop, text


def test_each_document_has_a_row_with_what_rests_on_it() -> None:
    """Claims whose word is the best are counted; skipped parts are."""
    snapshots = asked(
        reading(*needs("chat", LLAMA), since="2026-02-11"), broken(Skipped("E-SYNTAX", "broken"))
    )
    assert Coverage().answer(snapshots).rows == [
        {
            "importer": "native",
            "root": "shop",
            "path": "broken.yaml",
            "time": None,
            "complete": False,
            "claims": 0,
            "skipped": 1,
        },
        {
            "importer": "native",
            "root": "shop",
            "path": "inventory.yaml",
            "time": "2026-02-11",
            "complete": True,
            "claims": 2,
            "skipped": 0,
        },
    ]


def test_the_summary_counts_owners_criticality_names_and_stubs() -> None:
    """Known against all."""
    summary = Coverage().answer(shop()).summary
    assert summary["services"] == {"total": 5, "with_owner": 1, "with_criticality": 1}
    assert summary["names"] == {"total": 3, "resolved": 2, "unresolved": 1}
    assert Coverage().answer(of(needs("a", "service:ghost"))).summary["stubs"] == ["service:ghost"]


def test_conflicts_name_their_documents() -> None:
    """Two owners of one service, and which document said the other."""
    one = reading(*needs("chat"), edge("service:chat", "OWNED_BY", "team:a", AT), path="a.yaml")
    other = reading(*needs("chat"), edge("service:chat", "OWNED_BY", "team:b", AT), path="b.yaml")
    (conflict,) = Coverage().answer(asked(one, other)).summary["conflicts"]
    assert (conflict["key"], conflict["property"]) == ("service:chat", "owner")
    assert {conflict["kept_scope"], conflict["other_scope"]} == {"a.yaml", "b.yaml"}


def test_the_words_say_the_gaps() -> None:
    """Sentences first, then one line for each kind of gap."""
    said = text(
        Coverage().answer(
            asked(reading(*needs("mail", UNKNOWN, "service:ghost")), broken(Skipped("E-SYNTAX", "x")))
        )
    )
    assert said.startswith("2 documents tell of 2 services; 0 of 1 name of models are identified.\n")
    assert "INCOMPLETE: 1 name unresolved, 1 document incomplete." in said
    assert "E-SYNTAX 1" in said
    assert "1: ghost" in said
    assert "0 of 2 services have one" in said


def test_an_empty_store_is_covered_by_nothing() -> None:
    """And says so without a failure."""
    answer = Coverage().answer(of())
    assert answer.summary["services"]["total"] == 0
    assert "1 document tells of 0 services" in text(answer)
