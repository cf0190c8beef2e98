"""What the LiteLLM importer makes of variables, secrets, any tree, and files from elsewhere."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.litellm import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped
from tests.importers.litellm_reading import KEY, models, read, told

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "litellm"


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
    """There is never a model called like a variable; an unknown one is still one."""
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
        "route:b REQUIRES <> order=1",
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
        "route:b REQUIRES <> order=1",
        "route:c REQUIRES <x/1> order=1",
    ]


def test_no_secret_is_kept_in_a_name_or_a_message() -> None:
    """A URL in the place of a model's name, and a template around a password."""
    text = f"""
model_list:
  - {{model_name: a, litellm_params: {{model: "huggingface/https://me:{KEY}@x.example/m"}}}}
  - {{model_name: b, litellm_params: {{model: x/1, api_base: "https://me:{KEY}@{{{{ .Values.host }}}}"}}}}
"""
    found = read(text)
    assert KEY not in repr(found)
    assert told(found)[-2:] == [
        "route:a REQUIRES <huggingface/https://x.example/m> order=1",
        "route:b REQUIRES <x/1> order=1",
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
