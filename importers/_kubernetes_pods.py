"""The containers of a workload into claims: what it serves, what it fetches, which models it calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.importers._llm_commands import commands, expand, positional
from graphkit.importers._llm_env import Use, Variable, secrets, uses
from graphkit.importers._llm_serving import GATEWAY, OLLAMA, Served, Weights, engine, pulled, served
from graphkit.importers._llm_words import words
from graphkit.importing.values import is_template
from graphkit.model import Claim, Skipped, edge, key, mention, node

if TYPE_CHECKING:
    from graphkit.importers._kubernetes_config import Configuration
    from graphkit.importers._kubernetes_objects import Workload
    from graphkit.importing import Part

_LOCAL: Final = ("http://localhost", "http://127.0.0.1", "http://[::1]")
_OLLAMA_VARIABLES: Final = ("OLLAMA_MODEL", "OLLAMA_MODEL_NAME", "OLLAMA_PULL_MODELS", "MODEL_NAME", "MODEL")
_DOWNLOADS: Final = (("huggingface-cli", "download"), ("hf", "download"))
_PURPOSES: Final = {
    **dict.fromkeys(("EMBEDDING", "EMBEDDINGS", "EMBED"), "embedding"),
    **dict.fromkeys(("RERANK", "RERANKER"), "rerank"),
    **{word: word.lower() for word in ("FALLBACK", "VISION", "MODERATION", "GUARD")},
}
_PULL: Final = "pull"


class _Container(NamedTuple):
    part: Part
    image: str
    engine: str
    commands: tuple[tuple[str, ...], ...]
    variables: tuple[Variable, ...]
    is_server: bool

    @property
    def values(self) -> dict[str, str | None]:
        return {one.name: one.value for one in self.variables}


def read_pod(workload: Workload, configuration: Configuration) -> Iterator[Claim | Skipped]:
    """Yield what the containers of a workload state, those that start first before the others."""
    containers: list[_Container] = []
    for place in ("initContainers", "containers"):
        for part in workload.pod.get(place):
            variables: list[Variable] = []
            for found in configuration.variables(part, workload.object.namespace):
                if isinstance(found, Skipped):
                    yield found
                else:
                    variables.append(found)
            containers.append(_container(part, variables, starts_first=place == "initContainers"))
    serves = any(one.is_server for one in containers)
    if any(one.is_server and one.engine == OLLAMA for one in containers):
        yield from _ollama(workload, containers)
    for one in containers:
        if one.is_server and one.engine != OLLAMA:
            yield from _server(workload, one)
        elif one.engine == GATEWAY:
            yield from _gateway(workload, one)
        elif not one.is_server:
            yield from _client(workload, one, has_server=serves)


def image_of(workload: Workload) -> str:
    """Give the image of the first container that stays."""
    images = (part.get("image").text for part in workload.pod.get("containers"))
    return next((image for image in images if image and not is_template(image)), "")


def further_images(workload: Workload) -> list[str]:
    """Give the images of the other containers, those that start first among them."""
    parts = [*workload.pod.get("containers"), *workload.pod.get("initContainers")]
    images = {part.get("image").text for part in parts if not is_template(part.get("image").text)}
    return sorted(images - {"", image_of(workload)})


def _container(part: Part, variables: Sequence[Variable], *, starts_first: bool) -> _Container:
    values = {one.name: one.value for one in variables}
    line = [expand(text, values) for name in ("command", "args") for text in part.get(name).texts]
    hook = [expand(text, values) for text in part.find("lifecycle", "postStart", "exec", "command").texts]
    own, image = tuple(commands(line)), part.get("image").text
    kind = engine(image, own)
    # Ollama's image may also only be used as a client of a server. A container that starts first and stays
    # is a sidecar, since Kubernetes 1.28.
    serves = kind not in ("", GATEWAY) and (kind != OLLAMA or not own or any("serve" in one for one in own))
    ends = starts_first and part.get("restartPolicy").text != "Always"
    return _Container(part, image, kind, (*own, *commands(hook)), tuple(variables), serves and not ends)


def _ollama(workload: Workload, containers: Sequence[_Container]) -> Iterator[Claim | Skipped]:
    """Read a pod with an Ollama server: what any of its containers pulls is what it serves."""
    seen: set[str] = set()
    for one in containers:
        names = [(name, _command_part(one)) for name in pulled(one.commands)]
        if one.is_server and one.engine == OLLAMA and not names:
            stated = [each for each in one.variables if each.name in _OLLAMA_VARIABLES and each.value]
            for variable in stated[:1]:
                names = [(name, variable.part) for name in (variable.value or "").replace(",", " ").split()]
        for name, part in names:
            if is_template(name):
                yield part.skip("W-UNRESOLVED-VAR", "a model to pull whose name is not stated here")
                seen.add("")
            elif name not in seen:
                seen.add(name)
                yield from _offering(workload, one, part, Served((name,), Weights(name, OLLAMA)))
    if not seen:
        server = next(one for one in containers if one.is_server and one.engine == OLLAMA)
        yield server.part.skip("W-MODEL-UNRESOLVED", "an Ollama server whose models are not stated")


def _server(workload: Workload, container: _Container) -> Iterator[Claim | Skipped]:
    """Read a container that serves one model, and adapters on it."""
    yield from secrets((*container.variables, *_options(container)))
    part = _command_part(container)
    found = served(container.engine, container.image, container.commands, container.values)
    if found is None:
        yield part.skip("W-MODEL-UNRESOLVED", f"a {container.engine} server whose model is not stated")
        return
    if not found.names:
        yield part.skip("W-UNRESOLVED-VAR", "a served model whose name is not stated here")
        return
    if found.weights is not None and is_template(found.weights.name):
        yield part.skip("W-UNRESOLVED-VAR", "a served model whose weights are not stated here")
        found = found._replace(weights=None)
    yield from _offering(workload, container, part, found)
    base = found.weights
    for name, weights in found.adapters:
        known = weights.context == "hf" and "/" in weights.name
        model = mention(weights.name, context="hf") if known else mention(f"{workload.object.name}/{name}")
        if not known:
            yield node(model, part.at(), declared=True)
        if base is not None:
            end = mention(base.name, context=base.context)
            yield edge(model, "DERIVED_FROM", end, part.at(), qualifier="adapter")
        yield from _serving(workload, container, part, name, model)


def _offering(workload: Workload, container: _Container, part: Part, found: Served) -> Iterator[Claim]:
    model = mention(found.weights.name, context=found.weights.context) if found.weights else ""
    for name in found.names:
        yield from _serving(workload, container, part, name, model)


def _serving(workload: Workload, container: _Container, part: Part, name: str, model: str) -> Iterator[Claim]:
    """State one name that a workload answers to: an offering of our own, which the workload requires too."""
    there, at = workload.object, part.at()
    offering = key("offering", f"self-hosted/{there.place}.{there.name}/{name}")
    whose = {"namespace": there.place, "workload": there.name, "labels": workload.labels}
    yield node(offering, at, **whose, served=name, engine=container.engine)
    if model:
        yield edge(offering, "SERVES", model, at)
    environment = workload.environment
    yield edge(workload.end, "REQUIRES", offering, at, consumption="self_host", environment=environment)


def _gateway(workload: Workload, container: _Container) -> Iterator[Claim | Skipped]:
    """Read a gateway's container: its keys are those of all its routes, which its own file states."""
    yield from secrets((*container.variables, *_options(container)))
    for variable in _options(container):
        if variable.name == "MODEL" and variable.value and not is_template(variable.value):
            end = mention(variable.value, context="gateway:litellm")
            yield edge(workload.end, "REQUIRES", end, variable.part.at(), environment=workload.environment)


def _client(workload: Workload, container: _Container, *, has_server: bool) -> Iterator[Claim | Skipped]:
    """Read a container that calls models; what it sends to its own pod the server there has said already."""
    found = tuple(uses((*container.variables, *_options(container)), ollama=container.engine == OLLAMA))
    base_url = next((one.base_url for one in found if isinstance(one, Use) and one.base_url), "")
    if not has_server:
        for name in pulled(container.commands):
            yield from _fetch(workload, container, Weights(name, OLLAMA), base_url)
    for command in container.commands:
        for verbs in _DOWNLOADS:
            if name := positional(command, *verbs):
                yield from _fetch(workload, container, Weights(name, "hf"), "")
    has_pulled = any(True for _ in pulled(container.commands))
    for one in found:
        if isinstance(one, Skipped):
            yield one
        elif not (has_server and one.base_url.startswith(_LOCAL)) and not (has_pulled and not one.name):
            yield _use(workload, one)


def _fetch(
    workload: Workload, container: _Container, weights: Weights, base_url: str
) -> Iterator[Claim | Skipped]:
    part = _command_part(container)
    if is_template(weights.name):
        yield part.skip("W-UNRESOLVED-VAR", "a model to fetch whose name is not stated here")
        return
    namespace = _asks(workload, base_url)
    end = mention(weights.name, context=weights.context, base_url=base_url, namespace=namespace)
    yield edge(workload.end, "REQUIRES", end, part.at(), purpose=_PULL, environment=workload.environment)


def _use(workload: Workload, use: Use) -> Claim:
    variable = use.variable
    method = "declared" if use.confidence == 1 else "inferred"
    at = variable.part.at(method=method, confidence=use.confidence, document=variable.document)
    namespace = _asks(workload, use.base_url)
    end = mention(use.name, context=use.context, base_url=use.base_url, namespace=namespace)
    purpose = next((_PURPOSES[word] for word in words(variable.name) if word in _PURPOSES), "")
    return edge(workload.end, "REQUIRES", end, at, environment=workload.environment, purpose=purpose)


def _asks(workload: Workload, base_url: str) -> str:
    """Give the namespace of who asks, where it decides what an address means: `http://litellm:4000`."""
    host = base_url.partition("://")[2].partition("/")[0]
    return workload.object.place if host and "." not in host else ""


def _options(container: _Container) -> Iterator[Variable]:
    """Yield the options of command lines as if they were variables: `--openai-model x` as OPENAI_MODEL."""
    part = _command_part(container)
    for command in container.commands:
        for number, word in enumerate(command):
            name, equals, value = word.partition("=")
            if not name.startswith("--"):
                continue
            if not equals:
                value = command[number + 1] if number + 1 < len(command) else ""
            if value and not value.startswith("-"):
                yield Variable("_".join(words(name)), value, part, literal=not is_template(value))


def _command_part(container: _Container) -> Part:
    """Give the place of the command line, or of the container where it has none."""
    return next(
        (there for name in ("args", "command", "lifecycle") if (there := container.part.get(name))),
        container.part,
    )
