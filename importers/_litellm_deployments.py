"""The deployments of a LiteLLM configuration, and which of them an alias leads to."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from graphkit.importers._litellm_config import SECRET, Config, Filled, Spot
from graphkit.importing import Part
from graphkit.importing.values import bare_url
from graphkit.model import Evidence, Skipped, mention

CONTEXT: Final = "gateway:litellm"

_NO_SECRET: Final = re.compile(
    r"none|null|n/?a|no|empty|anything|unused|ollama|lm-studio|vllm|[x*.-]+|<.*>|sk-(?:1234|[x.*-]+)"
    r"|(?:sk-)?(?:my-)?(?:fake|dummy|placeholder|your|change-?me|not?-|no-?key|example|test)[\w .-]*"
    r"|os\.environ/.*|\$.*|\{\{.*",
    re.IGNORECASE | re.DOTALL,
)
_USER: Final = re.compile(r"://[^/@\s]{1,500}@")
_PROVIDER: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_PLACEHOLDER: Final = 200
_OPENAI_PROTOCOL: Final = ("openai/", "text-completion-openai/")
_OPENAI_HOSTS: Final = ("openai.com", "azure.com")
# Where the name in `model` is one that the customer chose: base_model then says what it is. With other
# providers it only picks a price.
_OWN_NAMES: Final = ("azure/", "azure_ai/", "azure_text/", "bedrock/")


class Deployment(NamedTuple):
    """One entry of `model_list`: where an alias leads.

    *model* is empty where the name is not known, *base* is another name of the same model, *order* is
    `litellm_params.order`, None where there is none.
    """

    alias: str
    spot: Spot
    at: Evidence
    model: str
    context: str
    base_url: str
    base: str
    mode: str
    region: str
    weight: float | None
    order: float | None

    @property
    def target(self) -> str:
        """The end that is required; with neither name nor endpoint it is a model that nobody knows."""
        return mention(self.model, context=self.context, base_url=self.base_url)


def deployment(spot: Spot, config: Config, notes: list[Skipped]) -> Deployment | None:
    """Read one entry of `model_list`; what is to be said about it goes to *notes*.

    None where the entry names neither an alias nor a model.
    """
    params, info = spot.get("litellm_params"), spot.get("model_info")
    if not spot.part.is_map or (params.part and not params.part.is_map):
        notes.append(spot.skip("E-KIND", "an entry of model_list that is not a mapping with litellm_params"))
        return None
    _redact(params, notes)
    base_url = _base_url(params, config, notes)
    model, at = _model(params, config, notes)
    context = CONTEXT
    if model.startswith(_OPENAI_PROTOCOL) and (base_url or _states_url(params)) and not _is_openai(base_url):
        text = "openai/ names the protocol: who hosts the model is told by api_base"
        notes.append(params.get("model").skip("W-VENDOR-DOUBT", text))
        if not base_url:  # an address that is not known: somebody hosts it, OpenAI or not
            model, context = model.partition("/")[2], ""
    alias = _alias(spot.get("model_name"), model, config, notes)
    if not alias:
        return None
    return Deployment(
        alias=alias,
        spot=spot,
        at=at,
        model=model,
        context=context,
        base_url=base_url,
        base=_base(model, info.part.get("base_model").text or params.part.get("base_model").text),
        mode=info.part.get("mode").text,
        region=_first(params.part, "aws_region_name", "vertex_location", "region_name"),
        weight=number(params.part.get("weight").text),
        order=number(params.part.get("order").text),
    )


def behind(name: str, by_alias: Mapping[str, list[Deployment]]) -> list[Deployment]:
    """Give the deployments that a call of *name* reaches: those of that alias, else of the closest wildcard.

    With the wildcard `openai/*` for `openai/*`, `openai/gpt-4o` reaches the model `openai/gpt-4o`.
    """
    if name in by_alias:
        return by_alias[name]
    wild = sorted((alias for alias in by_alias if "*" in alias), key=lambda alias: (-len(alias), alias))
    for alias in wild:
        before, _, after = alias.partition("*")
        if len(name) >= len(before) + len(after) and name.startswith(before) and name.endswith(after):
            star = name[len(before) : len(name) - len(after)]
            return [found._replace(model=found.model.replace("*", star, 1)) for found in by_alias[alias]]
    return []


def number(text: str) -> float | None:
    """Read a number, None where *text* is none; whole ones without a decimal point."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _redact(params: Spot, notes: list[Skipped]) -> None:
    """Name the place of every secret that is written inline."""
    for name, member in params.part.items():
        text = member.text
        placeholder = len(text) < _LONGEST_PLACEHOLDER and _NO_SECRET.fullmatch(text)
        if SECRET.search(name) and not name.endswith("per_token") and member and not placeholder:
            notes.append(Spot(member, params.document).skip("I-REDACTED", "an inline key was not kept"))


def _base_url(params: Spot, config: Config, notes: list[Skipped]) -> str:
    """Find the endpoint of a deployment: its own, or that of the credential that it names."""
    for source in (params, _credential(params, config)):
        for name in ("api_base", "base_url"):
            spot = source.get(name)
            filled = _filled(spot, config, notes)
            url = bare_url(filled.text)
            if "@" in filled.text or "?" in filled.text:
                notes.append(spot.skip("I-REDACTED", "user, password and query of an endpoint were not kept"))
            if url:
                return url
            if filled.text:
                notes.append(spot.skip("W-DANGLING", "the endpoint is not a URL"))
    return ""


def _states_url(params: Spot) -> bool:
    return bool(params.part.get("api_base") or params.part.get("base_url"))


def _credential(params: Spot, config: Config) -> Spot:
    """Find the values of the credential that a deployment names."""
    wanted = params.part.get("litellm_credential_name").text
    listed = config.section("credential_list")
    for entry in listed.part if wanted else ():
        if entry.get("credential_name").text == wanted:
            return Spot(entry.get("credential_values"), listed.document)
    return Spot(Part(None))


def _model(params: Spot, config: Config, notes: list[Skipped]) -> tuple[str, Evidence]:
    """Find the model's name, with the provider in front where it is written apart, and its evidence."""
    spot = params.get("model")
    filled = _filled(spot, config, notes)
    if not spot.part.text:
        notes.append(params.skip("W-NOID", "a deployment without litellm_params.model"))
    name = _USER.sub("://", filled.text)
    if name != filled.text:
        notes.append(spot.skip("I-REDACTED", "user and password of a URL were not kept"))
    provider = params.part.get("custom_llm_provider").text
    if name and _PROVIDER.fullmatch(provider) and not name.startswith(f"{provider}/"):
        name = f"{provider}/{name}"
    return name, filled.found or spot.at()


def _filled(spot: Spot, config: Config, notes: list[Skipped]) -> Filled:
    filled = config.variables.fill(spot.part.text)
    if filled.missing:
        notes.append(spot.skip("W-UNRESOLVED-VAR", f"no value is known for {filled.missing!r}"))
    return filled


def _is_openai(base_url: str) -> bool:
    host = base_url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return any(host == known or host.endswith(f".{known}") for known in _OPENAI_HOSTS)


def _alias(spot: Spot, model: str, config: Config, notes: list[Skipped]) -> str:
    """Find the name under which the deployment is called, its model's where it has none."""
    alias = _filled(spot, config, notes).text
    if not alias and not spot.part.text:
        notes.append(spot.skip("W-NOID", "a deployment without model_name is called by its model's name"))
    return alias or model


def _base(model: str, base: str) -> str:
    """Give the end of what a name chosen by the customer stands for."""
    if not base or not model.startswith(_OWN_NAMES):
        return ""
    provider = model.partition("/")[0]
    return mention(base if "/" in base else f"{provider}/{base}", context=CONTEXT)


def _first(part: Part, *names: str) -> str:
    """Give the first of several members that is plain text: no variable."""
    texts = (part.get(name).text for name in names)
    return next((text for text in texts if text and not text.startswith(("os.environ/", "$", "{"))), "")
