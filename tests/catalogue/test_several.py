"""Names with an organization behind their host, and names in which two models stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.catalogue import load

CATALOGUE = load()
HOSTS = {
    "azure_ai": "azure",
    "bedrock": "aws-bedrock",
    "cloudflare/@cf": "cloudflare",
    "databricks": "databricks",
    "deepinfra": "deepinfra",
    "fireworks_ai": "fireworks",
    "github": "github-models",
    "groq": "groq",
    "hosted_vllm": "self-hosted",
    "huggingface": "huggingface",
    "novita": "novita",
    "nvidia_nim": "nvidia-nim",
    "openrouter": "openrouter",
    "replicate": "replicate",
    "sagemaker": "aws-sagemaker",
    "together_ai": "together",
    "vercel_ai_gateway": "vercel",
    "vertex_ai": "google-vertex",
    "watsonx": "watsonx",
}
SEPARATORS = ["/", " / ", " ", " + ", "+", " -> ", "=>", "|", " | ", "=", ", ", ";", " & ", " and ", " vs. "]
ONE_MODEL = [
    "Llama 3.1 8B Instruct",
    "Claude Sonnet 4",
    "cohere/command-r+",
    "CohereLabs/c4ai-command-r-plus",
    "meta-llama/Llama-3.1-8B-Instruct",
    "model=gpt-4o",
    "Qwen2/Qwen2-7B",
    "DeepSeek-R1 Distill Llama-3.1-8B",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    "bedrock/us-east-1/anthropic.claude-3-5-sonnet-20240620-v1:0",
]


@pytest.mark.parametrize("context", ["", "gateway:litellm"])
@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", "meta"),
        ("meta/llama-3.1-8b-instruct", "meta"),
        ("mistralai/Mistral-7B-Instruct-v0.3", "mistral"),
    ],
)
@pytest.mark.parametrize("prefix", HOSTS)
def test_the_prefix_hosts_and_the_organization_behind_it_publishes(
    prefix: str, name: str, vendor: str, context: str
) -> None:
    """Mistral and Meta are hosts too, but not where their name is an owner's."""
    answer = CATALOGUE.resolve(f"{prefix}/{name}", context=context)
    assert (answer.provider, answer.publisher, answer.vendor_origin) == (HOSTS[prefix], vendor, (vendor,))


def test_the_hub_forwards_to_a_provider_that_stands_before_the_organization() -> None:
    """`huggingface/PROVIDER/ORG/NAME` is litellm's way to write it."""
    name = "huggingface/together/meta-llama/Llama-3.1-8B-Instruct"
    assert CATALOGUE.resolve(name, context="gateway:litellm").provider == "together"


@pytest.mark.parametrize("context", ["", "code", "gateway:litellm"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_two_models_in_one_name_are_both_candidates(separator: str, context: str) -> None:
    """Neither is lost, and none is chosen."""
    answer = CATALOGUE.resolve(f"gpt-4o{separator}claude-3-5-sonnet", context=context)
    assert not answer.resolved
    assert not answer.vendor_origin
    keys = [candidate.key for candidate in answer.candidates]
    assert keys == ["model:openai/gpt-4o", "model:anthropic/claude-sonnet-3.5"]
    assert answer.reason == "the name speaks of openai/gpt-4o and of anthropic/claude-sonnet-3.5"


def test_names_with_spaces_stand_on_both_sides_of_what_parts_them() -> None:
    """The spaces inside a name do not part it."""
    keys = [c.key for c in CATALOGUE.resolve("Llama 3.1 8B Instruct / Claude Sonnet 4").candidates]
    assert keys == ["model:meta-llama/llama-3.1-8b-instruct", "model:anthropic/claude-sonnet-4"]


@pytest.mark.parametrize("name", ONE_MODEL)
def test_one_model_stays_one_whatever_parts_its_name(name: str) -> None:
    """Slashes, spaces, plus and equals signs have their place in names."""
    assert CATALOGUE.resolve(name).resolved


@given(
    st.lists(st.sampled_from(["gpt-4o", "claude-3-5-sonnet", "x" * 90, "\u202e", *SEPARATORS]), max_size=60)
)
def test_any_mixture_of_names_gets_an_answer(pieces: list[str]) -> None:
    """An answer or unresolved, at any length, with at most three candidates."""
    assert len(CATALOGUE.resolve("".join(pieces)).candidates) <= 3
