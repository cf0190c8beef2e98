"""Strip the route from a model's name: schemes, ARNs, host prefixes, regions, owners and serving suffixes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.catalogue.records import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.tables import Tables

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?P<service>bedrock|sagemaker)[^:]*:[^:]*:[^:]*:(?P<kind>[a-z-]+)/(?P<name>\S+)"
)
_PUBLISHERS = re.compile(r"publishers/(?P<owner>[^/]+)/models/(?P<name>[^/]+)")
_ACCOUNTS = re.compile(
    r"accounts/(?P<owner>[^/]+)/(?P<kind>models|deployedModels|routers|deployments)/(?P<name>[^/]+)"
)
_AZUREML = re.compile(r"azureml://registries/(?P<registry>[^/]+)/models/(?P<name>[^/]+)")
_KAGGLE = re.compile(r"(?:kaggle://)(?P<owner>[^/]+)/(?P<model>[^/]+)/[^/]+/(?P<name>[^/]+)(?:/\d+)?$")
_HUB = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<rest>\S+)$|^(?:hf|huggingface)://(?P<rest2>\S+)$"
)
_FILE = re.compile(r"\.(?:gguf|ggml|safetensors|bin|pth?|onnx|llamafile|nemo|ckpt|tflite)(?:@\S*)?$")
_MARKS = ("models/", "accounts/", "kaggle://", "system.ai.")
_LOCAL = ("/", "./", "../", "~/", "s3://", "gs://", "file://", "models/")
_REGION = re.compile(
    r"(?:us|eu|ap|ca|sa|me|af|il|mx|cn|in)(?:-gov)?-(?:north|south|east|west|central|southeast|northeast|northwest|southwest)[a-z]*-?\d+"
    r"|\d+-month-commitment|converse|invoke|converse_like|standard|global-standard|data-zone-standard|us-gov|claude_platform|streaming|\d+-steps|high|low|medium|hd|max-?x?-?\d*|us|eu|global|apac|dedicated|serverless"
    r"|(?:\d+|max)-x-(?:\d+|max)|steps|max-steps|premium|async_invoke|nova|llama|deepseek_r1|mantle|openai-compat|chat|responses|text|private"
)
_GEO = re.compile(r"^(?:us-gov|us|eu|apac|global|jp|au|ca|sa|af|me|mx|il|in|kr|uk|usw|use)\.(?=[a-z0-9]+\.)")
_DOTTED = re.compile(r"^(?P<owner>[a-z0-9-]+)\.(?P<name>[a-z0-9].*)$", re.IGNORECASE)
_BEDROCK_MINOR = re.compile(r"(?<=claude)(-instant)?-v(\d):([1-9])$")
_BEDROCK_BUILD = re.compile(r":\d+(?::\d+k|:mm)?$")
# Titan's and the first Claudes' own version stands where later models have the build.
_BEDROCK_TAIL = re.compile(r"(?<!claude)(?<!instant)-v[12]$")
_BEDROCK_FULL = re.compile(r"-v\d:\d$")
_BEDROCK_SHORT = re.compile(r"-(?P<n>1):0$")
_VERSION_COLON = re.compile(r"-v0:(?P<n>\d)$")
_TAIL = re.compile(
    r":(?:free|nitro|beta|extended|online|floor|exacto|discounted|cheap|fast|batch|flex|priority)$"
)
# "ft:gpt-4o-mini:acme::9x8y": a customer's own fine-tuning job.
_CUSTOM = re.compile(r"^(?P<prefix>(?:[a-z_]+/)*)ft:(?P<name>[^:/]+)(?::.*)?$")
_SYSTEM_AI = re.compile(r"(?:^|/)system\.ai\.(?P<name>.+)$")
# Clarifai: "openai/chat-completion/models/gpt-oss-120b".
_APPS = re.compile(r"^(?P<owner>[^/]+)/[^/]+/models/(?P<name>[^/]+)$")
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
# Hosts whose ids spread a name over folders: "flux-pro/v1.1", "imagen4/preview/fast".
_IN_FOLDERS = frozenset({"fal", "aiml"})
# The parts of "owner/name".
OWNED = 2
_OPAQUE_ARN = (
    "application-inference-profile",
    "imported-model",
    "custom-model",
    "provisioned-model",
    "prompt-router",
)


@dataclass(frozen=True, slots=True)
class Route:
    """Say what the way to a model tells: its host, owner and bare name, or why there is no name."""

    name: str
    host: Host | None = None
    owner: str = ""
    tag: str = ""
    served_id: str = ""
    is_file: bool = False
    on_hub: bool = False
    opaque: str = ""
    prefixed: bool = False
    customized: bool = False


@dataclass
class Router:
    """Strip routes; *directory* knows the hosts and organizations."""

    tables: Tables
    directory: Directory

    @cached_property
    def contexts(self) -> Mapping[str, str]:
        """Give the host that a context stands for, by context."""
        return {row["context"]: row["host"] for row in self.tables.rows("contexts.csv")}

    def host_of_context(self, context: str) -> Host | None:
        """Return the host that a context alone tells, or None."""
        if context in self.contexts:
            return self.directory.host(self.contexts[context])
        kind, _, name = context.partition(":")
        if kind != "provider":
            return None
        # Whoever wrote down the place calls it a provider: its own name is the best there is.
        known = self.directory.host(name)
        return known or (Host(name, "", (), "vendor", "") if _PLAIN_NAME.fullmatch(name) else None)

    def strip(self, text: str, context: str) -> Route:
        """Return what the route around a name tells; the name itself is not judged."""
        text = text.strip().removeprefix("~").removeprefix("hf:")
        if text.endswith(".ft"):
            return replace(self.strip(text.removesuffix(".ft"), context), customized=True)
        job = _CUSTOM.match(text)
        if job:
            return replace(self.strip(job["prefix"] + job["name"], context), customized=True)
        for form in (self._arn, self._patterns, self._hub, self._file):
            route = form(text, context)
            if route:
                return route
        return self._suffixes(self._segments(text, context), gateway=context == "gateway:litellm")

    def _arn(self, text: str, _context: str) -> Route | None:
        found = _ARN.search(text) if "arn:" in text else None
        if not found:
            return None
        host = self.directory.host("aws-bedrock" if found["service"] == "bedrock" else "aws-sagemaker")
        if found["kind"] in _OPAQUE_ARN or found["service"] == "sagemaker":
            return Route("", host, served_id=text, opaque=f"an opaque {found['kind']}")
        return replace(self._suffixes(Route(found["name"], host)), served_id=found["name"])

    def _patterns(self, text: str, context: str) -> Route | None:
        # Ten thousand names a second pass here: most have none of these marks.
        if not any(mark in text for mark in _MARKS):
            return None
        host = self.host_of_context(context)
        for pattern, read in self._forms:
            found = pattern.search(text)
            if found and (pattern is not _APPS or (host and host.name == "clarifai")):
                route = read(found)
                keep = host if host and route.host is None else route.host
                return self._suffixes(replace(route, host=keep))
        return None

    @property
    def _forms(self) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Route]], ...]:
        return (
            (_AZUREML, self._azureml),
            (_PUBLISHERS, lambda m: self._at("google-vertex", m["name"], m["owner"])),
            (_ACCOUNTS, self._account),
            (_KAGGLE, lambda m: self._at("kaggle", m["name"], "" if m["owner"] == "keras" else m["owner"])),
            (_SYSTEM_AI, lambda m: self._at("databricks", m["name"], "")),
            (_APPS, lambda m: Route(m["name"], None, m["owner"], served_id=m[0])),
        )

    def _at(self, host: str, name: str, owner: str) -> Route:
        return Route(name, self.directory.host(host), owner, served_id=name, prefixed=True)

    def _azureml(self, found: re.Match[str]) -> Route:
        owner = found["registry"] if self.directory.vendor(found["registry"]) else ""
        return self._at("azure", found["name"], owner)

    def _account(self, found: re.Match[str]) -> Route:
        owner = found["owner"]
        if found["kind"] != "models":
            return replace(
                self._at("fireworks", "", ""), served_id=found[0], opaque=f"one of {owner}'s deployments"
            )
        known = self.directory.vendor(owner)
        route = self._at("fireworks", found["name"], "" if owner == "fireworks" or not known else owner)
        return replace(route, served_id=found[0] if owner != "fireworks" else found["name"])

    def _hub(self, text: str, context: str) -> Route | None:
        found = _HUB.match(text)
        if not found:
            return None
        parts = [p for p in re.split(r"[?#]", found["rest"] or found["rest2"])[0].split("/") if p]
        if len(parts) < OWNED or parts[0] in ("spaces", "datasets", "docs", "blog", "api"):
            return Route("", self.directory.host("huggingface"), served_id=text, opaque="no model repository")
        name, _, tag = parts[1].partition(":")
        # Ollama pulls from the Hub too, and serves what it pulled.
        local = self.host_of_context(context)
        host = local if local and local.kind == "self" else self.directory.host("huggingface")
        return Route(name, host, parts[0], tag, f"{parts[0]}/{name}", on_hub=True, prefixed=True)

    def _file(self, text: str, context: str) -> Route | None:
        lower = text.lower()
        # "models/gemini-2.0-flash" is how Google's API lists its models.
        listed = text.startswith("models/") and self.host_of_context(context) is not None
        local = context == "code:file" or (text.startswith(_LOCAL) and not listed)
        if not _FILE.search(lower) and not local:
            return None
        name = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
        host = self.directory.host("self-hosted")
        if not _FILE.search(lower) and context != "code:file":
            return Route("", host, served_id=text, is_file=True, opaque="a path, not a model's name")
        return Route(_FILE.sub("", name) if "gguf" not in lower else name, host, served_id=name, is_file=True)

    def _segments(self, text: str, context: str) -> Route:
        parts = [p for p in text.split("/") if p]
        if text.startswith("nvcr.io/"):
            owner = parts[-2] if len(parts) > OWNED else ""
            return self._at("nvidia-nim", parts[-1].partition(":")[0], owner)
        host = self.host_of_context(context)
        host, parts, prefixed = self._prefixes(parts, context, host)
        # HELM's deployments name their host where an owner would stand: "openai/gpt-4o-2024-08-06".
        if host is None and len(parts) == OWNED:
            host = self.host_of_context(f"{context}/{parts[0].lower()}")
        parts = [
            p.removeprefix("@cf") if p.startswith("@cf") else p for p in parts if p not in ("@cf", "@hf")
        ]
        if host and host.name in _IN_FOLDERS and len(parts) > 1:
            return self._folders(host, parts)
        if len(parts) > OWNED and parts[-1] == "community":
            parts = parts[:-1]
        name = parts[-1] if parts else ""
        owner = next((p for p in reversed(parts[:-1]) if not _REGION.fullmatch(p.lower())), "")
        on_hub = (host is not None and host.name == "huggingface" and bool(owner)) or (
            host is None and bool(owner)
        )
        return Route(name, host, owner, served_id="/".join(parts), on_hub=on_hub, prefixed=prefixed)

    def _folders(self, host: Host, parts: list[str]) -> Route:
        owned = self.directory.host(parts[0]) is host or self.directory.vendor(parts[0]) is not None
        owner = parts[0] if owned and self.directory.host(parts[0]) is not host else ""
        name = "-".join(part for part in parts[1 if owned else 0 :] if not _REGION.fullmatch(part))
        return Route(name, host, owner, served_id="/".join(parts), prefixed=True)

    def _prefixes(
        self, parts: list[str], context: str, host: Host | None
    ) -> tuple[Host | None, list[str], bool]:
        prefixed = False
        while len(parts) > OWNED and context == "gateway:litellm" and _REGION.fullmatch(parts[0].lower()):
            parts = parts[1:]
        if parts and parts[0] in ("@cf", "@hf"):
            host = host or self.directory.host("cloudflare")
        while len(parts) > 1:
            first = self.directory.host(parts[0])
            if first is None or not self._is_prefix(parts, context, host):
                break
            # "huggingface/PROVIDER/ORG/NAME" names whom the hub forwards to; without PROVIDER it serves.
            forwarded = host and (
                host.name == "litellm-proxy" or (host.name == "huggingface" and len(parts) > OWNED)
            )
            if not prefixed or forwarded:
                host = first
            elif first.name not in ("ollama", "huggingface"):
                break
            prefixed = True
            parts = parts[1:]
        if prefixed:
            while len(parts) > 1 and _REGION.fullmatch(parts[0].lower()):
                parts = parts[1:]
        return host, parts, prefixed

    def _is_prefix(self, parts: list[str], context: str, host: Host | None) -> bool:
        if context == "gateway:litellm":
            return host is None or host.name in ("huggingface", "litellm-proxy")
        if host is not None:
            return self.directory.host(parts[0]) is host and len(parts) > OWNED
        return self.directory.vendor(parts[0]) is None or len(parts) > OWNED

    def _suffixes(self, route: Route, *, gateway: bool = False) -> Route:
        name, host, owner, tag = route.name, route.host, route.owner, route.tag
        name = _TAIL.sub("", name)
        name = _GEO.sub("", name)
        dotted = _DOTTED.match(name)
        if (
            dotted
            and not owner
            and self.directory.vendor(dotted["owner"])
            and not dotted["name"][0].isdigit()
        ):
            bare = re.match(r"[vr]\d", dotted["name"].lower())
            owner, name = dotted["owner"], f"{dotted['owner']}-{dotted['name']}" if bare else dotted["name"]
            # "mistral.rs" is no name at a host; nearly every name at Bedrock has a number.
            named = gateway or any(letter.isdigit() for letter in dotted["name"])
            host = host or (self.directory.host("aws-bedrock") if named else None)
        name = _VERSION_COLON.sub(r"-v0.\g<n>", name)
        if host is None and _BEDROCK_FULL.search(name):
            host = self.directory.host("aws-bedrock")
        if host and host.name in ("aws-bedrock", "aws-sagemaker"):
            name = _without_build(name)
        name, _, pinned = name.partition("@")
        name = (
            f"{name}-{pinned}"
            if pinned and not pinned.isdigit() and pinned not in ("default", "latest")
            else name
        )
        base, colon, after = name.partition(":")
        if colon:
            name, tag = base, "" if after == "latest" else after
        if (name, host, owner, tag) == (route.name, route.host, route.owner, route.tag):
            return route
        return replace(route, name=name, host=host, owner=owner, tag=tag)


def _without_build(name: str) -> str:
    lower = name.lower()
    name = _BEDROCK_MINOR.sub(r"\1-v\2.\3", name)
    name = _BEDROCK_BUILD.sub("", _BEDROCK_SHORT.sub("", name))
    return name if lower.startswith("titan") else _BEDROCK_TAIL.sub("", name)
