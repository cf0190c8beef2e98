"""Base URLs: which of them mean the same place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.build.endpoints import parse_endpoint


@pytest.mark.parametrize(
    ("url", "namespace", "host", "port", "cluster"),
    [
        ("http://vllm:8000/v1/", "ml", "vllm", 8000, ("vllm", "ml")),
        ("http://vllm.ml:8000", "shop", "vllm.ml", 8000, ("vllm", "ml")),
        ("http://vllm.ml:8000", "", "vllm.ml", 8000, ("vllm", "ml")),
        ("vllm.ml.svc:8000", "", "vllm.ml.svc", 8000, ("vllm", "ml")),
        ("http://vllm.ml.svc.cluster.local.", "", "vllm.ml.svc.cluster.local", 80, ("vllm", "ml")),
        ("https://API.Groq.com/openai/v1", "", "api.groq.com", 443, ("", "")),
        ("http://[::1]:11434", "", "::1", 11434, ("", "")),
    ],
)
def test_an_address_has_a_host_a_port_and_perhaps_a_name_in_a_cluster(
    url: str, namespace: str, host: str, port: int, cluster: tuple[str, str]
) -> None:
    """Written short from inside of a namespace, long from outside."""
    found = parse_endpoint(url, namespace=namespace)
    assert (found.host, found.port, (found.name, found.namespace)) == (host, port, cluster)


def test_short_and_long_names_of_one_service_are_the_same_place() -> None:
    """Inside a cluster a name has three spellings."""
    spellings = [
        parse_endpoint(f"http://{host}:4000", namespace="ai")
        for host in ("llm", "llm.ai", "llm.ai.svc", "llm.ai.svc.cluster.local")
    ]
    assert all(one.within(other) for one in spellings for other in spellings)


@given(st.text(), st.text(max_size=5))
def test_any_text_is_an_endpoint_perhaps_without_a_host(url: str, namespace: str) -> None:
    """A text that is no URL stops nothing, and never shows a password."""
    found = parse_endpoint(f"http://me:hunter2@{url}", namespace=namespace)
    assert "hunter2@" not in found.shown
    assert isinstance(parse_endpoint(url, namespace=namespace).runtime, str)
