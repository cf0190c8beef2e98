"""The joins of section 6.3 of the design, in their order, each with an example of real documents."""

import json

import pytest

from graphkit.config import Config, Gateway
from graphkit.model import Claim, edge, mention, node
from tests.build.graphs import AT, graph, method, out, read, requires

LLAMA = "offering:groq/llama-3.1-8b-instant"
GATEWAY = """model_list:
- {model_name: fast, litellm_params: {model: groq/llama-3.1-8b-instant}}
- {model_name: smart, litellm_params: {model: mistral/mistral-large-latest}}
"""
OTHER = "model_list: [{model_name: fast, litellm_params: {model: openai/gpt-5-mini}}]\n"
PROD = Gateway("prod", ("http://llm.corp:4000",), ("gw/config.yaml",))
DECLARED = Config(gateways=(PROD,))
WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: engine, namespace: ml}
spec:
  selector: {matchLabels: {app: vllm}}
  template:
    metadata: {labels: {app: vllm, tier: gpu}}
    spec:
      containers:
      - name: c
        image: vllm/vllm-openai:v0.8
        args: [--model, NousResearch/Hermes-3-Llama-3.1-8B, --served-model-name, hermes]
"""
SERVICE = """apiVersion: v1
kind: Service
metadata: {name: llm, namespace: ml}
spec: {selector: {app: vllm}, ports: [{port: 8000}]}
"""


def use(service: str, name: str, url: str, *, context: str = "code:env", namespace: str = "") -> Claim:
    """Claim that a service sends a model's name to an endpoint."""
    target = mention(name, context=context, base_url=url, namespace=namespace)
    return edge(f"service:{service}", "REQUIRES", target, AT)


@pytest.mark.parametrize(
    "url",
    [
        "http://llm.corp:4000",
        "http://llm.corp:4000/v1",
        "http://LLM.corp:4000/",
        "http://me:pw@llm.corp:4000",
    ],
)
def test_a_base_url_leads_to_the_gateway_declared_for_it(url: str) -> None:
    """The first join: [gateway.NAME] urls and files of graphkit.toml."""
    found = graph(read("gw/config.yaml", GATEWAY), use("bot", "fast", url), config=DECLARED)
    assert requires(found, "bot") == ["route:prod/fast"]
    assert out(found, "route:prod/fast", "REQUIRES") == [LLAMA]


@pytest.mark.parametrize(
    "url", ["http://llm.corp", "http://llm.corp:4001", "https://llm.corp:4000x", "http://evil-llm.corp:4000"]
)
def test_another_address_is_not_the_declared_gateway(url: str) -> None:
    """Same host and port, or it is somewhere else: then the alias alone leads, and that is inferred."""
    found = graph(read("gw/config.yaml", GATEWAY), use("bot", "smarter", url), config=DECLARED)
    assert all("unresolved" in target for target in requires(found, "bot"))


def test_a_path_of_a_declared_url_ends_at_a_slash() -> None:
    """/team-a is not the beginning of /team-ab."""
    config = Config(gateways=(Gateway("prod", ("http://llm.corp/team-a",), ("gw/config.yaml",)),))
    found = graph(
        read("gw/config.yaml", GATEWAY),
        use("one", "smarter", "http://llm.corp/team-a/v1"),
        use("two", "smarter", "http://llm.corp/team-ab/v1"),
        config=config,
    )
    assert requires(found, "one") == ["route:unresolved/prod/smarter"]
    assert requires(found, "two") == ["route:unresolved/smarter"]


def test_the_declared_gateway_comes_before_every_other_reading_of_the_name() -> None:
    """An alias that looks like a model of Google's is the alias at this gateway."""
    text = "model_list: [{model_name: gemini-2.5-pro, litellm_params: {model: groq/llama-3.1-8b-instant}}]"
    found = graph(
        read("gw/config.yaml", text), use("bot", "gemini-2.5-pro", "http://llm.corp:4000"), config=DECLARED
    )
    assert requires(found, "bot") == ["route:prod/gemini-2.5-pro"]
    assert found.index("vendor:google") is None


def test_a_gateway_known_and_a_route_unknown_is_possible_for_all_of_its_routes() -> None:
    """A service known to use a gateway but not which route."""
    found = graph(read("gw/config.yaml", GATEWAY), use("bot", "", "http://llm.corp:4000"), config=DECLARED)
    assert requires(found, "bot") == ["route:prod/fast?", "route:prod/smart?"]


def test_an_alias_that_the_declared_gateway_does_not_define_is_an_unresolved_route() -> None:
    """It is never looked for at another gateway."""
    found = graph(
        read("gw/config.yaml", GATEWAY),
        read("other/config.yaml", OTHER.replace("fast", "slow")),
        use("bot", "slow", "http://llm.corp:4000"),
        config=DECLARED,
    )
    assert requires(found, "bot") == ["route:unresolved/prod/slow"]


@pytest.mark.parametrize(
    ("url", "namespace"),
    [
        ("http://llm.ml.svc.cluster.local:8000/v1", "shop"),
        ("http://llm.ml.svc:8000/v1", ""),
        ("http://llm.ml:8000", "shop"),
        ("http://llm:8000", "ml"),
        ("http://engine:8000", "ml"),
    ],
)
def test_a_cluster_name_leads_to_the_workload_behind_its_service(url: str, namespace: str) -> None:
    """The second join: by the Service's selector across documents, with the served model's name."""
    found = graph(
        read("deploy.yaml", WORKLOAD),
        read("service.yaml", SERVICE),
        use("bot", "hermes", url, namespace=namespace),
    )
    assert requires(found, "bot") == ["offering:self-hosted/ml.engine/hermes"]
    assert requires(found, "engine") == ["offering:self-hosted/ml.engine/hermes"]
    assert out(found, "offering:self-hosted/ml.engine/hermes", "SERVES") == [
        "model:nousresearch/hermes-3-llama-3.1-8b"
    ]
    assert method(found, "bot") == "inferred"


@pytest.mark.parametrize(
    ("service", "url"),
    [
        (SERVICE.replace("app: vllm", "app: tgi"), "http://llm.ml.svc:8000"),
        (SERVICE.replace("app: vllm", "app: vllm, tier: cpu"), "http://llm.ml.svc:8000"),
        (SERVICE.replace("namespace: ml", "namespace: shop"), "http://llm.shop.svc:8000"),
        (SERVICE, "http://llm.shop.svc:8000"),
    ],
)
def test_a_selector_that_does_not_fit_leads_nowhere(service: str, url: str) -> None:
    """All labels must fit, and in the same namespace."""
    found = graph(read("deploy.yaml", WORKLOAD), read("service.yaml", service), use("bot", "hermes", url))
    assert requires(found, "bot") != ["offering:self-hosted/ml.engine/hermes"]


def test_the_workload_comes_before_the_alias_of_a_gateway() -> None:
    """The address says more than the name."""
    gateway = "model_list: [{model_name: hermes, litellm_params: {model: groq/llama-3.1-8b-instant}}]"
    found = graph(
        read("deploy.yaml", WORKLOAD),
        read("service.yaml", SERVICE),
        read("gw/config.yaml", gateway),
        use("bot", "hermes", "http://llm.ml.svc:8000"),
    )
    assert requires(found, "bot") == ["offering:self-hosted/ml.engine/hermes"]


def test_an_alias_that_exactly_one_gateway_defines_leads_to_that_route() -> None:
    """The third join: a base URL of no known provider; it is inferred."""
    found = graph(read("gw/config.yaml", GATEWAY), use("bot", "fast", "http://somewhere.corp/v1"))
    assert requires(found, "bot") == ["route:litellm/fast"]
    assert method(found, "bot") == "inferred"


WILDCARD = "model_list: [{model_name: groq/*, litellm_params: {model: groq/*}}]\n"


@pytest.mark.parametrize("files", [1, 2])
def test_a_route_that_only_a_wildcard_covers_is_what_the_wildcard_makes_of_it(files: int) -> None:
    """As the router does; with two gateways nobody knows whose it is."""
    gateways = [read(f"{number}/config.yaml", WILDCARD) for number in range(files)]
    found = graph(*gateways, edge("service:bot", "REQUIRES", "route:groq/llama-3.1-8b-instant", AT))
    assert requires(found, "bot") == ([LLAMA] if files == 1 else ["route:groq/llama-3.1-8b-instant"])


def calls(*urls: str) -> str:
    """Write a bill of a service that calls another one at some addresses."""
    called = {"name": "chat-api", "bom-ref": "s", "endpoints": list(urls)}
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "services": [called]}
    subject = {"type": "application", "name": "bot", "bom-ref": "app"}
    uses = [{"ref": "app", "dependsOn": ["s"]}]
    return json.dumps({**bill, "metadata": {"component": subject}, "dependencies": uses})


@pytest.mark.parametrize(
    ("urls", "key"),
    [
        (["https://api.openai.com/v1"], "route:service:chat-api"),
        (["https://api.openai.com/v1", "https://chat.corp/v1"], "service:chat-api"),
        (["https://chat.corp/v1"], "service:chat-api"),
        ([], "service:chat-api"),
    ],
)
def test_a_listed_service_at_known_hosts_is_no_service_of_ours(urls: list[str], key: str) -> None:
    """It is a name for the host's interface; one address of our own makes it ours."""
    found = graph(read("bom.json", calls(*urls)))
    assert requires(found, "bot") == [key]


def test_a_listed_service_that_another_document_describes_is_ours() -> None:
    """Somebody wrote down that they have it, whatever it passes on to."""
    known = node("service:chat-api", AT, name="Chat")
    assert requires(graph(read("bom.json", calls("https://api.openai.com/v1")), known), "bot") == [
        "service:chat-api"
    ]


def test_an_alias_of_two_gateways_is_possible_for_both() -> None:
    """Nobody knows which of them answers."""
    found = graph(
        read("a/config.yaml", GATEWAY),
        read("b/config.yaml", OTHER),
        use("bot", "fast", "http://somewhere.corp/v1"),
    )
    assert requires(found, "bot") == ["route:shop/a/config.yaml/fast?", "route:shop/b/config.yaml/fast?"]
    number = found.index("service:bot")
    assert number is not None
    for edge_number in found.out_edges(number):
        doubt = found.edge_props(edge_number)["doubt"]
        assert doubt["raw"] == "fast"
        assert "2 gateways define fast (shop/a/config.yaml, shop/b/config.yaml)" in doubt["why"]
        assert "[gateway.NAME] urls" in doubt["why"]


@pytest.mark.parametrize("context", ["code:env", "gateway:litellm"])
def test_two_models_in_one_name_are_possible_both(context: str) -> None:
    """Nobody knows which of them is meant, and an override of our own says it."""
    claim = use("bot", "gpt-4o/claude-3-5-sonnet", "", context=context)
    found = graph(claim)
    assert requires(found, "bot") == ["model:anthropic/claude-sonnet-3.5?", "model:openai/gpt-4o?"]
    number = found.index("service:bot")
    assert number is not None
    whys = {found.edge_props(one)["doubt"]["why"] for one in found.out_edges(number)}
    assert [why for why in whys if "[models]" not in why] == []
    settled = graph(claim, config=Config(models={"gpt-4o/claude-3-5-sonnet": "openai/gpt-4o"}))
    assert requires(settled, "bot") == ["offering:openai/gpt-4o"]


def test_a_known_providers_url_beats_an_alias_of_the_same_name() -> None:
    """A base URL of a known provider is that provider's, whatever a gateway calls its routes."""
    text = "model_list: [{model_name: llama-3.1-8b-instant, litellm_params: {model: openai/gpt-5-mini}}]"
    found = graph(
        read("gw/config.yaml", text), use("bot", "llama-3.1-8b-instant", "https://api.groq.com/openai/v1")
    )
    assert requires(found, "bot") == [LLAMA]
    assert out(found, LLAMA, "HOSTED_BY") == ["vendor:groq"]


def test_an_alias_without_a_base_url_keeps_its_meaning() -> None:
    """Otherwise a name that the catalogue resolves keeps its meaning, host unknown."""
    text = "model_list: [{model_name: gpt-5-mini, litellm_params: {model: groq/llama-3.1-8b-instant}}]"
    found = graph(read("gw/config.yaml", text), use("bot", "gpt-5-mini", ""))
    (target,) = requires(found, "bot")
    assert target.startswith("model:")
    assert "gpt-5-mini" in target


@pytest.mark.parametrize(
    ("url", "context"),
    [
        ("http://gpu.corp:11434", "code:env"),
        ("http://ollama:11434", "code:env"),
        ("http://gpu.corp:9000", "ollama"),
    ],
)
def test_an_ollama_endpoint_is_self_hosted_and_has_its_own_names(url: str, context: str) -> None:
    """The fourth join: by port, host or variable; `mistral` there is not Mistral's API."""
    found = graph(use("bot", "llama3.1:8b", url, context=context))
    (target,) = requires(found, "bot")
    assert target.startswith("offering:self-hosted/")
    assert out(found, target, "HOSTED_BY") == []
    (model,) = out(found, target, "SERVES")
    assert "vendor:meta" in out(found, model, "PUBLISHED_BY")


@pytest.mark.parametrize("host", ["vllm", "tgi.corp", "llama-cpp", "my-sglang.corp"])
def test_a_runtime_of_our_own_by_its_hosts_name_is_self_hosted(host: str) -> None:
    """vLLM, TGI and llama.cpp at a base URL of no known provider."""
    found = graph(use("bot", "meta-llama/Llama-3.1-8B-Instruct", f"http://{host}:8000"))
    (target,) = requires(found, "bot")
    assert target == f"offering:self-hosted/{host}:8000/meta-llama/Llama-3.1-8B-Instruct"


def test_an_unresolved_alias_at_an_unknown_address_is_an_unresolved_route() -> None:
    """It keeps a node of its own, with the raw name, and counts as unresolved."""
    found = graph(use("bot", "fast", "http://somewhere.corp/v1"))
    assert requires(found, "bot") == ["route:unresolved/fast"]
    number = found.index("route:unresolved/fast")
    assert number is not None
    assert found.props(number)["unresolved"]["raw"] == "fast"


def test_a_resolved_name_at_an_unknown_address_keeps_its_meaning_without_a_host() -> None:
    """An address nobody knows says nothing about the host."""
    found = graph(use("bot", "meta-llama/Llama-3.1-8B-Instruct", "http://somewhere.corp/v1"))
    assert requires(found, "bot") == ["model:meta-llama/llama-3.1-8b-instruct"]


@pytest.mark.parametrize(
    "url", ["http://[", "http://x:99999999", "\0", "://", "http://", "x" * 10_000, "http://a b"]
)
def test_an_address_that_is_none_stops_nothing(url: str) -> None:
    """Any text may stand where a URL should."""
    found = graph(
        read("gw/config.yaml", GATEWAY), use("bot", "fast", url), use("cat", "", url), config=DECLARED
    )
    assert requires(found, "bot") in (["route:prod/fast"], ["model:unresolved/fast"])


def test_models_of_graphkit_toml_override_every_join_and_the_catalogue() -> None:
    """[models] always win: at a gateway, at a known provider, and for a name that is a model's."""
    config = Config(
        gateways=(PROD,),
        models={"fast": "meta-llama/llama-3.1-8b-instruct", "gpt-5-mini": "groq/llama-3.1-8b-instant"},
    )
    found = graph(
        read("gw/config.yaml", GATEWAY),
        use("bot", "fast", "http://llm.corp:4000"),
        use("cat", "GPT-5-mini", "https://api.openai.com/v1"),
        config=config,
    )
    assert requires(found, "bot") == ["model:meta-llama/llama-3.1-8b-instruct"]
    (target,) = requires(found, "cat")
    models = [target] if target.startswith("model:") else out(found, target, "SERVES")
    assert models == ["model:meta-llama/llama-3.1-8b-instruct"]


def test_overrides_in_a_circle_end() -> None:
    """A is b, b is a: nobody knows what either is, and nothing hangs."""
    found = graph(use("bot", "a", ""), config=Config(models={"a": "b", "b": "a"}))
    assert requires(found, "bot") == ["model:unresolved/a"]


@pytest.mark.parametrize("name", ["groq/llama-3.1-8b-instant", "mistral/mistral-small-latest"])
def test_an_inventory_and_a_gateway_that_name_one_offering_mean_one_node(name: str) -> None:
    """The host is part of the key once, whoever writes the name: `offering:groq/llama-3.1-8b-instant`."""
    inventory = f"graphkit: 1\nservices: [{{id: bot, requires: [{{model: {name}}}]}}]\n"
    gateway = f"model_list: [{{model_name: fast, litellm_params: {{model: {name}}}}}]\n"
    found = graph(read("inventory.yaml", inventory), read("gw/config.yaml", gateway))
    assert requires(found, "bot") == [f"offering:{name}"]
    assert out(found, "route:litellm/fast", "REQUIRES") == [f"offering:{name}"]
