"""Same things: what folds, what stays apart, and that every fold is listed."""

import pytest

from graphkit.build.keys import split_environment
from graphkit.config import Config
from graphkit.model import Claim, Evidence, edge, mention, node, qualified
from graphkit.snapshot import NODE_CODES, STUB, Snapshot
from tests.build.graphs import AT, graph, out, reading, requires

LLAMA = mention("groq/llama-3.1-8b-instant", context="gateway:litellm")
MISTRAL = mention("mistral/mistral-small-latest", context="gateway:litellm")


def services(snapshot: Snapshot) -> list[str]:
    """List the services of a graph."""
    kinds = snapshot.n_kind.tolist()
    keys = zip(snapshot.n_key[:], kinds, strict=True)
    return [key.removeprefix("service:") for key, kind in keys if kind == NODE_CODES["service"]]


def api(qualifier: str, target: str = LLAMA) -> Claim:
    """Claim that the service `api`, known under a qualifier, requires something."""
    return edge(qualified("service", "api", qualifier), "REQUIRES", target, AT)


def folds(snapshot: Snapshot) -> list[tuple[str, list[str]]]:
    """List the folds of a graph."""
    return [(fold["key"], fold["folded"]) for fold in snapshot.meta["folds"]]


def test_services_with_equal_names_fold_and_the_fold_is_listed() -> None:
    """A catalogue's `api` and a cluster's `api` in one namespace are one; every fold is counted."""
    found = graph(
        reading(node("service:api", AT), importer="backstage"),
        reading(node(qualified("service", "api", "shop"), AT), importer="kubernetes"),
    )
    assert services(found) == ["api"]
    assert folds(found) == [("service:api", ["backstage: api", "kubernetes: api in shop"])]


def test_two_namespaces_of_one_importer_stay_apart_under_qualified_keys() -> None:
    """Unless one importer states that name under two qualifiers."""
    found = graph(
        reading(api("shop"), api("billing", MISTRAL), importer="kubernetes"),
        reading(node("service:api", AT), importer="backstage"),
    )
    assert services(found) == ["api", "billing/api", "shop/api"]
    assert requires(found, "shop/api") == ["offering:groq/llama-3.1-8b-instant"]
    assert requires(found, "billing/api") == ["offering:mistral/mistral-small-latest"]
    assert folds(found) == []


def test_two_namespaces_in_two_documents_stay_apart_too() -> None:
    """It is the importer that states both, not the document."""
    found = graph(
        reading(api("shop"), importer="kubernetes", path="a.yaml"),
        reading(api("billing"), importer="kubernetes", path="b.yaml"),
    )
    assert services(found) == ["billing/api", "shop/api"]


def test_qualifiers_of_two_importers_do_not_part_a_name() -> None:
    """Another importer's words for places are not comparable."""
    found = graph(
        reading(api("shop"), importer="kubernetes"), reading(api("acme-project"), importer="terraform")
    )
    assert services(found) == ["api"]


def test_the_default_namespace_tells_apart_only_where_another_is_stated() -> None:
    """What states none is in `default`: two teams' `api` are two, and a lone one keeps its bare name."""
    other = reading(node("service:api", AT), path="b.yaml")
    both = graph(reading(api("default"), api("emea", MISTRAL), importer="backstage"), other)
    assert services(both) == ["api", "default/api", "emea/api"]
    assert requires(both, "default/api") == ["offering:groq/llama-3.1-8b-instant"]
    assert requires(both, "emea/api") == ["offering:mistral/mistral-small-latest"]
    lone = graph(reading(node(qualified("service", "api", "default"), AT), importer="backstage"), other)
    assert services(lone) == ["api"]
    assert folds(lone) == [("service:api", ["backstage: api", "native: api"])]


def test_the_default_namespace_is_none_of_those_that_another_importer_keeps_apart() -> None:
    """A cluster has `api` in two namespaces; the catalogue's, without one, may be either."""
    found = graph(
        reading(api("shop"), api("emea", MISTRAL), importer="kubernetes"),
        reading(node(qualified("service", "api", "default"), AT), importer="backstage"),
    )
    assert services(found) == ["api", "emea/api", "shop/api"]


def test_environments_do_not_count_and_stand_on_the_edges() -> None:
    """Prod and staging fold, each requirement with its environment."""
    found = graph(reading(api("shop-prod"), api("shop-staging", MISTRAL), importer="kubernetes"))
    assert services(found) == ["api"]
    texts = found.texts
    assert sorted(texts[number] for number in found.e_environment.tolist() if number) == [
        "production",
        "staging",
    ]
    assert services(graph(reading(api("prod"), api("staging"), importer="kubernetes"))) == ["api"]


@pytest.mark.parametrize(
    ("namespace", "split"),
    [
        ("prod", ("", "production")),
        ("PRD", ("", "production")),
        ("shop-prod", ("shop", "production")),
        ("prod-shop", ("shop", "production")),
        ("shop_staging", ("shop", "staging")),
        ("qa.shop", ("shop", "test")),
        ("reproduction", ("reproduction", "")),
        ("product-shop", ("product-shop", "")),
        ("", ("", "")),
        ("-", ("-", "")),
        ("a-b-c-dev", ("a-b-c", "development")),
    ],
)
def test_a_namespace_splits_into_its_name_and_its_environment(namespace: str, split: tuple[str, str]) -> None:
    """Whole words only, at the beginning or the end."""
    assert split_environment(namespace) == split


@pytest.mark.parametrize("kind", ["service", "team", "vendor", "system"])
def test_same_of_graphkit_toml_folds_and_is_listed(kind: str) -> None:
    """[[same]]: two names of one thing, edges moved to the one that stands for both."""
    config = Config(same=((f"{kind}:b", f"{kind}:a", f"{kind}:c"),))
    claims = [node(f"{kind}:{name}", AT) for name in "abc"]
    found = graph(*claims, edge(f"{kind}:c", "PART_OF", "system:whole", AT), config=config)
    assert folds(found) == [(f"{kind}:a", [f"{kind}:b", f"{kind}:c"])]
    assert out(found, f"{kind}:a") == ["PART_OF system:whole"]
    assert found.index(f"{kind}:b") is None


def test_same_of_models_makes_the_other_name_mean_the_first() -> None:
    """[[same]] for a model that only we know."""
    config = Config(same=(("model:meta-llama/llama-3.1-8b-instruct", "model:prod-llm"),))
    found = graph(edge("service:bot", "REQUIRES", mention("prod-llm"), AT), config=config)
    assert requires(found, "bot") == ["model:meta-llama/llama-3.1-8b-instruct"]


def test_a_name_of_another_name_is_followed() -> None:
    """`is:` of the native inventory: azure/chat-prod is azure/gpt-5-mini."""
    found = graph(
        edge(mention("azure/chat-prod"), "SAME_AS", mention("azure/gpt-5-mini"), AT),
        edge("service:bot", "REQUIRES", mention("azure/chat-prod", context="gateway:litellm"), AT),
    )
    (target,) = requires(found, "bot")
    assert "unresolved" not in target
    assert any("gpt-5-mini" in key for key in found.n_key)


def test_same_as_claims_fold_by_union_find() -> None:
    """A is b and c is b: one thing."""
    found = graph(
        edge("service:a", "SAME_AS", "service:b", AT),
        edge("service:c", "SAME_AS", "service:b", AT),
        node("service:a", AT),
        node("service:b", AT),
        edge("service:c", "REQUIRES", LLAMA, AT),
    )
    assert services(found) == ["a"]
    assert requires(found, "a") == ["offering:groq/llama-3.1-8b-instant"]


def test_the_representative_is_the_users_then_the_catalogues_then_backstages() -> None:
    """Representative: user, catalogue, Backstage, least key."""
    same = edge("service:z", "SAME_AS", "service:a", AT)
    backstage = reading(node("service:z", AT), importer="backstage")
    native = reading(node("service:a", AT), same, path="b.yaml")
    assert services(graph(native, backstage)) == ["z"]
    user = reading(node("service:a", Evidence(method="user")), same, path="b.yaml")
    assert services(graph(user, backstage)) == ["a"]
    assert services(graph(node("service:a", AT), node("service:z", AT), same)) == ["a"]


def test_things_of_two_kinds_never_fold() -> None:
    """A service and its team may have one name."""
    found = graph(edge("service:cx", "SAME_AS", "team:cx", AT), node("service:cx", AT), node("team:cx", AT))
    assert found.index("service:cx") is not None
    assert found.index("team:cx") is not None
    assert folds(found) == []


def test_folding_two_declared_owners_is_a_conflict_that_is_reported() -> None:
    """One owner is left, the other is told with its place."""
    found = graph(
        reading(edge("service:api", "OWNED_BY", "team:one", AT), node("service:api", AT), path="a.yaml"),
        reading(edge("service:web", "OWNED_BY", "team:two", AT), node("service:web", AT), path="b.yaml"),
        config=Config(same=(("service:api", "service:web"),)),
    )
    assert out(found, "service:api", "OWNED_BY") == ["team:one"]
    (conflict,) = found.meta["conflicts"]
    assert (conflict["key"], conflict["property"], conflict["kept"], conflict["other"]) == (
        "service:api",
        "owner",
        "team:one",
        "team:two",
    )
    assert (conflict["kept_scope"], conflict["other_scope"]) == (0, 1)


def test_a_stub_becomes_real_when_another_document_names_it() -> None:
    """W-DANGLING: a node that only an edge names is a stub."""
    call = reading(edge("service:bot", "REQUIRES", "service:search", AT), path="a.yaml")
    alone = graph(call)
    number = alone.index("service:search")
    assert number is not None
    assert alone.n_flags[number] & STUB
    both = graph(call, reading(node("service:search", AT, name="Search"), path="b.yaml"))
    number = both.index("service:search")
    assert number is not None
    assert not both.n_flags[number] & STUB
    assert both.n_name[number] == "Search"


def test_cycles_and_self_dependencies_are_kept() -> None:
    """I-CYCLE: every traversal ends."""
    found = graph(
        *(edge(f"service:{a}", "REQUIRES", f"service:{b}", AT) for a, b in ("aa", "ab", "bc", "ca"))
    )
    assert requires(found, "a") == ["service:a", "service:b"]
    assert requires(found, "c") == ["service:a"]
    seeds = found.of_kind("service")[:1]
    assert found.depths(seeds, edges=found.carries).tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    "claim",
    [
        edge("team:cx", "REQUIRES", LLAMA, AT),
        edge("service:a", "LIKES", "service:b", AT),
        edge("service:a", "OWNED_BY", "service:b", AT),
    ],
)
def test_kinds_that_do_not_go_together_are_told_and_left_out(claim: Claim) -> None:
    """A team does not require a model; the graph is built all the same, and nothing is lost silently."""
    found = graph(claim, node("service:a", AT), node("team:cx", AT))
    assert out(found, claim.source) == []
    assert [row[1] for row in found.meta["skipped"]] == ["W-STRAY"]


def two_namespaces(*, config: Config | None = None) -> Snapshot:
    """Build api of two namespaces beside one that a catalog calls api alone."""
    apart = [node(qualified("service", "api", space), AT) for space in ("shop", "pay")]
    return graph(
        reading(*apart, importer="kubernetes", path="k8s.yaml"),
        reading(node("service:api", AT), importer="backstage", path="catalog.yaml"),
        config=config,
    )


def test_a_name_alone_beside_namespaces_is_in_doubt() -> None:
    """It may be any of them, and nobody said which: three services, and a question."""
    found = two_namespaces()
    assert found.meta["doubtful"] == {"service:api": ["service:pay/api", "service:shop/api"]}


def test_declaring_two_services_the_same_settles_the_doubt() -> None:
    """[[same]] of graphkit.toml says which."""
    found = two_namespaces(config=Config(same=(("service:api", "service:shop/api"),)))
    assert found.meta["doubtful"] == {}
    assert found.index("service:pay/api") is not None
