"""Words in names and values of environment variables that tell what they are about: hosts, models, neither.

Which vendor or family a model belongs to is the catalogue's knowledge. Here is only what it takes to see that
a variable names a model, an endpoint or a key at all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple


class Host(NamedTuple):
    """A provider by the first word of its variables: its context, and where its own clients send to."""

    context: str
    base_url: str


HOSTS: Final = {
    "ANTHROPIC": Host("provider:anthropic", "https://api.anthropic.com"),
    "CLAUDE": Host("provider:anthropic", "https://api.anthropic.com"),
    "BEDROCK": Host("provider:aws-bedrock", ""),
    "CEREBRAS": Host("provider:cerebras", "https://api.cerebras.ai/v1"),
    "COHERE": Host("provider:cohere", "https://api.cohere.com"),
    "DEEPSEEK": Host("provider:deepseek", "https://api.deepseek.com"),
    "FIREWORKS": Host("provider:fireworks", "https://api.fireworks.ai/inference/v1"),
    "GEMINI": Host("provider:google-ai-studio", "https://generativelanguage.googleapis.com"),
    "GROQ": Host("provider:groq", "https://api.groq.com/openai/v1"),
    "MISTRAL": Host("provider:mistral", "https://api.mistral.ai/v1"),
    "MISTRALAI": Host("provider:mistral", "https://api.mistral.ai/v1"),
    "OPENAI": Host("", "https://api.openai.com/v1"),
    "OPENROUTER": Host("gateway:openrouter", "https://openrouter.ai/api/v1"),
    "PERPLEXITY": Host("provider:perplexity", "https://api.perplexity.ai"),
    "SAMBANOVA": Host("provider:sambanova", "https://api.sambanova.ai/v1"),
    "TOGETHER": Host("provider:together", "https://api.together.xyz/v1"),
    "TOGETHERAI": Host("provider:together", "https://api.together.xyz/v1"),
    "XAI": Host("provider:xai", "https://api.x.ai/v1"),
}
"""First word of a variable -> the provider. OpenAI's words are everybody's protocol and set no context."""

SIGNS: Final = frozenset(HOSTS) | {
    "CHATGPT", "GENAI", "GPT", "HF", "HUGGINGFACE", "LITELLM", "LLAMACPP", "LLM", "LLMS", "LMSTUDIO",
    "LOCALAI", "NVIDIA", "OLLAMA", "PORTKEY", "SGLANG", "TGI", "VLLM",
}  # fmt: skip
"""Words that say by themselves that a variable is about language models."""

PURPOSES: Final = frozenset(
    (
        "AGENT", "AI", "APP", "ASSISTANT", "AUDIO", "BACKUP", "BASE", "BIG", "BOT", "CHAT", "CHEAP",
        "CLASSIFIER", "CODE", "COMPLETION", "COMPLETIONS", "CURRENT", "DEFAULT", "EMBED", "EMBEDDER",
        "EMBEDDING", "EMBEDDINGS", "EVAL", "FALLBACK", "FAST", "FINAL", "GENERATION", "GENERATOR",
        "GUARD", "GUARDRAIL", "IMAGE", "INFERENCE", "JUDGE", "LARGE", "LITE", "LLAMA", "MAIN", "MINI",
        "MODERATION", "PLANNER", "PRIMARY", "QUERY", "RAG", "REASONING", "RERANK", "RERANKER",
        "RERANKING", "REWRITE", "ROUTER", "SECONDARY", "SERVED", "SMALL", "SMART", "SPEECH", "STT",
        "SUMMARIZATION", "SUMMARIZER", "SUMMARY", "TEXT", "TRANSCRIPTION", "TRANSLATION", "TTS",
        "VISION", "WHISPER",
    )
)  # fmt: skip
"""Words beside MODEL that say what the model is for; where a model is called they speak of no other kind."""

SECRETS: Final = frozenset(
    ("KEY", "KEYS", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS", "APIKEY")
)
ENDPOINTS: Final = frozenset(
    ("URL", "URI", "ENDPOINT", "HOST", "BASE", "SERVER", "ADDR", "ADDRESS", "BASEURL")
)
WEAK_SIGNS: Final = frozenset(
    ("AI", "CHAT", "EMBEDDING", "EMBEDDINGS", "INFERENCE", "LLAMA", "MODEL", "RERANK", "RERANKER")
)
"""Words beside which an address may be one of a language model: a model's name in the container tells."""

OTHER_PLACES: Final = SECRETS | {
    "AUTH", "CACHE", "CALLBACK", "DATABASE", "DB", "DOCS", "LOG", "LOGS", "METRICS", "OTEL", "PROXY", "QUEUE",
    "REDIS", "SEARCH", "STORAGE", "TELEMETRY", "UI", "VECTOR", "WEBHOOK",
}  # fmt: skip
"""Words of addresses that belong to software around language models, not to the models."""

_ENGINES: Final = frozenset(
    (
        "litellm", "ollama", "vllm", "tgi", "sglang", "llm", "llamacpp", "localai", "openai", "anthropic",
        "groq", "mistral", "openrouter",
    )
)  # fmt: skip
_SERVERS: Final = re.compile(r"llama[.-]?(?:cpp|server|stack)|text-generation")
_LOOKS: Final = re.compile(
    r"(?:^|[^a-z])(?:llama|gpt|chatgpt|claude|gemini|gemma|mistral|mixtral|ministral|codestral|magistral|devstral|qwen|qwq|deepseek"
    r"|phi-?\d|command-[ar]|nova-|titan-|granite|hermes|grok|kimi|glm|nemotron|whisper|text-embedding|nomic|bge-|e5-|gte-|minilm"
    r"|mpnet|jina|rerank|jamba|falcon|yi-|dbrx|olmo|smollm|starcoder|vicuna|zephyr|solar|o[134](?:-mini|-pro|$))",
    re.IGNORECASE,
)
_HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z][\w.-]{0,95}")
_LONGEST: Final = 400


@lru_cache(maxsize=16_384)
def words(name: str) -> tuple[str, ...]:
    """Give the words of a variable's name in upper case.

    >>> words("OPENAI_BASE_URL"), words("llmModelName")
    (('OPENAI', 'BASE', 'URL'), ('LLM', 'MODEL', 'NAME'))
    """
    name = name[:_LONGEST]
    if not name.isupper():
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return tuple(word for word in re.split(r"[^A-Z0-9]+", name.upper()) if word)


def looks_like_a_model(value: str) -> bool:
    """Tell whether *value* is written as models are: a well-known line, `organization/name` with a digit.

    >>> [looks_like_a_model(value) for value in ("llama3.1:8b", "acme/chat-7b", "production")]
    [True, True, False]
    """
    value = value[:_LONGEST]
    if _LOOKS.search(value):
        return True
    return _HUB_ID.fullmatch(value) is not None and any(letter.isdigit() for letter in value)


def is_endpoint(name: tuple[str, ...]) -> bool:
    """Tell whether the words of a variable that holds an address say that language models are there.

    HF_ENDPOINT is the place where weights are fetched, not one where they run.
    """
    return (not SIGNS.isdisjoint(name) and name != ("HF", "ENDPOINT")) or name[:2] == ("AI", "GATEWAY")


def is_engine(url: str) -> bool:
    """Tell whether a web address names, in its host, software or a provider that serves language models.

    >>> is_engine("http://litellm.ai.svc:4000"), is_engine("http://shop.svc:8080"), is_engine("http://gpu-1:11434")
    (True, False, True)
    """
    host = url.partition("://")[2].partition("/")[0][:_LONGEST].lower()
    if host.endswith(":11434") or _SERVERS.search(host):
        return True
    return not _ENGINES.isdisjoint(re.split(r"[^a-z0-9]+", host))
