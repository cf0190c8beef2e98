"""What the LiteLLM importer makes of aliases, fallbacks and the settings around them."""

import json
from itertools import pairwise

import pytest

from graphkit.errors import DocumentError
from graphkit.importers.litellm import IMPORTER
from graphkit.importing import Document
from graphkit.model import Claim, parse_mention
from tests.importers.litellm_reading import KEY, models, read, told


def test_deployments_of_one_alias_share_the_first_place_and_fallbacks_follow_in_order() -> None:
    """The need is named by the alias; a fallback gives the offerings behind it, never a route."""
    text = models(
        "chat groq/llama-3.3-70b",
        "chat cerebras/llama-3.3-70b",
        "eu mistral/mistral-medium",
        "last openai/gpt-5-mini",
        rest="litellm_settings: {fallbacks: [{chat: [eu, last]}]}",
    )
    assert told(read(text)) == [
        "route:chat REQUIRES <groq/llama-3.3-70b> order=1",
        "route:chat REQUIRES <cerebras/llama-3.3-70b> order=1",
        "route:chat REQUIRES <mistral/mistral-medium> order=2",
        "route:chat REQUIRES <openai/gpt-5-mini> order=3",
        "route:eu REQUIRES <mistral/mistral-medium> order=1",
        "route:last REQUIRES <openai/gpt-5-mini> order=1",
    ]


def test_every_claim_names_its_line() -> None:
    """The route has the line of its entry, a requirement that of the model or the fallback."""
    found = read(models("a x/1", "b x/2", rest="router_settings:\n  fallbacks:\n    - a: [b]"))
    lines = [
        (item.source.partition("\x1f")[0], item.kind, item.at.line)
        for item in found
        if isinstance(item, Claim)
    ]
    assert lines == [
        ("route:a", "", 2),
        ("route:a", "REQUIRES", 2),
        ("route:a", "REQUIRES", 6),
        ("route:b", "", 3),
        ("route:b", "REQUIRES", 3),
    ]


def test_a_fallback_to_the_same_offering_or_to_itself_adds_nothing() -> None:
    """An alternative that is the same thing is none, and takes no place in the order."""
    text = models("a x/1", "b x/1", "c x/3", rest="router_settings: {fallbacks: [{a: [a, b, c]}]}")
    assert [line for line in told(read(text)) if line.startswith("route:a ")] == [
        "route:a REQUIRES <x/1> order=1",
        "route:a REQUIRES <x/3> order=2",
    ]


def test_default_fallbacks_hold_where_there_are_no_others() -> None:
    """An alias with a list of its own gets no more of the default than what it falls back to has."""
    rest = "litellm_settings: {default_fallbacks: [c], fallbacks: [{a: [b]}]}"
    assert [
        line for line in told(read(models("a x/1", "b x/2", "c x/3", rest=rest))) if "order=2" in line
    ] == [
        "route:a REQUIRES <x/2> order=2",
        "route:b REQUIRES <x/3> order=2",
    ]


def test_fallbacks_of_fallbacks_follow_where_the_router_tries_them() -> None:
    """Each comes before its neighbor, rings end, aliases lead on, and what dangles is told once."""
    rest = """
litellm_settings: {fallbacks: [{a: [nick, d]}, {b: [c, gone]}, {c: [a]}]}
router_settings: {model_group_alias: {nick: b}}
"""
    found = told(read(models("a x/1", "b x/2", "c x/3", "d x/4", rest=rest)))
    assert [line for line in found if not line.endswith("order=1")] == [
        "route:a REQUIRES <x/2> order=2",
        "route:a REQUIRES <x/3> order=3",
        "route:a REQUIRES <x/4> order=4",
        "route:b REQUIRES <x/3> order=2",
        "route:b REQUIRES <x/1> order=3",
        "route:b REQUIRES <x/4> order=4",
        "route:c REQUIRES <x/1> order=2",
        "route:c REQUIRES <x/2> order=3",
        "route:c REQUIRES <x/4> order=4",
        "route:nick REQUIRES <x/3> order=2",
        "route:nick REQUIRES <x/1> order=3",
        "route:nick REQUIRES <x/4> order=4",
        "W-DANGLING /litellm_settings/fallbacks/1/b/1",
    ]


def test_the_router_goes_only_so_deep_into_fallbacks() -> None:
    """A list of one's own is tried whole; each fallback tried brings those after it nearer to the limit."""

    def of_a(fallbacks: str, settings: str = "") -> list[str]:
        rest = f"router_settings: {{fallbacks: [{fallbacks}]{settings}}}"
        found = told(read(models(*(f"{name} x/{name}" for name in "abcdefgh"), rest=rest)))
        return [line[20] for line in found if line.startswith("route:a REQUIRES") and "order=1" not in line]

    chain = ", ".join(f"{{{one}: [{other}]}}" for one, other in pairwise("abcdefgh"))
    assert of_a(chain) == list("bcdef")
    assert of_a(chain, ", max_fallbacks: 2") == list("bc")
    assert of_a(chain, ", max_fallbacks: 0") == []
    assert of_a(chain, ", max_fallbacks: many") == list("bcdef")
    assert of_a("{a: [b, c, d, e, f, g]}, {f: [h]}") == list("bcdefg")
    assert of_a("{a: [b, c]}, {b: [d]}, {c: [e]}", ", max_fallbacks: 2") == list("bdc")


def test_a_chain_without_end_is_no_trouble() -> None:
    """However many fallbacks a file allows, a walk ends."""
    names = [f"n{number}" for number in range(3000)]
    chain = ", ".join(f"{{{one}: [{other}]}}" for one, other in pairwise(names))
    rest = f"litellm_settings: {{max_fallbacks: 100000, fallbacks: [{chain}]}}"
    assert read(models("n0 x/0", "n1 x/1", rest=rest))


def test_the_fallbacks_of_the_router_replace_the_others() -> None:
    """LiteLLM takes one list or the other, never both, and we say which was left out."""
    rest = "litellm_settings: {fallbacks: [{a: [b]}]}\nrouter_settings: {fallbacks: [{b: [a]}]}"
    assert told(read(models("a x/1", "b x/2", rest=rest))) == [
        "E-DUPID /litellm_settings/fallbacks",
        "route:a REQUIRES <x/1> order=1",
        "route:b REQUIRES <x/2> order=1",
        "route:b REQUIRES <x/1> order=2",
    ]


def test_a_fallback_that_no_entry_defines_dangles_unless_it_is_a_models_name() -> None:
    """Names with a provider in front are models; a bare one may be a mistake in writing."""
    rest = "litellm_settings: {fallbacks: [{a: [nowhere, groq/llama-3.1-8b]}, {ghost: [a]}]}"
    assert told(read(models("a x/1", rest=rest))) == [
        "route:a REQUIRES <x/1> order=1",
        "route:a REQUIRES <groq/llama-3.1-8b> order=2",
        "W-DANGLING /litellm_settings/fallbacks/0/a/0",
        "W-DANGLING /litellm_settings/fallbacks/1/ghost",
    ]


def test_a_wildcard_is_a_route_and_answers_for_names_that_it_covers() -> None:
    """The mention is as written; a fallback to a covered name is that model."""
    rest = "litellm_settings: {fallbacks: [{a: [openai/gpt-5]}, {openai/gpt-4o: [a]}]}"
    assert told(read(models("a x/1", "openai/* openai/*", rest=rest))) == [
        "route:a REQUIRES <x/1> order=1",
        "route:a REQUIRES <openai/gpt-5> order=2",
        "route:openai/* wildcard=True",
        "route:openai/* REQUIRES <openai/*> order=1",
        "route:openai/gpt-4o REQUIRES <openai/gpt-4o> order=1",
        "route:openai/gpt-4o REQUIRES <x/1> order=2",
        "route:openai/gpt-4o REQUIRES <openai/gpt-5> order=3",
    ]


def test_an_alias_of_an_alias_requires_what_that_requires() -> None:
    """Both spellings; the need is its own; chains are followed and loops end."""
    rest = """
router_settings:
  fallbacks: [{a: [b]}]
  model_group_alias: {fast: a, hidden: {model: fast, hidden: true}, ring: gnir, gnir: ring, gone: nothing}
"""
    found = told(read(models("a x/1", "b x/2", rest=rest)))
    assert found[3:] == [
        "route:fast REQUIRES <x/1> order=1",
        "route:fast REQUIRES <x/2> order=2",
        "route:hidden REQUIRES <x/1> order=1",
        "route:hidden REQUIRES <x/2> order=2",
        "W-DANGLING /router_settings/model_group_alias/ring",
        "W-DANGLING /router_settings/model_group_alias/gnir",
        "W-DANGLING /router_settings/model_group_alias/gone",
    ]


def test_context_window_and_content_policy_fallbacks_are_attributes() -> None:
    """They hold for some requests only and are no members of the need."""
    rest = "litellm_settings: {context_window_fallbacks: [{a: [b]}], content_policy_fallbacks: [{a: [b]}]}"
    assert told(read(models("a x/1", "b x/2", rest=rest))) == [
        "route:a context_window_fallbacks=['b'] content_policy_fallbacks=['b']",
        "route:a REQUIRES <x/1> order=1",
        "route:b REQUIRES <x/2> order=1",
    ]


def test_openai_with_an_own_endpoint_is_no_vendor() -> None:
    """The prefix names the protocol; OpenAI's own endpoints are no doubt, one that is not known is."""
    text = """
model_list:
  - {model_name: a, litellm_params: {model: openai/llama3, api_base: "http://10.0.0.1:8000/v1"}}
  - {model_name: b, litellm_params: {model: openai/gpt-5, api_base: "https://api.openai.com/v1"}}
  - {model_name: c, litellm_params: {model: openai/gpt-5, api_base: os.environ/BASE}}
"""
    assert told(read(text)) == [
        "W-VENDOR-DOUBT /model_list/0/litellm_params/model",
        "W-UNRESOLVED-VAR /model_list/2/litellm_params/api_base",
        "W-VENDOR-DOUBT /model_list/2/litellm_params/model",
        "route:a REQUIRES <openai/llama3> at http://10.0.0.1:8000/v1 order=1",
        "route:b REQUIRES <openai/gpt-5> at https://api.openai.com/v1 order=1",
        "route:c REQUIRES <gpt-5> anywhere order=1",
    ]


def test_a_provider_written_apart_and_a_base_model_are_part_of_the_name() -> None:
    """A deployment name that the customer chose is the same as its base model; with others it is a price."""
    text = """
model_list:
  - {model_name: a, litellm_params: {model: meta-llama/llama-4-scout, custom_llm_provider: groq}}
  - {model_name: b, litellm_params: {model: azure/prod-2}, model_info: {base_model: gpt-5-mini, mode: chat}}
  - {model_name: c, litellm_params: {model: azure/prod-3, base_model: azure/gpt-4o}}
  - {model_name: d, litellm_params: {model: openai/own}, model_info: {base_model: gpt-4o}}
"""
    assert told(read(text)) == [
        "route:a REQUIRES <groq/meta-llama/llama-4-scout> order=1",
        "route:b mode=chat",
        "route:b REQUIRES <azure/prod-2> order=1",
        "<azure/prod-2> SAME_AS <azure/gpt-5-mini>",
        "route:c REQUIRES <azure/prod-3> order=1",
        "<azure/prod-3> SAME_AS <azure/gpt-4o>",
        "route:d REQUIRES <openai/own> order=1",
    ]


def test_one_model_in_two_regions_is_one_member_and_order_ranks_deployments() -> None:
    """Regions are listed; `order` decides the place, those without it come last; weights are kept."""
    text = """
model_list:
  - {model_name: a, litellm_params: {model: bedrock/x, aws_region_name: us-east-1, weight: 2}}
  - {model_name: a, litellm_params: {model: bedrock/x, aws_region_name: eu-west-1}}
  - {model_name: b, litellm_params: {model: x/1}}
  - {model_name: b, litellm_params: {model: x/2, order: 5}}
  - {model_name: b, litellm_params: {model: x/3, order: 1}}
"""
    assert told(read(text)) == [
        "route:a REQUIRES <bedrock/x> order=1 region=['eu-west-1', 'us-east-1'] weight=2",
        "route:b REQUIRES <x/1> order=3",
        "route:b REQUIRES <x/2> order=2",
        "route:b REQUIRES <x/3> order=1",
    ]


def test_a_credential_gives_the_endpoint_that_the_deployment_lacks() -> None:
    """Credentials have names; their keys are not looked at."""
    text = f"""
credential_list:
  - {{credential_name: gpu, credential_values: {{api_base: "http://gpu.example:8000", api_key: {KEY}}}}}
model_list:
  - {{model_name: a, litellm_params: {{model: hosted_vllm/llama, litellm_credential_name: gpu}}}}
"""
    assert told(read(text)) == ["route:a REQUIRES <hosted_vllm/llama> at http://gpu.example:8000 order=1"]


def test_what_is_missing_or_of_the_wrong_type_is_named_with_its_place() -> None:
    """Nothing is dropped in silence, and the rest is read."""
    text = """
model_list:
  - just text
  - {litellm_params: {model: groq/llama3}}
  - {model_name: bare}
  - {model_name: odd, litellm_params: [1]}
  - {model_name: far, litellm_params: {model: x/1, api_base: "http://[::1"}}
litellm_settings: {fallbacks: [text, {far: {model: bare}}]}
router_settings: [1]
"""
    assert told(read(text)) == [
        "E-KIND /router_settings",
        "E-KIND /model_list/0",
        "W-NOID /model_list/1/model_name",
        "W-NOID /model_list/2/litellm_params",
        "E-KIND /model_list/3",
        "W-DANGLING /model_list/4/litellm_params/api_base",
        "E-KIND /litellm_settings/fallbacks/0",
        "route:groq/llama3 REQUIRES <groq/llama3> order=1",
        "route:bare REQUIRES <> order=1",
        "route:far REQUIRES <x/1> order=1",
        "route:far REQUIRES <> order=2",
    ]


@pytest.mark.parametrize(
    "text", ["litellm_settings: {drop_params: true}", "model_list: []\ngeneral_settings: {}"]
)
def test_settings_alone_say_nothing_about_us(text: str) -> None:
    """Such a document is clear, and no error."""
    assert IMPORTER.claims(Document.of("c.yaml", text))
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- model_list", "E-KIND"),
        ("model_list: [1, 2]", "E-EMPTY"),
        ("model_list: [", "E-SYNTAX"),
        ("", "E-EMPTY"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(text: str, code: str) -> None:
    """A document of which nothing is left is refused, never read as nothing."""
    with pytest.raises(DocumentError) as refused:
        read(text)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["a\nb", "<script>x</script>", "=cmd()", "\u202eabc", "x" * 10_000, "a\0b"])
def test_strange_names_are_kept_as_they_are(name: str) -> None:
    """Rendering escapes them; reading does not change them."""
    text = json.dumps({"model_list": [{"model_name": name, "litellm_params": {"model": name}}]})
    found = [item for item in read(text, "gateway/config.json") if isinstance(item, Claim)]
    assert found[0].props["name"] == name
    assert parse_mention(found[1].target).name == name


def test_json_and_yaml_say_the_same() -> None:
    """The proxy takes both."""
    text = models("a x/1", "b x/2", rest="router_settings: {fallbacks: [{a: [b]}]}")
    entries = [{"model_name": a, "litellm_params": {"model": m}} for a, m in (("a", "x/1"), ("b", "x/2"))]
    spelled = json.dumps({"model_list": entries, "router_settings": {"fallbacks": [{"a": ["b"]}]}})
    assert IMPORTER.claims(Document.of("config.json", spelled))
    assert told(read(spelled)) == told(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  config.yaml: |\n    model_list:\n      - model_name: a\n",
        "model_list: [a, b]\n",
        "proxy_config:\n  model_list:\n    - model_name: a\n",
        "router_settings: {x: 1}\n",
        '{"data": {"config": "model_list:\\n- model_name: a"}}',
        "",
    ],
)
def test_other_formats_are_not_claimed(text: str) -> None:
    """A configuration inside something else, and lists that are called alike."""
    assert not IMPORTER.claims(Document.of("some.yaml", text))
