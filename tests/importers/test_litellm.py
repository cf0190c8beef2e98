"""What the LiteLLM importer makes of configurations."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.litellm import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped, id_of, kind_of, parse_mention, split_qualified

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "litellm"
KEY = "sk-" + "live-0123456789abcdef"


def read(text: str, path: str = "gateway/config.yaml", **siblings: str) -> list[Claim | Skipped]:
    """Read *text* with *siblings*, in whose names `_` stands for the dot."""
    files = {name.replace("_", "."): content for name, content in siblings.items()}

    def find(name: str) -> Document | None:
        return Document.of(f"gateway/{name}", files[name]) if name in files else None

    found = list(IMPORTER.read(Document.of(path, text), Context("root", {}, find)))
    assert not [item for item in found if not isinstance(item, Claim | Skipped)]
    return [item for item in found if isinstance(item, Claim | Skipped)]


def shown(end: str) -> str:
    """Write an end as a reader would: a mention by its name and endpoint, a route by its alias and file."""
    if kind_of(end) == "name":
        parts = parse_mention(end)
        assert parts.context == "gateway:litellm"
        return f"<{parts.name}>" + (f" at {parts.base_url}" if parts.base_url else "")
    bare, qualifier = split_qualified(end)
    return bare if qualifier == "gateway/config.yaml" else f"{bare} in {qualifier}"


def told(found: list[Claim | Skipped]) -> list[str]:
    """Write claims and skipped as lines, routes without properties left out."""
    lines = []
    for item in found:
        if isinstance(item, Skipped):
            lines.append(f"{item.code} {item.pointer}")
        elif item.kind:
            props = "".join(f" {name}={value}" for name, value in item.props.items())
            need = (
                f" ({item.qualifier})"
                if item.qualifier and item.qualifier != id_of(shown(item.source))
                else ""
            )
            lines.append(f"{shown(item.source)} {item.kind} {shown(item.target)}{need}{props}")
        elif set(item.props) != {"name"}:
            props = "".join(f" {name}={value}" for name, value in item.props.items() if name != "name")
            lines.append(f"{shown(item.source)}{props}")
    return lines


def models(*entries: str, rest: str = "") -> str:
    """Write a configuration with one deployment for every `alias model`."""
    lines = [
        f"  - {{model_name: {alias}, litellm_params: {{model: '{model}'}}}}"
        for alias, model in (entry.split(" ", 1) for entry in entries)
    ]
    return "\n".join(["model_list:", *lines, rest])


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
    """An alias with a list of its own does not get the default too."""
    rest = "litellm_settings: {default_fallbacks: [c], fallbacks: [{a: [b]}]}"
    assert [
        line for line in told(read(models("a x/1", "b x/2", "c x/3", rest=rest))) if "order=2" in line
    ] == [
        "route:a REQUIRES <x/2> order=2",
        "route:b REQUIRES <x/3> order=2",
    ]


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


def test_variables_are_looked_up_in_the_configuration_then_beside_it() -> None:
    """The evidence of a name from a neighboring file is that file and its line."""
    text = models(
        "a os.environ/MODEL_A",
        "b os.environ/MODEL_B",
        "c ${MODEL_C:-groq/llama3}",
        "d openai/$(MODEL_D)",
        rest="environment_variables: {MODEL_A: groq/own}",
    )
    found = read(
        text, _env="# names\nexport MODEL_B='groq/beside' \nMODEL_D=gpt-5 # the new one\nMODEL_A=x/other\n"
    )
    assert told(found) == [
        "route:a REQUIRES <groq/own> order=1",
        "route:b REQUIRES <groq/beside> order=1",
        "route:c REQUIRES <groq/llama3> order=1",
        "route:d REQUIRES <openai/gpt-5> order=1",
    ]
    places = [(item.at.document, item.at.line) for item in found if isinstance(item, Claim) and item.kind]
    assert places == [("", 2), ("gateway/.env", 2), ("", 4), ("gateway/.env", 3)]


def test_a_variable_without_value_leaves_the_endpoint() -> None:
    """There is never a model called like a variable."""
    text = """
model_list:
  - {model_name: a, litellm_params: {model: os.environ/M, api_base: "http://gpu.example:8000/v1/"}}
  - {model_name: b, litellm_params: {model: "{{ .Values.model }}"}}
  - {model_name: c, litellm_params: {model: "ollama/llama3", api_base: os.environ/BASE}}
"""
    assert told(read(text)) == [
        "W-UNRESOLVED-VAR /model_list/0/litellm_params/model",
        "W-UNRESOLVED-VAR /model_list/1/litellm_params/model",
        "W-UNRESOLVED-VAR /model_list/2/litellm_params/api_base",
        "route:a REQUIRES <> at http://gpu.example:8000/v1 order=1",
        "route:c REQUIRES <ollama/llama3> order=1",
    ]


def test_no_secret_is_kept_wherever_it_stands() -> None:
    """Only the place of a secret is said; a placeholder is no secret."""
    text = f"""
model_list:
  - model_name: a
    litellm_params:
      model: groq/llama3
      api_key: {KEY}
      aws_secret_access_key: {KEY}
      api_base: https://me:{KEY}@gpu.example/v1?key={KEY}#{KEY}
      extra_headers: {{Authorization: {KEY}}}
  - {{model_name: b, litellm_params: {{model: os.environ/API_KEY, api_key: anything}}}}
  - {{model_name: c, litellm_params: {{model: x/1, api_key: os.environ/X, input_cost_per_token: 0.1}}}}
general_settings: {{master_key: {KEY}, database_url: "postgres://u:{KEY}@db/x"}}
environment_variables: {{GROQ_API_KEY: {KEY}}}
"""
    found = read(text, _env=f"API_KEY={KEY}\n")
    assert KEY not in repr(found)
    assert told(found) == [
        "I-REDACTED /model_list/0/litellm_params/api_key",
        "I-REDACTED /model_list/0/litellm_params/aws_secret_access_key",
        "I-REDACTED /model_list/0/litellm_params/api_base",
        "W-UNRESOLVED-VAR /model_list/1/litellm_params/model",
        "route:a REQUIRES <groq/llama3> at https://gpu.example/v1 order=1",
        "route:c REQUIRES <x/1> order=1",
    ]


def test_included_files_are_merged_and_their_routes_are_the_same_routes() -> None:
    """Lists add up, the settings of the last included file count, and evidence names the file."""
    found = read(
        models(
            "a x/1",
            rest="include: [more.yaml, none.yaml, bad.yaml]\nlitellm_settings: {fallbacks: [{b: [a]}]}",
        ),
        more_yaml=models("b x/2", rest="litellm_settings: {fallbacks: [{a: [b]}]}"),
        bad_yaml="model_list: [",
    )
    assert told(found) == [
        "W-DANGLING /include/1",
        "E-SYNTAX /include/2",
        "route:a REQUIRES <x/1> order=1",
        "route:a REQUIRES <x/2> order=2",
        "route:b SAME_AS route:b in gateway/more.yaml",
        "route:b REQUIRES <x/2> order=1",
    ]
    documents = [item.at.document for item in found if isinstance(item, Claim) and item.kind == "REQUIRES"]
    assert documents == ["", "gateway/more.yaml", "gateway/more.yaml"]


def test_openai_with_an_own_endpoint_is_no_vendor() -> None:
    """The prefix names the protocol; OpenAI's own endpoints are no doubt."""
    text = """
model_list:
  - {model_name: a, litellm_params: {model: openai/llama3, api_base: "http://10.0.0.1:8000/v1"}}
  - {model_name: b, litellm_params: {model: openai/gpt-5, api_base: "https://api.openai.com/v1"}}
"""
    assert told(read(text)) == [
        "W-VENDOR-DOUBT /model_list/0/litellm_params/model",
        "route:a REQUIRES <openai/llama3> at http://10.0.0.1:8000/v1 order=1",
        "route:b REQUIRES <openai/gpt-5> at https://api.openai.com/v1 order=1",
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
        "route:far REQUIRES <x/1> order=1",
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


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["*", "a/*", "a", "$A"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["a", "*", "model", "model_name", "litellm_params", "api_base"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
SECTIONS = (
    "model_list",
    "litellm_settings",
    "router_settings",
    "environment_variables",
    "include",
    "credential_list",
)
ENTRIES = st.fixed_dictionaries(
    {}, optional={"model_name": TREES, "litellm_params": TREES, "model_info": TREES}
)
FALLBACKS = st.fixed_dictionaries(
    {}, optional={"fallbacks": TREES, "default_fallbacks": TREES, "model_group_alias": TREES}
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(SECTIONS), TREES)
    | st.fixed_dictionaries({"model_list": st.lists(ENTRIES, max_size=4), "router_settings": FALLBACKS})
)
def test_whatever_stands_under_the_keys_nothing_else_is_raised(tree: object) -> None:
    """Any tree is read, or refused as a document."""
    text = json.dumps(tree)
    try:
        first = read(text, "gateway/config.json")
    except DocumentError:
        return
    assert first == read(text, "gateway/config.json")


def test_a_large_configuration_is_read_at_once() -> None:
    """Two thousand aliases with fallbacks and a wildcard take no more than seconds."""
    entries = [f"a{number} x/{number}" for number in range(2000)]
    rest = "litellm_settings: {default_fallbacks: [a1, x/*, none/at-all]}"
    start = time.perf_counter()
    assert len(read(models(*entries, "x/* x/*", rest=rest))) > 6000
    assert time.perf_counter() - start < 20


def test_every_file_of_the_corpus_is_read() -> None:
    """Real configurations give routes, each with what it requires, and nothing of them is lost."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the checkout")
    paths = sorted(path for path in CORPUS.rglob("*") if path.is_file())
    assert paths
    for path in paths:
        document = Document.of(path.name, path.read_bytes())
        assert IMPORTER.claims(document), path
        found = list(IMPORTER.read(document, Context()))
        claims = [item for item in found if isinstance(item, Claim)]
        assert {item.source for item in claims if not item.kind}, path
        assert [
            item.code for item in found if isinstance(item, Skipped) and item.code.startswith("E-")
        ] == [], path
        assert "sk-" not in repr(found), path
