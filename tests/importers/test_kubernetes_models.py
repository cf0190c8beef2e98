"""Containers into the models that they call and serve."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.importers.kubernetes import IMPORTER
from graphkit.model import Claim
from tests.importers.manifests import box, config_map, manifest, pod, secret, uses, variables
from tests.importers.platform_reading import SCALARS, codes, edges, output, told

LITELLM = "http://litellm.ai.svc:4000"
VLLM = "vllm/vllm-openai:v0.8"
LLAMA_CPP = "ghcr.io/ggml-org/llama.cpp:server"
OLLAMA = "ollama/ollama:0.5"
TGI = "ghcr.io/huggingface/text-generation-inference:2"
TEI = "ghcr.io/huggingface/text-embeddings-inference"
NIM = "nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8"


@pytest.mark.parametrize(
    ("env", "used"),
    [
        ({"OPENAI_BASE_URL": LITELLM, "LLM_MODEL": "assist"}, f'"assist" code:env -> {LITELLM}'),
        (
            {"OPENAI_BASE_URL": "http://litellm:4000/", "MODEL": "local"},
            '"local" code:env -> http://litellm:4000 for shop',
        ),
        (
            {"OPENAI_BASE_URL": f"{LITELLM}/v1", "EMBEDDING_MODEL": "embed"},
            f'"embed" code:env -> {LITELLM}/v1 purpose=embedding',
        ),
        (
            {"OLLAMA_HOST": "ollama:11434", "OLLAMA_MODEL": "llama3.2:3b"},
            '"llama3.2:3b" ollama -> http://ollama:11434 for shop',
        ),
        (
            {"LLM_URL": "http://gpu.x:11434", "MODEL_NAME": "mistral"},
            '"mistral" ollama -> http://gpu.x:11434',
        ),
        ({"ANTHROPIC_MODEL": "claude-sonnet-4-5"}, '"claude-sonnet-4-5" provider:anthropic'),
        ({"BEDROCK_MODEL_ID": "meta.llama3-8b-v1:0"}, '"meta.llama3-8b-v1:0" provider:aws-bedrock'),
        (
            {"AZURE_OPENAI_ENDPOINT": "https://x.azure.com/", "AZURE_OPENAI_DEPLOYMENT_NAME": "chat-prod"},
            '"azure/chat-prod" gateway:litellm -> https://x.azure.com',
        ),
        ({"LITELLM_URL": LITELLM}, f'"" code:env -> {LITELLM}'),
        ({"API_URL": LITELLM}, f'"" code:env -> {LITELLM}'),
        ({"MODEL": "gpt-4o-mini"}, '"gpt-4o-mini" code:env inferred'),
        ({"LLM_MODEL": "$(CHOSEN)", "CHOSEN": "gpt-4o"}, '"gpt-4o" code:env'),
        ({"LLM_MODEL": "${LLM:-gpt-4o}"}, '"gpt-4o" code:env'),
        ({"OPENAI_BASE_URL": LITELLM, "LLM_MODEL": "{{ .Values.model }}"}, f'"" code:env -> {LITELLM}'),
    ],
)
def test_variables_name_a_model_and_where_it_is_sent(env: dict[str, str], used: str) -> None:
    """The name stays as it is written; the address loses its last slash."""
    assert uses(variables(**env)) == [used]


def test_a_model_goes_to_the_endpoint_whose_variable_begins_alike() -> None:
    """Where there are several."""
    text = variables(
        LLM_BASE_URL="http://a.x/v1",
        EMBEDDING_BASE_URL="http://b.x/v1",
        EMBEDDING_MODEL="e",
        LLM_MODEL="m",
        GROQ_MODEL="g",
    )
    assert uses(text) == [
        '"e" code:env -> http://b.x/v1 purpose=embedding',
        '"m" code:env -> http://a.x/v1',
        '"g" provider:groq',
    ]


def test_one_variable_may_name_several_models() -> None:
    """Where its name or a comma says so."""
    text = variables(LLM_MODELS="gpt-4o, acme/chat-7b")
    assert uses(text) == ['"gpt-4o" code:env', '"acme/chat-7b" code:env']


@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_URL": "http://db.x:5432", "API_URL": "https://shop.x"},
        {"MODEL": "production"},
        {"DATA_MODEL": "user", "CAR_MODEL": "golf"},
        {"MODEL_PATH": "/models", "MODEL_CACHE_DIR": "/c", "MODEL_TIMEOUT": "5"},
        {"LLM_MODEL": "true", "MODEL_ID": "7"},
        {"LLAMA_FARM_URL": "https://llama-farm.example", "LLAMA_FARM_NAME": "llama"},
        {"OLLAMA_HOST": "0.0.0.0:11434", "OLLAMA_MODELS": "/models"},
        {"OPENAI_PROXY_URL": "http://proxy.x:3128", "LITELLM_DATABASE_URL": "http://db.x"},
    ],
)
def test_variables_about_something_else_make_no_dependency(env: dict[str, str]) -> None:
    """A wrong dependency is worse than a note."""
    assert uses(variables(**env)) == []


def test_a_providers_key_alone_is_a_use_of_a_model_nobody_names() -> None:
    """Not where an endpoint or a model of theirs is named beside it."""
    groq, openai = secret("GROQ_API_KEY"), secret("OPENAI_API_KEY")
    alone = '"" provider:groq -> https://api.groq.com/openai/v1 inferred'
    assert uses(pod({"env": [groq]})) == [alone]
    named = {"name": "MODEL", "value": "llama-3.3-70b"}
    assert uses(pod({"env": [groq, named]})) == ['"llama-3.3-70b" provider:groq']
    gateway = {"name": "LITELLM_URL", "value": LITELLM}
    assert uses(pod({"env": [openai, gateway]})) == [f'"" code:env -> {LITELLM}']
    assert uses(pod({"env": [groq, gateway]})) == [f'"" code:env -> {LITELLM}', alone]


def test_values_come_from_config_maps_of_the_stream() -> None:
    """Whole maps and single keys, with the map's own line as evidence."""
    text = config_map("llm", {"OPENAI_BASE_URL": LITELLM, "LLM_MODEL": "assist"})
    whole = text + pod({"envFrom": [{"configMapRef": {"name": "llm"}}]})
    assert uses(whole) == [f'"assist" code:env -> {LITELLM}']
    (found,) = (one for one in output(IMPORTER, whole) if isinstance(one, Claim) and one.kind)
    assert (found.at.pointer, found.at.line) == ("/0/data/LLM_MODEL", 9)
    single = {"name": "X_LLM_MODEL", "valueFrom": {"configMapKeyRef": {"name": "llm", "key": "LLM_MODEL"}}}
    assert uses(text + pod({"env": [single]})) == ['"assist" code:env']


def test_a_config_map_of_another_namespace_is_another() -> None:
    """The one of the own namespace wins."""
    text = config_map("llm", {"LLM_MODEL": "a"}, namespace="x") + config_map("llm", {"LLM_MODEL": "b"})
    assert uses(text + pod({"envFrom": [{"configMapRef": {"name": "llm"}}]})) == ['"b" code:env']


def test_a_config_map_beside_the_file_is_found_where_they_usually_stand() -> None:
    """Under its own name, in configmap.yaml, or made by kustomize; else the dangling name is told."""
    text = pod({"envFrom": [{"configMapRef": {"name": "llm"}}]})
    there = config_map("llm", {"LLM_MODEL": "assist"})
    made = "kind: Kustomization\nconfigMapGenerator: [{name: llm, literals: [LLM_MODEL=assist]}]\n"
    for path, content in (("llm.yaml", there), ("configmap.yaml", there), ("kustomization.yaml", made)):
        assert uses(text, {path: content}) == [f'"assist" code:env from {path}']
    assert codes(IMPORTER, text) == ["W-DANGLING /spec/containers/0/envFrom/0/configMapRef"]


def test_what_a_secret_or_nobody_states_is_no_name() -> None:
    """`${MODEL}` is never a model; `.env` beside the file may say what it is."""
    text = pod({"env": [secret("LLM_MODEL"), {"name": "CHAT_LLM_MODEL", "value": "${MODEL}"}]})
    assert uses(text) == []
    place = "W-UNRESOLVED-VAR /spec/containers/0/env"
    assert codes(IMPORTER, text) == [f"{place}/0", f"{place}/1/value"]
    siblings = {".env": "# ours\nexport MODEL='gpt-4o'\n"}
    assert uses(text, siblings) == ['"gpt-4o" code:env from .env']
    (found,) = (one for one in output(IMPORTER, text, siblings) if isinstance(one, Claim) and one.kind)
    assert (found.at.pointer, found.at.line) == ("/MODEL", 2)


def test_keys_passwords_and_addresses_are_never_kept() -> None:
    """Only their places."""
    container = box(
        "x",
        "--api-key",
        "hunter2",
        OPENAI_API_KEY="sk-proj-000000000000",
        OPENAI_BASE_URL="https://me:hunter2@llm.example/v1?key=hunter2#hunter2",
        LLM_MODEL="sk-ant-hunter2-000000",
        GREETING="hf_hunter2000000000",
    )
    text = pod(container) + manifest("Pod", "p", {"containers": [{}]}, labels={"owner": "jo@mail.example"})
    assert uses(text) == ['"" code:env -> https://llm.example/v1']
    shown = repr(output(IMPORTER, text))
    assert not [word for word in ("hunter2", "sk-proj", "hf_", "mail.example") if word in shown]
    places = {one.partition(" ")[2] for one in codes(IMPORTER, text) if one.startswith("I-REDACTED")}
    assert len(places) == 6


def test_options_of_a_program_are_read_like_variables() -> None:
    """`--openai-base-url` says as much as OPENAI_BASE_URL, in scripts too."""
    assert uses(pod(box("x", "--openai-base-url", LITELLM, "--model=assist"))) == [
        f'"assist" code:env -> {LITELLM}'
    ]
    script = f"exec bot \\\n --llm-model gpt-4o --openai-base-url={LITELLM} # the gateway\n"
    assert uses(pod(box("x", sh=script))) == [f'"gpt-4o" code:env -> {LITELLM}']


@pytest.mark.parametrize(
    ("container", "served"),
    [
        (
            box(VLLM, "--model", "acme/m", "--served-model-name", "a", "b"),
            ['a SERVES "acme/m" hf', 'b SERVES "acme/m" hf'],
        ),
        (box(VLLM, "acme/m", "--port=1"), ['acme/m SERVES "acme/m" hf']),
        (box("ubuntu", sh="pip install vllm\nvllm serve acme/m"), ['acme/m SERVES "acme/m" hf']),
        (
            box("ubuntu", sh="python -m vllm.entrypoints.openai.api_server \\\n --model ${M}", M="acme/m"),
            ['acme/m SERVES "acme/m" hf'],
        ),
        (box(TGI, MODEL_ID="acme/m"), ['acme/m SERVES "acme/m" hf']),
        (box(TEI, "--model-id=acme/e"), ['acme/e SERVES "acme/e" hf']),
        (
            box("lmsysorg/sglang", sh="python3 -m sglang.launch_server --model-path acme/m"),
            ['acme/m SERVES "acme/m" hf'],
        ),
        (
            box(LLAMA_CPP, "-m", "/models/llama-3.Q4.gguf"),
            ['llama-3.Q4.gguf SERVES "llama-3.Q4.gguf" code:file'],
        ),
        (box(LLAMA_CPP, "-hf", "acme/m:Q4_K_M", "--alias", "m"), ['m SERVES "acme/m:Q4_K_M" hf']),
        (box(NIM), [f'meta/llama-3.1-8b-instruct SERVES "{NIM}" code:container-image']),
        (
            box(OLLAMA, sh="ollama serve & sleep 5; ollama run llama3.2:3b"),
            ['llama3.2:3b SERVES "llama3.2:3b" ollama'],
        ),
    ],
)
def test_a_server_offers_its_model_and_requires_the_offering(
    container: dict[str, object], served: list[str]
) -> None:
    """By image or command line; the names it answers to are the offering's."""
    found = edges(IMPORTER, pod(container))
    ours = "offering:self-hosted/shop.bot/"
    assert [one.removeprefix(ours) for one in found if " SERVES " in one] == served
    assert [one for one in found if " REQUIRES " in one] == [
        f"service:bot@shop REQUIRES {ours}{one.partition(' ')[0]} consumption=self_host" for one in served
    ]


def test_ollama_serves_what_its_hook_or_an_init_container_pulls() -> None:
    """The container that pulls need not be the one that serves."""
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "ollama pull mistral && ollama pull acme/e"]}}}
    found = edges(IMPORTER, pod({"image": OLLAMA, "lifecycle": hook}))
    assert [one for one in found if " SERVES " in one] == [
        'offering:self-hosted/shop.bot/mistral SERVES "mistral" ollama',
        'offering:self-hosted/shop.bot/acme/e SERVES "acme/e" ollama',
    ]
    init = box(OLLAMA, sh="ollama serve & ollama pull mistral")
    found = edges(IMPORTER, pod({"image": OLLAMA}, init=init))
    assert found[0] == 'offering:self-hosted/shop.bot/mistral SERVES "mistral" ollama'


def test_adapters_are_further_names_derived_from_the_base() -> None:
    """A path is a model of our own; an id of the hub is that model."""
    topic = '{"name": "topic", "path": "acme/topic-lora"}'
    found = told(IMPORTER, pod(box(VLLM, "--model=acme/base", "--lora-modules", "sql=/adapters/sql", topic)))
    assert [line for line in found if "DERIVED_FROM" in line or "declared" in line] == [
        '"bot/sql" declared=True',
        '"bot/sql" DERIVED_FROM "acme/base" hf (adapter)',
        '"acme/topic-lora" hf DERIVED_FROM "acme/base" hf (adapter)',
    ]
    assert 'offering:self-hosted/shop.bot/topic SERVES "acme/topic-lora" hf' in found


def test_the_offering_says_which_workload_answers() -> None:
    """So that an address in the cluster leads to it; without a namespace it is `default`."""
    template = {"metadata": {"labels": {"app": "v"}}, "spec": {"containers": [box(VLLM, "--model", "a/b")]}}
    found = told(IMPORTER, manifest("Deployment", "v", {"template": template}, namespace=""))
    offering = "offering:self-hosted/default.v/a/b"
    assert found[1:] == [
        f"{offering} namespace=default workload=v labels={{'app': 'v'}} served=a/b engine=vllm",
        f'{offering} SERVES "a/b" hf',
        f"service:v REQUIRES {offering} consumption=self_host",
    ]


def test_what_is_fetched_without_a_server_in_the_pod_is_required() -> None:
    """From the hub, or into an Ollama elsewhere, where the same image is only a client."""
    fetch = box("python", sh="huggingface-cli download acme/chat-7b --local-dir /m")
    assert uses(pod({"image": "x"}, init=fetch)) == ['"acme/chat-7b" hf purpose=pull']
    client = {**box(OLLAMA, OLLAMA_HOST="http://ollama.ml:11434"), "command": ["ollama", "pull", "mistral"]}
    assert uses(pod(client)) == ['"mistral" ollama -> http://ollama.ml:11434 purpose=pull']


def test_a_client_beside_its_server_in_the_pod_requires_the_offering_once() -> None:
    """What goes to localhost is the server's model."""
    client = box("app", OPENAI_BASE_URL="http://localhost:8000/v1", LLM_MODEL="m")
    server = box(VLLM, "--model=acme/m", "--served-model-name=m")
    assert uses(pod(client, server))[1:] == ["offering:self-hosted/shop.bot/m consumption=self_host"]


@pytest.mark.parametrize(
    ("container", "code"),
    [
        (box(OLLAMA), "W-MODEL-UNRESOLVED"),
        (box(VLLM, "--port", "8000"), "W-MODEL-UNRESOLVED"),
        (box(VLLM, "--model", "$(MODEL_NAME)"), "W-UNRESOLVED-VAR"),
        (box(VLLM, "--model", "/models/YOUR-MODEL"), "W-UNRESOLVED-VAR"),
    ],
)
def test_a_server_whose_model_is_not_stated_is_told(container: dict[str, object], code: str) -> None:
    """It serves something: silence would say that it serves nothing."""
    assert edges(IMPORTER, pod(container)) == []
    assert [one.partition(" ")[0] for one in codes(IMPORTER, pod(container))] == [code]


def test_hostile_values_are_kept_as_they_are_and_cost_little() -> None:
    """Markup, right-to-left marks, long names, quotes that never end."""
    for value in ("<script>gpt-4</script>", "gpt-4\u202e", "gpt-4=cmd()", "gpt-" + "x" * 100_000):
        assert uses(variables(LLM_MODEL=value)) == [f'"{value}" code:env']
    assert output(IMPORTER, pod(box("x", sh="vllm serve 'acme/chat-7b " + "; $(" * 20_000)))


_WORDS = st.sampled_from(
    ("OPENAI", "LLM", "MODEL", "NAME", "URL", "API", "KEY", "OLLAMA", "HOST", "AZURE", "DATA")
)


@given(st.lists(st.tuples(st.lists(_WORDS, max_size=4).map("_".join), SCALARS), max_size=6))
@settings(max_examples=300, deadline=None)
def test_no_variables_make_it_fail(pairs: list[tuple[str, object]]) -> None:
    """Whatever their names and values."""
    env = [{"name": name, "value": value} for name, value in pairs]
    spec = {"containers": [{"env": env}]}
    text = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    assert output(IMPORTER, text, path="x.json")
