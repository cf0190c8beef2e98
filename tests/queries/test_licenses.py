"""Which license binds, whether the declared one contradicts it, and what it asks for."""

import random
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import UnknownReference
from graphkit.model import Claim, edge, mention, node
from graphkit.queries.licenses import Licenses
from graphkit.querying import Answer, Snapshots
from graphkit.querying.licensing import CLASSES
from tests.queries.asking import AT, LLAMA, MISTRAL, UNKNOWN, asked, chain, envelope, needs, of, reading, text

LLAMA_8B = mention("meta-llama/Llama-3.1-8B-Instruct", context="hf")
R1 = "model:deepseek-ai/deepseek-r1-distill-llama-8b"
OWN = "model:acme/support"


def named(key: str) -> str:
    """Give the end by which a document names the model *key*; other ends stay as they are."""
    return mention(key.removeprefix("model:")) if key.startswith("model:") else key


def model(key: str, *licenses: str, bases: Iterable[str] = (), how: str = "declared") -> list[Claim]:
    """Claim that a model exists, has each of *licenses* and is a finetune of each of *bases*."""
    end = named(key)
    return [
        node(end, AT, declared=True),
        *(edge(end, "LICENSED_UNDER", f"license:{name}", AT, qualifier=how) for name in licenses),
        *(edge(end, "DERIVED_FROM", named(base), AT, qualifier="finetune") for base in bases),
    ]


def uses(service: str, *models: str) -> list[Claim]:
    """Claim that a service requires each of *models*."""
    return needs(service, *map(named, models))


def row(answer: Answer, key: str) -> dict[str, Any]:
    """Give the one row about *key*."""
    (found,) = [row for row in answer.rows if row["key"] == key]
    return dict(found)


def judged(*licenses: str, bases: Iterable[str] = (LLAMA_8B,)) -> dict[str, Any]:
    """Give the row of a model of ours that declares *licenses* and derives from *bases*."""
    snapshots = of(uses("chat", OWN), model(OWN, *licenses, bases=bases))
    return row(Licenses().answer(snapshots), OWN)


def steps(answer: Answer, found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Give the path of a row as (source, kind, target)."""
    return chain(answer, {"witness": found["path"]})


def test_a_permissive_license_on_a_restricted_base_is_a_conflict() -> None:
    """The claim binds nothing; the path leads from the artefact to the license that does."""
    snapshots = of(uses("chat", OWN), model(OWN, "apache-2.0", bases=[LLAMA_8B]))
    answer = Licenses().answer(snapshots)
    found = row(answer, OWN)
    assert (found["conflict"], found["class"]) == (True, "open-weights-restricted")
    assert (found["declared"], found["effective"]) == (["license:apache-2.0"], ["license:llama3.1"])
    base = "model:meta-llama/llama-3.1-8b-instruct"
    assert steps(answer, found) == [
        (OWN, "DERIVED_FROM", base),
        (base, "LICENSED_UNDER", "license:llama3.1"),
    ]
    assert found["services"] == ["service:chat"]


def test_what_the_catalogue_knows_an_artefact_to_add_binds_beside_the_license_of_its_base() -> None:
    """DeepSeek's own part of a distillate is under MIT, Llama's is not."""
    found = row(Licenses().answer(of(uses("risk", R1), model(R1, "MIT"))), R1)
    assert found["effective"] == ["license:llama3.1", "license:mit"]
    assert found["declared"] == ["license:mit"]
    assert found["conflict"]


def test_without_a_declared_license_nothing_contradicts() -> None:
    """But the license of the base binds all the same."""
    found = judged()
    assert (found["conflict"], found["declared"]) == (False, [])
    assert (found["effective"], found["class"]) == (["license:llama3.1"], "open-weights-restricted")


@pytest.mark.parametrize(
    ("declared", "conflict"),
    [
        (["llama3.1"], False),
        (["Llama-3.1"], False),
        (["mit", "llama3.1"], False),
        (["gpl-3.0"], True),
        (["llama3.2"], True),
        (["cc-by-nc-4.0"], False),
        (["proprietary"], False),
        (["Acme house license"], False),
        (["mit", "Acme house license"], False),
    ],
)
def test_a_declared_license_contradicts_where_it_leaves_out_one_that_is_as_strict(
    declared: list[str], conflict: object
) -> None:
    """A stricter one may be added; what nobody has read is not said to contradict."""
    found = judged(*declared)
    assert found["conflict"] is conflict
    assert "license:llama3.1" in found["effective"]


def test_a_permissive_license_may_be_exchanged_for_another() -> None:
    """Within a class that asks for notices only."""
    base = model("model:acme/base", "apache-2.0")
    answer = Licenses().answer(of(uses("chat", OWN), base, model(OWN, "mit", bases=["model:acme/base"])))
    assert [found["conflict"] for found in answer.rows] == [False, False]
    assert row(answer, OWN)["effective"] == ["license:apache-2.0", "license:mit"]


def test_a_license_that_is_declared_for_a_base_binds_what_derives_from_it() -> None:
    """Where only our own documents know the base."""
    base = model("model:acme/base", "cc-by-nc-4.0")
    answer = Licenses().answer(of(uses("chat", OWN), base, model(OWN, "mit", bases=["model:acme/base"])))
    found = row(answer, OWN)
    assert (found["conflict"], found["class"]) == (True, "research-only")
    assert not row(answer, "model:acme/base")["conflict"]


def test_a_contradicted_claim_about_a_base_binds_nobody() -> None:
    """The one who repairs it further down is right."""
    middle = model("model:acme/middle", "llama3.2", bases=[LLAMA_8B])
    last = model(OWN, "llama3.1", bases=["model:acme/middle"])
    answer = Licenses().answer(of(uses("chat", OWN), middle, last))
    assert row(answer, "model:acme/middle")["conflict"]
    found = row(answer, OWN)
    assert (found["conflict"], found["effective"]) == (False, ["license:llama3.1"])


def test_a_vendors_own_release_is_no_conflict_where_what_is_declared_is_what_is_known() -> None:
    """But a wrong claim about it is one."""
    llama = "model:meta-llama/llama-3.1-8b-instruct"
    right = Licenses().answer(of(uses("chat", llama), model(llama, "llama3.1")))
    wrong = Licenses().answer(of(uses("chat", llama), model(llama, "apache-2.0")))
    assert not row(right, llama)["conflict"]
    assert row(wrong, llama)["conflict"]
    assert row(wrong, llama)["effective"] == ["license:llama3.1"]


def test_concluded_licenses_count_as_declared_ones() -> None:
    """Both are claims about the artefact."""
    claims = model(OWN, "mit", bases=[LLAMA_8B], how="concluded")
    assert row(Licenses().answer(of(uses("chat", OWN), claims)), OWN)["conflict"]


@pytest.mark.parametrize("bases", [[], ["model:acme/nobody-knows"]])
def test_what_has_no_known_license_is_unknown_never_permissive(bases: list[str]) -> None:
    """Neither is what derives from it, whatever it declares."""
    assert judged(bases=bases)["class"] == "unknown"
    assert judged(bases=bases)["path"] == []
    if bases:
        assert judged("mit", bases=bases)["class"] == "unknown"
        assert judged("cc-by-nc-4.0", bases=bases)["class"] == "research-only"


def test_a_license_that_the_catalogue_does_not_know_is_unknown() -> None:
    """It is effective, its terms are reported as unknown."""
    answer = Licenses().answer(of(uses("chat", OWN), model(OWN, "Acme house license")))
    assert row(answer, OWN)["class"] == "unknown"
    assert answer.summary["terms_unknown"] == ["license:Acme house license"]
    assert "Unknown" in text(answer)


def test_duties_name_what_to_do_the_clause_and_a_link() -> None:
    """Of every license that binds, the strictest first."""
    duties = judged("apache-2.0")["duties"]
    built = next(duty for duty in duties if duty["duty"].startswith("attribution: "))
    assert "Built with Llama" in built["duty"]
    assert built["clause"] == "Llama 3.1 Community License, 1.b.i"
    assert built["link"].startswith("https://")
    kinds = {duty["duty"].partition(":")[0] for duty in duties}
    assert {"naming", "user threshold", "acceptable use", "pass down", "notice"} <= kinds


def test_artefacts_in_use_are_those_that_services_routes_and_offerings_lead_to() -> None:
    """With what they derive from; a model that nobody uses has no row."""
    snapshots = of(
        needs("chat", LLAMA),
        needs("route:gateway/fast", MISTRAL),
        model("model:acme/idle", "mit"),
        node(OWN, AT),
    )
    assert [found["key"] for found in Licenses().answer(snapshots).rows] == [
        "model:meta-llama/llama-3.3-70b-instruct",
        "model:mistralai/mistral-small",
    ]


def test_for_a_service_only_what_it_leads_to_is_listed() -> None:
    """Through other services too; the others that use it stay named."""
    snapshots = of(needs("chat", LLAMA), needs("desk", "service:chat"), needs("quotes", MISTRAL))
    answer = Licenses(for_="desk").answer(snapshots)
    (found,) = answer.rows
    assert found["services"] == ["service:chat", "service:desk"]
    assert answer.params == {"conflicts": False, "for": "service:desk"}
    assert answer.headline[0].startswith("None of 1 artefact that desk leads to carries a license")


def test_for_a_team_what_its_services_lead_to_is_listed() -> None:
    """A team stands for its members."""
    owned = edge("service:chat", "OWNED_BY", "team:cx", AT)
    answer = Licenses(for_="team:cx").answer(of(needs("chat", LLAMA), needs("quotes", MISTRAL), owned))
    assert [found["key"] for found in answer.rows] == ["model:meta-llama/llama-3.3-70b-instruct"]


def test_an_unknown_service_is_refused() -> None:
    """With the nearest names."""
    with pytest.raises(UnknownReference):
        Licenses(for_="no-such-thing").answer(of(needs("chat", LLAMA)))


def test_only_conflicts_can_be_asked_for() -> None:
    """The counts stay those of all."""
    snapshots = of(uses("chat", OWN, MISTRAL), model(OWN, "mit", bases=[LLAMA_8B]))
    answer = Licenses(conflicts=True).answer(snapshots)
    assert [found["key"] for found in answer.rows] == [OWN]
    assert answer.summary["artefacts"] == {"total": 3, "conflict": 1, "declared": 1}
    assert answer.headline == (
        "1 of 3 artefacts carries a license that contradicts what binds them: needs legal review.",
    )
    assert [(warned.code, warned.count) for warned in answer.warnings] == [("W-LICENSE-CONFLICT", 1)]


def test_conflicts_come_first_then_the_strictest_class() -> None:
    """What to look at stands on top."""
    claude = mention("anthropic/claude-sonnet-4-5", context="gateway:litellm")
    snapshots = of(uses("chat", MISTRAL, claude, OWN), model(OWN, "mit", bases=[LLAMA_8B]))
    rows = Licenses().answer(snapshots).rows
    assert [found["class"] for found in rows] == [
        "open-weights-restricted",
        "proprietary",
        "open-weights-restricted",
        "permissive",
    ]
    assert rows[0]["conflict"]


def test_the_table_tells_the_path_and_where_it_is_stated() -> None:
    """A sentence for each step, and no verdict beyond the need for a review."""
    said = text(Licenses().answer(of(uses("chat", OWN), model(OWN, "mit", bases=[LLAMA_8B]))))
    assert (
        "support is derived from llama-3.1-8b-instruct; llama-3.1-8b-instruct is licensed under Llama" in said
    )
    assert "(inventory.yaml:3)" in said
    assert "needs legal review, this is not advice" in said


def test_the_middle_of_a_long_path_is_counted() -> None:
    """In words; programs get all of it."""
    models = [f"model:acme/m{number}" for number in range(12)]
    claims = [model(key, bases=[base]) for key, base in zip(models, [*models[1:], LLAMA_8B], strict=True)]
    answer = Licenses().answer(of(uses("chat", models[0]), *claims))
    assert len(row(answer, models[0])["path"]) == 13
    assert "; (10 more); llama-3.1-8b-instruct is licensed under Llama" in text(answer)


def test_an_unresolved_name_makes_the_answer_incomplete() -> None:
    """What is behind it may be under any license."""
    answer = Licenses().answer(of(needs("mail", UNKNOWN)))
    assert not answer.complete
    assert answer.headline[0] == "No model is known to be in use. Searched: 1 service, 1 offering."


def test_an_empty_store_has_an_answer() -> None:
    """A nothing never stands alone."""
    answer = Licenses(conflicts=True).answer(of())
    assert (answer.rows, answer.complete) == ([], True)
    assert "Searched" in text(answer)


def test_hostile_names_are_shown_safely_and_kept_for_programs() -> None:
    """Licenses and models may be called anything."""
    hostile = "x\0\n\u202e<script>" + "y" * 10_000
    key = f"model:acme/{hostile}"
    answer = Licenses().answer(of(uses("chat", key), model(key, hostile, bases=[LLAMA_8B])))
    assert envelope(answer)["rows"][0]["key"] == answer.rows[0]["key"]
    said = text(answer)
    assert "\u202e" not in said
    assert "\0" not in said


_MODELS = [f"model:acme/m{number}" for number in range(6)]
_LICENSES = ["mit", "gpl-3.0-only", "house", "llama3.1", "gemma", "cc-by-nc-4.0", "proprietary"]
_derived = st.lists(st.tuples(st.sampled_from(_MODELS), st.sampled_from(_MODELS)), max_size=10)
_licensed = st.lists(st.tuples(st.sampled_from(_MODELS), st.sampled_from(_LICENSES)), max_size=8)
_Pairs = list[tuple[str, str]]


def lineage(derived: _Pairs, licensed: _Pairs, *, shuffle: int = 0) -> Snapshots:
    """Build a graph in which one service uses six models that derive from each other, also in circles."""
    claims = uses("chat", *_MODELS)
    claims += [claim for key in _MODELS for claim in model(key)]
    claims += [claim for key, base in derived for claim in model(key, bases=[base])]
    claims += [claim for key, name in licensed for claim in model(key, name)]
    random.Random(shuffle).shuffle(claims)
    return asked(reading(*claims))


def ancestors(derived: _Pairs) -> dict[str, set[str]]:
    """Give each model with all that it derives from, as networkx finds them."""
    graph: nx.DiGraph[str] = nx.DiGraph([pair for pair in derived if pair[0] != pair[1]])
    graph.add_nodes_from(_MODELS)
    return {key: {key, *nx.descendants(graph, key)} for key in _MODELS}


def class_of(name: str) -> int:
    """Give the strictness of a license's class."""
    known = {
        "mit": 0,
        "gpl-3.0-only": 1,
        "house": 2,
        "llama3.1": 3,
        "gemma": 3,
        "cc-by-nc-4.0": 4,
        "proprietary": 5,
    }
    return known[name.removeprefix("license:")]


@settings(max_examples=60, deadline=None)
@given(_derived, _licensed)
def test_the_class_is_the_strictest_along_the_path(derived: _Pairs, licensed: _Pairs) -> None:
    """It is that of the strictest effective license, or unknown where something along the path is."""
    above = ancestors(derived)
    bases = {key for key, base in derived if key != base}
    bare = set(_MODELS) - bases - {key for key, _ in licensed}
    for found in Licenses().answer(lineage(derived, licensed)).rows:
        ranks = [class_of(name) for name in found["effective"]]
        ranks += [CLASSES.index("unknown")] if not ranks or above[found["key"]] & bare else []
        assert found["class"] == CLASSES[max(ranks)]


@settings(max_examples=60, deadline=None)
@given(_derived, _licensed)
def test_the_effective_licenses_are_those_that_hold_along_the_path(derived: _Pairs, licensed: _Pairs) -> None:
    """All that are declared there but for the contradicted claims; in circles those too."""
    above = ancestors(derived)
    circular = {key for key, base in derived if key != base and key in above[base]}
    rows = {found["key"]: found for found in Licenses().answer(lineage(derived, licensed)).rows}
    for key, found in rows.items():
        held = [
            rows[one]["declared"] for one in above[key] if not rows[one]["conflict"] or above[one] & circular
        ]
        assert set(found["effective"]) == {name for names in held for name in names}


@settings(max_examples=60, deadline=None)
@given(_derived, _licensed)
def test_what_covers_all_that_binds_is_no_conflict(derived: _Pairs, licensed: _Pairs) -> None:
    """And a conflict always has a license that is left out and at least as strict as all that is declared."""
    for found in Licenses().answer(lineage(derived, licensed)).rows:
        missing = set(found["effective"]) - set(found["declared"])
        strictest = max(map(class_of, found["declared"]), default=-1)
        if not missing or not found["declared"]:
            assert not found["conflict"]
        if found["conflict"]:
            assert any(class_of(name) >= strictest for name in missing)


@settings(max_examples=60, deadline=None)
@given(_derived, _licensed)
def test_a_path_leads_from_its_artefact_to_the_strictest_license(derived: _Pairs, licensed: _Pairs) -> None:
    """Over derivations, and ends at once in circles."""
    answer = Licenses().answer(lineage(derived, licensed))
    for found in answer.rows:
        path = steps(answer, found)
        assert bool(path) == bool(found["effective"])
        if path:
            assert [kind for _, kind, _ in path] == ["DERIVED_FROM"] * (len(path) - 1) + ["LICENSED_UNDER"]
            assert path[0][0] == found["key"]
            assert all(before[2] == after[0] for before, after in pairwise(path))
            assert class_of(path[-1][2]) == max(map(class_of, found["effective"]))


@settings(max_examples=40, deadline=None)
@given(_derived, _licensed, st.integers(1, 9))
def test_the_order_of_claims_never_matters(derived: _Pairs, licensed: _Pairs, shuffle: int) -> None:
    """The same bytes for the same claims."""
    one, other = lineage(derived, licensed), lineage(derived, licensed, shuffle=shuffle)
    assert text(Licenses().answer(one), "json") == text(Licenses().answer(other), "json")
