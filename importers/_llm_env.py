"""Environment variables into uses of models: which name is sent to which endpoint.

Conventions of the SDKs' own variables and of what applications build on them; not read: values of secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.importers._llm_words import (
    ENDPOINTS,
    HOSTS,
    OTHER_PLACES,
    PURPOSES,
    SECRETS,
    SIGNS,
    WEAK_SIGNS,
    is_endpoint,
    is_engine,
    looks_like_a_model,
    words,
)
from graphkit.importing.values import is_secret, is_template, web_address

if TYPE_CHECKING:
    from graphkit.importing import Part
    from graphkit.model import Skipped

AZURE: Final = "gateway:litellm"
OLLAMA: Final = "ollama"
NATIVE: Final = "code:env"
FILE: Final = "code:file"
_NAMES: Final = frozenset(("NAME", "NAMES", "ID", "IDS", "LIST"))
_NOT_NAMES: Final = re.compile(
    r"(?i:true|false|yes|no|on|off|none|null|auto|default|enabled|disabled)|[\d.,+-]+|\[\]|\{\}"
)
_PATH: Final = re.compile(
    r"^(?:\.{0,2}/|~/|[A-Za-z]:\\|\w+://)|\.(?:json|ya?ml|py|pkl|onnx|pt|bin|txt|toml)$"
)
_GUESSED: Final = 0.5
_BY_KEY: Final = 0.6


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of one container: its name, the value (None: kept in a secret, or unknown) and its place.

    *literal* tells that the value stands in the document and was not put together from others; *document*
    names the file of the value where it is not the one being read.
    """

    name: str
    value: str | None
    part: Part
    literal: bool = True
    document: str = ""


class Use(NamedTuple):
    """A model that is used: the name (empty: unknown), its context and endpoint, and how surely."""

    name: str
    context: str
    base_url: str
    variable: Variable
    confidence: float = 1.0


class _Endpoint(NamedTuple):
    words: tuple[str, ...]
    url: str
    strong: bool
    variable: Variable


def uses(variables: Sequence[Variable], *, ollama: bool = False) -> Iterator[Use | Skipped]:
    """Yield the uses of models that the variables of one container state, in their order.

    Every model name is paired with the endpoint whose variable begins alike, else with the only endpoint
    there is. Endpoints that no name goes to are uses of an unknown model, where their own name, or the
    host's, says that language models are served there; so are keys of a provider that nothing else names.
    With *ollama*, names are those of Ollama's library.
    """
    yield from secrets(variables)
    endpoints = tuple(_endpoints(variables))
    keys = _keys(variables)
    called = any(endpoint.strong for endpoint in endpoints) or bool(keys)
    named: list[Use] = []
    for variable in variables:
        if _is_model(variable):
            for use in _models(variable, endpoints, keys, called=called):
                if isinstance(use, Use):
                    use = use._replace(context=OLLAMA) if ollama and use.context == NATIVE else use  # noqa: PLW2901 - the same use
                    named.append(use)
                yield use
    yield from _unnamed(variables, endpoints, named)
    yield from _by_key(keys, endpoints, named)


def secrets(variables: Iterable[Variable]) -> Iterator[Skipped]:
    """Yield the places of keys and passwords that stand in the document; what they are is not kept."""
    for variable in variables:
        value = variable.value or ""
        if variable.literal and value and not is_template(value):
            last = (words(variable.name) or ("",))[-1]
            if is_secret(value) or last in SECRETS or re.search(r"://[^/@\s]*:[^/@\s]*@", value):
                yield variable.part.skip("I-REDACTED", "an inline key or password was not kept")


def _endpoints(variables: Iterable[Variable]) -> Iterator[_Endpoint]:
    """Yield the addresses of language models, and those that may be (weak): only a model's name tells."""
    for variable in variables:
        name = words(variable.name)
        if not variable.value or not ENDPOINTS.intersection(name) or OTHER_PLACES.intersection(name):
            continue
        own = is_endpoint(name)
        url = web_address(variable.value, scheme="http" if own else "")
        strong = own or is_engine(url)
        if url and (strong or WEAK_SIGNS.intersection(name)):
            yield _Endpoint(name, url, strong, variable)


def _keys(variables: Iterable[Variable]) -> dict[str, Variable]:
    """Give the variables that hold a provider's key, by the provider's first word."""
    found: dict[str, Variable] = {}
    for variable in variables:
        name = words(variable.name)
        is_key = len(name) > 1 and name[0] in HOSTS and name[-1] in ("KEY", "TOKEN", "APIKEY")
        if is_key and variable.value != "":
            found.setdefault(name[0], variable)
    return found


def _is_model(variable: Variable) -> bool:
    """Tell whether the name of a variable says that its value is a model's name.

    MODEL (or MODELS, LLM, for Azure and OpenAI DEPLOYMENT) followed by nothing but NAME, ID, a purpose or a
    number: MODEL_PATH, MODEL_CACHE_DIR, MODEL_TEMPERATURE and the like are about something else.
    """
    name = words(variable.name)
    heads = {"MODEL", "MODELS"} | ({"DEPLOYMENT"} if {"AZURE", "OPENAI"}.intersection(name) else set())
    places = [number for number, word in enumerate(name) if word in heads]
    if not places:
        return name == ("LLM",) or name[-1:] == ("LLM",) or name == ("LLM", "NAME")
    usual = _NAMES | PURPOSES | heads
    return all(word in usual or word.isdigit() for word in name[places[0] + 1 :])


def _models(
    variable: Variable, endpoints: Sequence[_Endpoint], keys: Mapping[str, Variable], *, called: bool
) -> Iterator[Use | Skipped]:
    """Yield what the value of a model's variable names."""
    if variable.value is None or is_template(variable.value):
        yield _unresolved(variable)
        return
    name = words(variable.name)
    endpoint, sure = _paired(name, endpoints)
    for value in _split(variable.value, several=bool({"MODELS", "NAMES", "IDS", "LIST"}.intersection(name))):
        if is_secret(value):
            yield variable.part.skip("I-REDACTED", "an inline key was not kept")
        elif _NOT_NAMES.fullmatch(value):
            continue
        elif _PATH.search(value) or not _plausible(name, value, called=called):
            message = f"{variable.name[:80]} does not look like the name of a language model"
            yield variable.part.skip("I-NOTMODEL", message)
        else:
            own = bool(SIGNS.intersection(name)) or called
            yield _use(variable, value, endpoint, keys)._replace(confidence=1.0 if own and sure else _GUESSED)


def _unresolved(variable: Variable) -> Skipped:
    return variable.part.skip("W-UNRESOLVED-VAR", f"what {variable.name[:80]} stands for is not stated here")


def _plausible(name: tuple[str, ...], value: str, *, called: bool) -> bool:
    """Tell whether a variable so named, with this value, names a language model."""
    others = set(name) - {"MODEL", "MODELS", "LLM", "DEPLOYMENT"} - _NAMES
    if SIGNS.intersection(name) or "DEPLOYMENT" in name:
        return True
    if all(word in PURPOSES or word.isdigit() for word in others):
        return called or looks_like_a_model(value)
    return called and looks_like_a_model(value)


def _paired(name: tuple[str, ...], endpoints: Sequence[_Endpoint]) -> tuple[_Endpoint | None, bool]:
    """Give the endpoint of a model's variable, and whether it is sure that this one is meant.

    The longest common beginning wins; without any, the only endpoint; of several, none.
    """

    def common(endpoint: _Endpoint) -> int:
        pairs = zip(name, endpoint.words, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    best = max(endpoints, key=common, default=None)
    if best is None:
        return None, True
    if common(best):
        return best, True
    urls = {endpoint.url for endpoint in endpoints}
    if name[0] in HOSTS and HOSTS[name[0]].context:
        return None, True
    return (best, True) if len(urls) == 1 else (None, True)


def _use(variable: Variable, value: str, endpoint: _Endpoint | None, keys: Mapping[str, Variable]) -> Use:
    """Say in which namespace of names the value stands, and where it is sent."""
    name = words(variable.name)
    url = endpoint.url if endpoint else ""
    if "AZURE" in name and "OPENAI" in name:
        return Use(value if value.startswith("azure/") else f"azure/{value}", AZURE, url, variable)
    if value.lower().endswith(".gguf"):
        return Use(value.rpartition("/")[2], FILE, url, variable)
    if "OLLAMA" in name or url.endswith(":11434") or (endpoint and "OLLAMA" in endpoint.words):
        return Use(value.removeprefix("ollama/"), OLLAMA, url, variable)
    context = NATIVE
    if not url:
        owner = name[0] if name[0] in HOSTS else next(iter(keys)) if len(keys) == 1 else ""
        context = (HOSTS[owner].context if owner else "") or NATIVE
    return Use(value, context, url, variable)


def _split(value: str, *, several: bool) -> tuple[str, ...]:
    """Give the names in a value: one, or, where the variable, a comma or its kin says so, more."""
    if not several and not re.search(r"[,;|]", value):
        return (value.strip(),) if value.strip() else ()
    return tuple(dict.fromkeys(one for one in re.split(r"[,;|\s\[\]\"']+", value) if one))


def _unnamed(
    variables: Sequence[Variable], endpoints: Sequence[_Endpoint], named: Sequence[Use]
) -> Iterator[Use | Skipped]:
    """Yield the endpoints that no model's name goes to, once an address, and those that are not stated."""
    seen = {use.base_url for use in named}
    for endpoint in endpoints:
        if endpoint.strong and endpoint.url not in seen:
            seen.add(endpoint.url)
            yield Use("", OLLAMA if "OLLAMA" in endpoint.words else NATIVE, endpoint.url, endpoint.variable)
    for variable in variables:
        name = words(variable.name)
        open_ = variable.value is None or is_template(variable.value)
        if open_ and name and name[-1] in ENDPOINTS and is_endpoint(name):
            yield _unresolved(variable)


def _by_key(
    keys: Mapping[str, Variable], endpoints: Sequence[_Endpoint], named: Sequence[Use]
) -> Iterator[Use]:
    """Yield the providers whose key is handed in while no variable names an endpoint or a model of theirs.

    OpenAI's key is what every gateway asks for: beside any endpoint it says nothing.
    """
    taken = {use.context for use in named} | {words(use.variable.name)[0] for use in named}
    if len(keys) == 1 and any(not use.base_url for use in named):
        return
    for word, variable in keys.items():
        host = HOSTS[word]
        reached = any(word in endpoint.words or word.lower() in endpoint.url for endpoint in endpoints)
        reached = reached or (not host.context and any(endpoint.strong for endpoint in endpoints))
        if host.base_url and not reached and word not in taken and (host.context or NATIVE) not in taken:
            yield Use("", host.context or NATIVE, host.base_url, variable, _BY_KEY)
