"""Names with labels of our own, and the labelled names beside the checkout where there are any.

Our own labels were drafted from answers, then read and corrected by hand: they hold what works, and do
not measure what is new.
"""

import csv
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graphkit.catalogue import Catalogue, Resolution, load

OWN = Path(__file__).with_name("names.csv")
BLIND = Path(__file__).with_name("blind.csv")
BESIDE = Path(__file__).parents[3] / "shared" / "identity"
CORE = ("vendor_origin", "family", "license_class")
FIELDS = (*CORE, "provider", "version", "size", "derivation")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Give the shipped catalogue."""
    return load()


def rows(file: Path = OWN) -> list[dict[str, str]]:
    """Read the labelled names."""
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def told(answer: Resolution) -> dict[str, str]:
    """Write an answer the way the labels are written."""
    values = {field: getattr(answer, field) for field in FIELDS}
    return {name: "|".join(value) if isinstance(value, tuple) else value for name, value in values.items()}


def share(pairs: list[tuple[str, str]]) -> float:
    """Return how many of the pairs are equal, between 0 and 1; a star was not labelled."""
    judged = [(want, got) for want, got in pairs if want != "*"]
    return sum(want == got for want, got in judged) / len(judged)


def test_own_names_keep_their_floors(catalogue: Catalogue) -> None:
    """Each field of the models that we labelled is right often enough."""
    models = [(row, told(catalogue.resolve(row["id"], context=row["context"]))) for row in rows()]
    found = {f: share([(r[f], t[f]) for r, t in models if r["kind"] == "model"]) for f in FIELDS}
    assert {field: value for field, value in found.items() if value < 0.96} == {}


def test_what_is_no_model_stays_empty(catalogue: Catalogue) -> None:
    """Packages, variables, deployments and wildcards get no vendor, family or license."""
    wrong = [
        row["id"]
        for row in rows()
        if row["kind"] != "model" and catalogue.resolve(row["id"], context=row["context"]).resolved
    ]
    assert wrong == []


def test_a_wrong_vendor_is_rarer_than_an_open_question(catalogue: Catalogue) -> None:
    """Precision before recall: of the vendors that are told, nearly all are right."""
    answers = [
        (row["vendor_origin"], told(catalogue.resolve(row["id"], context=row["context"]))) for row in rows()
    ]
    claimed = [(want, got["vendor_origin"]) for want, got in answers if got["vendor_origin"]]
    assert share(claimed) >= 0.99


def right(want: str, got: str) -> bool | None:
    """Tell whether an answer is right; None is not judged: a star, or what a name need not tell."""
    if want == "*" or (want.endswith("?") and not got):
        return None
    plain = want.removesuffix("?").lower()
    return set(plain.removesuffix(".0").split("|")) == set(got.lower().removesuffix(".0").split("|"))


def blind_shares(catalogue: Catalogue) -> dict[str, float]:
    """Return the share of right answers to the names labelled blind, by field."""
    found: dict[str, list[bool]] = {}
    for row in rows(BLIND):
        answer = told(catalogue.resolve(row["id"], context=row["context"]))
        for field in (*CORE, "provider", "version"):
            judged = right(row[field], answer[field]) if row["kind"] == "model" else None
            if judged is not None:
                found.setdefault(field, []).append(judged)
    return {field: sum(judged) / len(judged) for field, judged in found.items()}


def test_names_labelled_blind_keep_their_floors(catalogue: Catalogue) -> None:
    """Names drawn at random and labelled before anybody asked the resolver are answered as labelled."""
    floors = {**dict.fromkeys(CORE, 0.97), "provider": 0.97, "version": 0.96}
    shares = blind_shares(catalogue)
    assert {field: shares[field] for field, floor in floors.items() if shares[field] < floor} == {}


def test_sure_answers_to_names_labelled_blind_are_right(catalogue: Catalogue) -> None:
    """Of the answers with a confidence of 0.9 or more, none names a wrong family or license class."""
    wrong = []
    for row in rows(BLIND):
        answer = catalogue.resolve(row["id"], context=row["context"])
        values = told(answer)
        told_surely = [f for f in ("family", "license_class") if answer.confidence >= 0.9 and values[f]]
        wrong += [(row["id"], f) for f in told_surely if right(row[f], values[f]) is False]
    assert wrong == []


def test_ollama_means_the_usual_size_by_leaving_it_out(catalogue: Catalogue) -> None:
    """A tag of one digest with a sized tag leads to the same base."""
    for plain, sized in (("r1-1776:latest", "r1-1776:70b"), ("sqlcoder", "sqlcoder:7b"), ("glm4", "glm4:9b")):
        one, other = (catalogue.resolve(name, context="ollama") for name in (plain, sized))
        assert (one.vendor_origin, one.family, one.license_ids) == (
            other.vendor_origin,
            other.family,
            other.license_ids,
        )


def test_an_unknown_model_keeps_the_publisher_in_its_path(catalogue: Catalogue) -> None:
    """Who owns a repository on the Hub published it, whatever it is made from."""
    answer = catalogue.resolve("somebody/wholly-unheard-of", context="hf")
    assert (answer.publisher, answer.vendor_origin, answer.resolved) == ("somebody", (), False)


def test_a_deployment_in_helm_names_its_host(catalogue: Catalogue) -> None:
    """The first part of a deployment's name tells who serves it."""
    assert catalogue.resolve("openai/gpt-4-0613", context="code:helm").provider == "openai"
    assert catalogue.resolve("ibm/granite-8b-code-instruct", context="code:helm").provider == "watsonx"


def scorer() -> ModuleType:
    """Load the scorer beside the checkout, or skip."""
    path = BESIDE / "score_model_ids.py"
    if not path.exists():
        pytest.skip("no labelled names beside the checkout")
    spec = importlib.util.spec_from_file_location("score_model_ids", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_labelled_names_beside_the_checkout_keep_their_floors(catalogue: Catalogue) -> None:
    """The goals for the core fields, the lineage of Llama and what must stay empty are held."""
    module = scorer()
    with (BESIDE / "model_ids.csv").open(encoding="utf-8", newline="") as handle:
        labelled = list(csv.DictReader(handle))
    given: dict[tuple[str, str], dict[str, Any]] = {}
    for row in labelled:
        answer = catalogue.resolve(row["id"], context=row["context"])
        fields: dict[str, Any] = {
            **told(answer),
            "publisher": answer.publisher,
            "variant": answer.variant,
            "license_id": "|".join(answer.license_ids),
        }
        if answer.is_model is False:
            fields["is_model"] = False
        given[row["id"], row["context"]] = fields
    _, lineage, empty, core, *_ = module.score(labelled, (given, {}))
    assert core["ok"] / core["n"] >= 0.97
    assert lineage["yy"] / (lineage["yy"] + lineage["ny"]) >= 0.99
    assert lineage["yy"] / (lineage["yy"] + lineage["yn"]) >= 0.97
    assert not empty["not-a-model", False]
    assert not empty["unresolvable", False]
