"""How a Backstage entity says which model it is or uses: annotations, spec, links, at last its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from graphkit.importing.values import is_secret, is_template, web_address
from graphkit.model import Evidence, Skipped, mention

if TYPE_CHECKING:
    from graphkit.importing import Part

_IS_MODEL: Final = re.compile(
    r"(?:(?:ai|ml|llm|foundation|language|large language|embedding|genai|machine learning|base) )?model|llm"
)
_MODEL_KEY: Final = re.compile(
    r"(?:^|[/._-])model(?:[_-]?(?:id|name))?$|^huggingface\.co/(?!.*(?:license|token|url))", re.IGNORECASE
)
_ABOUT_AI: Final = re.compile(
    r"(?:^|[/._-])(?:llm|ai|genai|gpt|chat|language|embedding|foundation|huggingface|openai|anthropic|ollama|bedrock)(?=[/._-])",
    re.IGNORECASE,
)
_PROVIDER_KEY: Final = re.compile(r"(?:^|[/._-])(?:model|llm|ai)[_-]?provider$", re.IGNORECASE)
_ENDPOINT_KEY: Final = re.compile(
    r"(?:^|[/._-])(?:model[_-]?endpoint|base[_-]?url|api[_-]?base|llm[_-]?endpoint)$", re.IGNORECASE
)
_SPEC_KEYS: Final = ("model", "modelId", "modelID", "model_id", "modelName", "model_name", "llm")
_ID_KEYS: Final = ("id", "name", "repo", "repository")
_NO_ORGANIZATIONS: Final = (
    "datasets", "spaces", "docs", "blog", "papers", "collections", "models", "learn", "tasks",
)  # fmt: skip
_NAMED: Final = 0.6
_LINKED: Final = 0.8


class Found(NamedTuple):
    """A model that an entity names: the end, and where and how surely it is named."""

    end: str
    at: Evidence


def is_model_type(text: str) -> bool:
    """Tell whether a `spec.type` says that the entity is a model.

    >>> is_model_type("ai-model"), is_model_type("model-server"), is_model_type("data-model")
    (True, False, False)
    """
    return _IS_MODEL.fullmatch(re.sub(r"[-_\s]+", " ", text[:40].lower()).strip()) is not None


def models_of(entity: Part) -> Iterator[Found | Skipped]:
    """Yield the models that an entity is or uses.

    Of an entity of a model's type every annotation about a model counts, and it always is one, by its name
    at last. Of all others only what is plainly about such models does: a car has a model too.
    """
    is_model = is_model_type(entity.find("spec", "type").text)
    found = list(_stated(entity, is_model=is_model))
    yield from found
    if is_model and not any(isinstance(one, Found) for one in found):
        name = entity.find("metadata", "name")
        by_name = Found(mention(name.text), name.at(method="inferred", confidence=_NAMED))
        yield next(_linked(entity), by_name)


def _stated(entity: Part, *, is_model: bool) -> Iterator[Found | Skipped]:
    """Yield what annotations, labels and spec say."""
    provider, base_url = _where(entity)
    marks = (entity.find("metadata", where).items() for where in ("annotations", "labels"))
    for name, value in chain.from_iterable(marks):
        if _MODEL_KEY.search(name) and (is_model or _ABOUT_AI.search(name)):
            context = "hf" if "huggingface" in name.lower() else provider
            yield from _mentions(value, context, base_url)
    if not is_model and not _ABOUT_AI.search(f"{entity.find('spec', 'type').text}-"):
        return
    for step in _SPEC_KEYS:
        value = entity.find("spec", step)
        if value.is_map:
            value = next((value.get(inner) for inner in _ID_KEYS if value.get(inner).text), value)
        yield from _mentions(value, provider, base_url)


def _mentions(value: Part, context: str, base_url: str) -> Iterator[Found | Skipped]:
    for member in value if value.is_list else (value,):
        for name in (one.strip() for one in member.text.split(",")):
            if is_template(name):
                yield member.skip("W-UNRESOLVED-VAR", "a model's name with a placeholder")
            elif is_secret(name):
                yield member.skip("I-REDACTED", "an inline key was not kept")
            elif name:
                hub = _hub_id(name)
                end = mention(hub or name, context="hf" if hub else context, base_url=base_url)
                yield Found(end, member.at())


def _where(entity: Part) -> tuple[str, str]:
    """Give the context and base URL that annotations name for all models of the entity."""
    provider = base_url = ""
    for name, value in entity.find("metadata", "annotations").items():
        if _PROVIDER_KEY.search(name) and value.text and not is_template(value.text):
            provider = f"provider:{value.text.lower()}"
        elif _ENDPOINT_KEY.search(name):
            base_url = web_address(value.text)
    return provider, base_url


def _linked(entity: Part) -> Iterator[Found]:
    """Yield the first model that a link leads to."""
    for link in entity.find("metadata", "links"):
        url = link.get("url")
        at = url.at(method="inferred", confidence=_LINKED)
        if hub := _hub_id(url.text):
            yield Found(mention(hub, context="hf"), at)
        elif tag := re.match(r"https?://(?:www\.)?ollama\.com/(?:library/)?([\w./:-]+)$", url.text):
            yield Found(mention(tag[1], context="ollama"), at)


def _hub_id(url: str) -> str:
    """Give `organization/name` of a model's page on Hugging Face; empty for every other page."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if host not in ("huggingface.co", "hf.co") or len(steps) < 2 or steps[0] in _NO_ORGANIZATIONS:  # noqa: PLR2004 - organization/name
        return ""
    return f"{steps[0]}/{steps[1]}"
