"""Containers that serve models: vLLM, TGI, TEI, SGLang, llama.cpp, Ollama, NIM, by image and command line.

Options as in the documentation of each server; not read: configuration files inside of images and volumes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from graphkit.importers._llm_commands import option_values, positional
from graphkit.importing.values import is_template

OLLAMA: Final = "ollama"
GATEWAY: Final = "litellm"
_IMAGES: Final = (
    ("litellm", re.compile(r"(?:^|/)litellm(?:[-_][\w.-]*)?(?:/|$)")),
    ("nim", re.compile(r"^nvcr\.io/nim/[\w.-]+/[\w.-]+")),
    ("tei", re.compile(r"text-embeddings-inference")),
    ("tgi", re.compile(r"text-generation-inference|(?:^|/)tgi(?:[-_][\w.-]*)?$")),
    ("llama.cpp", re.compile(r"(?:^|/)(?:llama\.cpp|llamacpp|llama-cpp|llama-server)(?:[-_][\w.-]*)?$")),
    ("sglang", re.compile(r"(?:^|/)sglang(?:[-_][\w.-]*)?$")),
    ("ollama", re.compile(r"(?:^|/)ollama(?:[-_](?:rocm|cuda|cpu|arm64|amd64))?$")),
    ("vllm", re.compile(r"(?:^|/)vllm(?:[-_](?!router)[\w.-]*)?$")),
)
_COMMANDS: Final = (
    ("litellm", re.compile(r"(?:^| )(?:\S*/)?litellm(?: |$)")),
    ("vllm", re.compile(r"(?:^| |/)vllm serve |vllm\.entrypoints\.\S*api_server")),
    ("tei", re.compile(r"(?:^| |/)text-embeddings-router ")),
    ("tgi", re.compile(r"(?:^| |/)text-generation-launcher(?: |$)")),
    ("sglang", re.compile(r"sglang\.launch_server")),
    ("llama.cpp", re.compile(r"(?:^| |/)llama-server(?: |$)|llama_cpp\.server")),
    ("ollama", re.compile(r"(?:^| |/)ollama serve(?: |$)")),
)
_MODEL_OPTIONS: Final = {
    "vllm": ("--model",),
    "tgi": ("--model-id",),
    "tei": ("--model-id",),
    "sglang": ("--model-path", "--model"),
    "llama.cpp": ("-hf", "-hfr", "--hf-repo", "-m", "--model", "-mu", "--model-url"),
}
_MODEL_VARIABLES: Final = {
    "tgi": ("MODEL_ID", "LLM_MODEL_ID"),
    "tei": ("MODEL_ID", "EMBEDDING_MODEL_ID", "RERANK_MODEL_ID"),
    "llama.cpp": ("LLAMA_ARG_HF_REPO", "LLAMA_ARG_MODEL", "LLAMA_ARG_MODEL_URL"),
    "nim": ("NIM_MODEL_NAME",),
}
_USUAL_VARIABLES: Final = (
    "MODEL_ID", "LLM_MODEL_ID", "MODEL_NAME", "MODEL", "HF_MODEL_ID", "HF_MODEL", "VLLM_MODEL", "MODEL_PATH",
)  # fmt: skip
_SERVED_VARIABLES: Final = ("SERVED_MODEL_NAME", "NIM_SERVED_MODEL_NAME", "LLAMA_ARG_ALIAS")
_CURL_PULL: Final = re.compile(r"[\"']?(?:name|model)\\?[\"']?\s*:\s*\\?[\"']?([\w./:-]+)")


class Weights(NamedTuple):
    """Weights as a server is told to load them: the name and the context it stands in."""

    name: str
    context: str


class Served(NamedTuple):
    """A model that a container serves: the names it answers to (at least one), its weights, their adapters.

    *weights* is None where they are not stated; *adapters* are further names, each with weights of its own.
    """

    names: tuple[str, ...]
    weights: Weights | None
    adapters: tuple[tuple[str, Weights], ...] = ()


def engine(image: str, commands: Iterable[Sequence[str]]) -> str:
    """Name the software that serves models in a container, by its command lines, else its image.

    >>> engine("vllm/vllm-openai:v0.8", []), engine("ubuntu", [("vllm", "serve", "x")]), engine("nginx", [])
    ('vllm', 'vllm', '')
    """
    for command in commands:
        line = " ".join(command) + " "
        for name, pattern in _COMMANDS:
            if pattern.search(line):
                return name
    bare = re.sub(r"(?<=[\w-])(?:@sha256:\w+|:[\w.-]+)$", "", image.lower())
    return next((name for name, pattern in _IMAGES if pattern.search(bare)), "")


def served(
    kind: str, image: str, commands: Sequence[Sequence[str]], values: Mapping[str, str | None]
) -> Served | None:
    """Say what a container with this server serves; None where neither options nor variables say it.

    Ollama is told what to serve from outside: `pulled` finds that.
    """
    command = tuple(word for one in commands for word in one)
    names = option_values(command, "--served-model-name", "-a", "--alias") or _first(
        values, _SERVED_VARIABLES
    )
    model = _stated(kind, commands, values) or (image if kind == "nim" else "")
    weights = weights_of(model, hub=kind != "llama.cpp" or "/" in model) if model else None
    if kind == "nim" and model == image:
        weights = Weights(image, "code:container-image")
        names = names or (re.sub(r"(?:@sha256:\w+|:[\w.-]+)$", "", image).partition("/nim/")[2],)
    names = tuple(name for name in names if name and not is_template(name))
    if not names and (weights is None or is_template(weights.name)):
        return Served((), weights) if weights else None
    adapters = tuple(_adapters(command, values))
    return Served(names or (weights.name if weights else "",), weights, adapters)


def pulled(commands: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the names of Ollama's library that command lines fetch or run, over its API too."""
    for command in commands:
        for verb in ("pull", "run"):
            if name := positional(command, "ollama", verb):
                yield name
        line = " ".join(command)
        if "/api/pull" in line and (found := _CURL_PULL.search(line)):
            yield found[1]


def weights_of(model: str, *, hub: bool = True) -> Weights:
    """Say in which namespace of names the weights stand: Hugging Face, a file, another store.

    >>> weights_of("meta-llama/Llama-3.1-8B").context, weights_of("/models/llama-3-8b.Q4_K_M.gguf")
    ('hf', Weights(name='llama-3-8b.Q4_K_M.gguf', context='code:file'))
    """
    page = re.match(
        r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|hf://)([^/?#]+/[^/?#:]+)(?=$|[/?#:])", model
    )
    is_file = re.search(r"\.(?:gguf|safetensors|bin)(?:\?.*)?$", model) is not None
    if page and not is_file:
        return Weights(page[1], "hf")
    if is_file or re.match(r"/|\./|~|\w+://", model):
        steps = [step for step in re.split(r"[/?#]", model.partition("?")[0]) if step]
        return Weights(steps[-1] if steps else model, "code:file")
    return Weights(model, "hf" if hub else "code:file")


def _stated(kind: str, commands: Sequence[Sequence[str]], values: Mapping[str, str | None]) -> str:
    """Give the model as it is written, from options before variables."""
    for command in commands:
        found = next(iter(option_values(command, *_MODEL_OPTIONS.get(kind, ()))), "")
        if not found and kind == "vllm":
            found = positional(command, "vllm", "serve") or positional(command, "serve")
            # The image's own entry point is `vllm serve`: its first argument may be the model.
            alone, first = len(commands) == 1, command[0]
            found = found or (first if alone and "/" in first and not first.startswith(("-", "/")) else "")
        if found:
            return found
    usual = _USUAL_VARIABLES if kind != "nim" else ()
    return next(iter(_first(values, (*_MODEL_VARIABLES.get(kind, ()), *usual))), "")


def _first(values: Mapping[str, str | None], names: Iterable[str]) -> tuple[str, ...]:
    for name in names:
        if value := (values.get(name) or "").strip():
            return tuple(one for one in re.split(r"[,\s]+", value) if one)
    return ()


def _adapters(command: Sequence[str], values: Mapping[str, str | None]) -> Iterator[tuple[str, Weights]]:
    """Yield the adapters served beside the base, `name=path` or an object with name and path."""
    stated = option_values(command, "--lora-modules", "--lora-paths", "--lora-adapters", "--lora")
    for word in stated or _first(values, ("LORA_ADAPTERS",)):
        if word.startswith("{"):
            try:
                found = json.loads(word)
            except (ValueError, RecursionError):
                continue
            name, path = found.get("name"), found.get("path")
        else:
            name, _, path = word.partition("=")
        if isinstance(name, str) and name and not is_template(name):
            yield name, weights_of(path if isinstance(path, str) and path else name)
