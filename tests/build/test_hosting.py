"""Which services run gateways and models, as far as documents and graphkit.toml say."""

from typing import Any

from graphkit.config import Config, Gateway
from graphkit.model import edge, node
from graphkit.snapshot import Snapshot
from tests.build.graphs import AT, graph, read
from tests.build.test_joins import GATEWAY, SERVICE, WORKLOAD, use

PROXY = """apiVersion: apps/v1
kind: Deployment
metadata: {name: litellm, namespace: ai}
spec:
  selector: {matchLabels: {app: litellm}}
  template:
    metadata: {labels: {app: litellm}}
    spec: {containers: [{name: c, image: litellm}]}
"""


def hosts(found: Snapshot) -> dict[str, tuple[list[str], list[str]]]:
    """Give what is known of each host: by whom, and what runs there."""
    rows: list[dict[str, Any]] = found.meta["hosts"]
    return {row["name"]: (row["by"], row["runs"]) for row in rows}


def declared(url: str) -> Config:
    """Declare a gateway at an address."""
    return Config(gateways=(Gateway("prod", (url,), ("gw/config.yaml",)),))


def test_a_workload_runs_the_offerings_that_it_serves() -> None:
    """Its own Service is what their users depend on too."""
    found = graph(read("deploy.yaml", WORKLOAD), read("service.yaml", SERVICE))
    assert hosts(found) == {"ml.engine": (["service:engine"], ["offering:self-hosted/ml.engine/hermes"])}


def test_a_gateway_is_run_by_the_workload_behind_its_declared_address() -> None:
    """[gateway.NAME] urls, a cluster name, a Deployment."""
    config = declared("http://litellm.ai:4000")
    found = graph(read("gw/config.yaml", GATEWAY), read("k8s.yaml", PROXY), config=config)
    assert hosts(found)["prod"] == (["service:litellm"], ["route:prod/fast", "route:prod/smart"])


def test_a_gateway_is_run_by_the_service_that_its_declared_address_names() -> None:
    """Also where no manifest tells of it; a name that no service has says nothing."""
    named = node("service:litellm", AT, name="LLM proxy")
    found = graph(read("gw/config.yaml", GATEWAY), named, config=declared("http://litellm:4000"))
    assert hosts(found)["prod"][0] == ["service:litellm"]
    other = graph(read("gw/config.yaml", GATEWAY), named, config=declared("http://proxy.corp.example:4000"))
    assert hosts(other)["prod"][0] == []


def test_a_gateway_without_an_address_is_run_by_nobody_known() -> None:
    """A gateway file states no Service."""
    found = graph(read("gw/config.yaml", GATEWAY), node("service:litellm", AT))
    assert hosts(found)["shop/gw/config.yaml"] == ([], ["route:litellm/fast", "route:litellm/smart"])


def test_a_runtime_of_our_own_is_run_by_the_workload_behind_its_address() -> None:
    """An Ollama server serves what it is asked for."""
    server = PROXY.replace("litellm", "ollama")
    claim = use("bot", "llama3.2:3b", "http://ollama.ai:11434")
    assert hosts(graph(read("k8s.yaml", server), claim)) == {
        "ai.ollama": (["service:ollama"], ["offering:self-hosted/ollama.ai:11434/llama3.2:3b"])
    }


def test_what_runs_follows_a_service_that_was_folded() -> None:
    """The key that stands for both is named."""
    config = Config(same=(("service:llm-engine", "service:engine"),))
    mine = edge("service:llm-engine", "OWNED_BY", "team:ml", AT._replace(method="user"))
    found = graph(read("deploy.yaml", WORKLOAD), node("service:llm-engine", mine.at), mine, config=config)
    assert hosts(found)["ml.engine"][0] == ["service:llm-engine"]
