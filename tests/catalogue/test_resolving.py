"""What a name means: routes, places, dates, contradictions, and strings that nobody wrote as a name."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.catalogue import Catalogue, load

CATALOGUE = load()
PIECES = [
    "llama",
    "-3.1",
    "/",
    ":",
    "8b",
    "meta",
    ".",
    "bedrock/",
    "us.",
    "-v1:0",
    "@cf/",
    "gguf",
    "*",
    "\0",
    "x" * 60,
]
LLAMA_8B = "meta-llama/llama-3.1-8b-instruct"


@pytest.mark.parametrize(
    ("text", "context", "host"),
    [
        ("groq/llama-3.1-8b-instant", "gateway:litellm", "groq"),
        ("bedrock/us.meta.llama3-1-8b-instruct-v1:0", "gateway:litellm", "aws-bedrock"),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0",
            "code:boto3",
            "aws-bedrock",
        ),
        ("accounts/fireworks/models/llama-v3p1-8b-instruct", "provider:fireworks", "fireworks"),
        ("@cf/meta/llama-3.1-8b-instruct", "provider:cloudflare", "cloudflare"),
        ("vertex_ai/meta/llama-3.1-8b-instruct-maas", "gateway:litellm", "google-vertex"),
        ("openrouter/meta-llama/llama-3.1-8b-instruct:free", "gateway:litellm", "openrouter"),
        ("vercel_ai_gateway/meta/llama-3.1-8b", "gateway:litellm", "vercel"),
        ("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.1.1", "code:container-image", "nvidia-nim"),
        ("system.ai.meta_llama_3_1_8b_instruct", "code:databricks", "databricks"),
        ("ollama/llama3.1:8b", "gateway:litellm", "ollama"),
        ("llama3.1:8b-instruct-q8_0", "ollama", "ollama"),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", "hf", "huggingface"),
        ("https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct/tree/main", "", "huggingface"),
    ],
)
def test_every_spelling_leads_to_the_same_artefact(text: str, context: str, host: str) -> None:
    """The host is read from the route; what is behind it is one model."""
    answer = CATALOGUE.resolve(text, context=context)
    assert (answer.artefact, answer.provider) == (LLAMA_8B, host)
    assert answer.license_ids == ("llama3.1",)


@pytest.mark.parametrize(
    ("text", "context", "serving"),
    [
        ("groq/llama-3.1-8b-instant", "gateway:litellm", "vendor"),
        ("ollama/llama3.1:8b", "gateway:litellm", "self"),
        ("llama-3.1-8b-instruct.Q4_K_M.gguf", "code:file", "self"),
        ("meta-llama/Llama-3.1-8B-Instruct", "hf", ""),
    ],
)
def test_who_serves_is_told_apart(text: str, context: str, serving: str) -> None:
    """A vendor's endpoint, a runtime of our own and a mere name are three things."""
    assert CATALOGUE.resolve(text, context=context).serving == serving


def test_a_served_id_keeps_its_case_and_loses_its_route() -> None:
    """The id at the host is what its price list knows."""
    answer = CATALOGUE.resolve(
        "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo", context="gateway:litellm"
    )
    assert answer.served_id == "meta-llama/Llama-3.3-70B-Instruct-Turbo"


def test_a_tag_that_moved_is_read_by_the_date_of_its_document() -> None:
    """Ollama's deepseek-r1:8b was a Llama until May 2025 and is a Qwen since."""
    before = CATALOGUE.resolve("deepseek-r1:8b", context="ollama", when="2025-03-01")
    since = CATALOGUE.resolve("deepseek-r1:8b", context="ollama", when="2026-01-01")
    assert (before.family, since.family) == ("llama", "qwen")
    assert CATALOGUE.resolve("deepseek-r1:8b", context="ollama") == since


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "tinyllama"),
        ("openlm-research/open_llama_7b", "open_llama"),
        ("01-ai/Yi-34B", "yi"),
        ("HuggingFaceTB/SmolLM2-1.7B", "smollm"),
    ],
)
def test_a_shared_architecture_or_name_is_no_lineage(text: str, family: str) -> None:
    """Weights trained by others are not Meta's, whatever they are called."""
    answer = CATALOGUE.resolve(text, context="hf")
    assert answer.family == family
    assert "meta" not in answer.vendor_origin


def test_every_license_on_the_way_binds_and_the_strictest_class_wins() -> None:
    """An MIT tag on a distill of Llama takes nothing from Llama's license."""
    answer = CATALOGUE.resolve("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", context="hf")
    assert answer.license_ids == ("llama3.1", "mit")
    assert answer.license_class == "open-weights-restricted"
    assert answer.vendor_origin == ("meta", "deepseek")


def test_two_open_families_in_one_name_are_a_conflict() -> None:
    """A name that speaks of two bases is a question, not an answer."""
    answer = CATALOGUE.resolve("acme/falcon-40b-gemma-2-9b-blend", context="hf")
    assert not answer.resolved
    assert {c.key for c in answer.candidates} == {"family:falcon", "family:gemma"}


def test_a_host_that_serves_one_vendor_contradicts_another() -> None:
    """Anthropic's API has no Llama: the name stays open and says why."""
    answer = CATALOGUE.resolve("anthropic/llama-3.1-8b-instruct", context="gateway:litellm")
    assert not answer.resolved
    assert "serves no models of meta" in answer.reason


def test_a_release_that_never_was_stays_open() -> None:
    """Llama 7 may come; until the data knows it, nothing is said of its license."""
    answer = CATALOGUE.resolve("groq/llama-7.5-9b-instruct", context="gateway:litellm")
    assert not answer.resolved
    assert answer.candidates[0].key == "family:llama"
    assert answer.provider == "groq"


@pytest.mark.parametrize("text", ["azure/fjord-prod-2", "azure/my-gpt4-deployment", "openai/*", "bedrock/*"])
def test_deployments_and_wildcards_tell_their_host_only(text: str) -> None:
    """The name was given by a customer, or means many."""
    answer = CATALOGUE.resolve(text, context="gateway:litellm")
    assert answer.is_model is None
    assert answer.provider
    assert not answer.vendor_origin


def test_a_base_url_tells_the_host_of_a_bare_name() -> None:
    """The endpoint says who serves it; an own endpoint says nothing."""
    url = "https://api.groq.com/openai/v1"
    assert CATALOGUE.resolve("llama-3.1-8b-instant", base_url=url).provider == "groq"
    assert CATALOGUE.resolve("llama-3.1-8b-instant", base_url="http://gpu-7:8000/v1").provider == ""


def test_every_field_of_an_answer_names_its_evidence() -> None:
    """A rule and a row of data stand behind what is told."""
    answer = CATALOGUE.resolve("groq/llama-3.1-8b-instant", context="gateway:litellm")
    assert {"provider", "family", "version", "license_ids", "artefact"} <= set(answer.facts)
    assert answer.facts["family"].row == "releases.csv#llama/3.1/8B|70B|405B"


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)),
    st.text(max_size=20),
)
def test_any_text_gets_an_answer(text: str, context: str) -> None:
    """Nothing raises, and an open answer claims nothing."""
    answer = CATALOGUE.resolve(text, context=context, base_url=text, when=context)
    assert answer.text == text
    assert answer.resolved or not (answer.family or answer.license_ids)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_may_be_looked_up(text: str) -> None:
    """A name that is not known is None, never an error."""
    assert CATALOGUE.host_of_url(text) is not None
    found = (CATALOGUE.host(text), CATALOGUE.vendor(text), CATALOGUE.license(text), CATALOGUE.artefact(text))
    assert len(found) == 4


@pytest.mark.parametrize(
    "piece", ["llama-3.", "-", "a", "8b-", "../", "claude-", "ling-flash-", "1", "q4_", "<script>"]
)
def test_a_long_text_is_answered_at_once(piece: str) -> None:
    """Ten thousand characters of anything take no longer than a name."""
    text = (piece * 10_000)[:10_000]
    start = time.process_time()
    for sized in (text, text[:600], text[:190]):
        CATALOGUE.resolve(sized, context="hf")
        CATALOGUE.resolve(f"acme/{sized}", context="gateway:litellm")
    CATALOGUE.host_of_url(text)
    CATALOGUE.artefact(text)
    assert time.process_time() - start < 0.5


def test_two_catalogues_give_equal_answers_and_digests() -> None:
    """The same data and code mean the same."""
    other: Catalogue = load()
    assert other.digest == CATALOGUE.digest
    assert other.resolve("hermes3:8b", context="ollama") == CATALOGUE.resolve("hermes3:8b", context="ollama")


def test_a_derivative_of_a_derivative_is_answered() -> None:
    """A base that is built from a derivative's own name is not looked for without an end."""
    answer = CATALOGUE.resolve("bytedance-research/ui-tars-72b:free", context="gateway:openrouter")
    assert (answer.family, answer.version) == ("qwen", "2")
    for name in ("acme/qwen-tars-5-7b-x", "acme/gpt-oss-20b-y", "acme/llama-3.1-z-9b", "acme/gemma-4-w"):
        assert CATALOGUE.resolve(name, context="hf").text == name


def test_a_permissive_base_leaves_the_license_to_its_derivative() -> None:
    """Apache-2.0 lets a derivative go out under MIT; Llama's license does not."""
    over_apache = CATALOGUE.resolve("intfloat/e5-mistral-7b-instruct", context="hf")
    over_llama = CATALOGUE.resolve("nvidia/Llama-3.1-Nemotron-Nano-8B-v1", context="hf")
    assert over_apache.license_ids == ("mit",)
    assert over_llama.license_ids == ("llama3.1", "nvidia-open-model")


@pytest.mark.parametrize(
    ("context", "host"),
    [
        ("provider:google", "google-ai-studio"),
        ("provider:nvidia", "nvidia-nim"),
        ("provider:snowflake-cortex", "snowflake"),
        ("provider:qianfan", "baidu"),
        ("provider:github-models", "github-models"),
        ("provider:some-new-cloud", "some-new-cloud"),
        ("provider:<b>", ""),
    ],
)
def test_a_place_that_calls_itself_a_provider_is_one(context: str, host: str) -> None:
    """Known spellings lead to one host; an unknown name stands for itself, and no markup is a name."""
    assert CATALOGUE.resolve("gemma-3-27b-it", context=context).provider == host


@pytest.mark.parametrize(
    "text",
    ["JackFram/llama-68m", "syzymon/long_llama_3b", "Xenova/llama2.c-stories15M", "craiyon/dalle-mini"],
)
def test_a_name_in_common_is_no_lineage(text: str) -> None:
    """Small models and look-alikes that share a name were trained by others."""
    answer = CATALOGUE.resolve(text, context="hf")
    assert not {"meta", "openai"} & set(answer.vendor_origin)


def test_a_guess_from_words_is_told_with_less_confidence() -> None:
    """An unknown owner and a family's word are weaker evidence than a release or a known brand."""
    guess = CATALOGUE.resolve("nobody/Llama-3.1-8B-Foo", context="hf")
    known = CATALOGUE.resolve("meta-llama/Llama-3.1-8B", context="hf")
    assert guess.confidence < 0.9 <= known.confidence


@pytest.mark.parametrize(
    ("text", "context", "sure"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", "hf", True),
        ("openai/gpt-4o", "gateway:litellm", True),
        ("NousResearch/Hermes-3-Llama-3.1-8B", "hf", True),
        # A row for whatever version there may be, of open weights.
        ("MiniCPM-V-4_6-Thinking-Q4_K_M.gguf", "code:file", False),
        # The library fills in the size.
        ("r1-1776:latest", "ollama", False),
        # The gateway fills in the host.
        ("gpt-4o", "gateway:litellm", False),
        # A word that only this host uses tells the quantization.
        ("Qwen/Qwen3-235B-A22B-Instruct-2507-tput", "provider:together", False),
        # No version at all.
        ("stability/stable-image-core", "provider:stability", False),
        # A row that was written from memory.
        ("mistralai/Mistral-Small-Instruct-2409", "hf", False),
    ],
)
def test_only_what_was_read_whole_is_told_surely(text: str, context: str, *, sure: bool) -> None:
    """An answer is as sure as the kind of evidence on which it rests."""
    answer = CATALOGUE.resolve(text, context=context)
    assert answer.resolved
    assert (answer.confidence >= 0.9) is sure


@pytest.mark.parametrize(
    ("text", "artefact"),
    [
        ("azure/gpt-55", "openai/gpt-5.5"),
        ("azure/gpt-35-turbo", "openai/gpt-3.5-turbo"),
        ("azure/gpt-5-5", "openai/gpt-5.5"),
        ("gpt-5.5", "openai/gpt-5.5"),
    ],
)
def test_a_version_without_its_dot_leads_to_the_same_artefact(text: str, artefact: str) -> None:
    """Azure's ids leave dots out; the artefact's id never does."""
    assert CATALOGUE.resolve(text, context="gateway:litellm").artefact == artefact


def test_a_gateways_dotted_name_without_a_number_is_bedrocks() -> None:
    """In code the same shape is a package's: `mistral.rs`."""
    name = "us.anthropic.claude-mythos-preview"
    assert CATALOGUE.resolve(name, context="gateway:litellm").provider == "aws-bedrock"
    assert not CATALOGUE.resolve("mistral.rs", context="code").provider


@pytest.mark.parametrize(
    ("text", "license_id"),
    [
        ("thenlper/gte-large-zh", "mit"),
        ("Alibaba-NLP/gte-large-en-v1.5", "apache-2.0"),
        ("jinaai/jina-embeddings-v2-base-en", "apache-2.0"),
        ("jinaai/jina-clip-v2", "cc-by-nc-4.0"),
        ("mosaicml/mpt-7b-chat", "cc-by-nc-sa-4.0"),
        ("upstage/SOLAR-10.7B-Instruct-v1.0", "cc-by-nc-4.0"),
        ("MiniMaxAI/MiniMax-M2.5", "minimax-modified-mit"),
    ],
)
def test_lines_that_mix_licenses_are_told_apart(text: str, license_id: str) -> None:
    """Each row's license is the one that its source states."""
    assert CATALOGUE.resolve(text, context="hf").license_ids == (license_id,)
