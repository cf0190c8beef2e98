"""Base URLs: what host they name, and whether two of them mean the same endpoint."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_CLUSTER: Final = (".svc.cluster.local", ".svc")
_RUNTIMES: Final = re.compile(
    r"(?:^|[^a-z])(?:vllm|ollama|tgi|text-generation-inference|llama-?cpp|llama-server|sglang)(?:[^a-z]|$)"
)
_OLLAMA_PORT: Final = 11434


class Endpoint(NamedTuple):
    """The parts of a base URL that say where it leads; *namespace* is set for names inside a cluster."""

    host: str = ""
    port: int | None = None
    path: str = ""
    name: str = ""
    namespace: str = ""

    @property
    def runtime(self) -> str:
        """Say which runtime of our own the address shows: `ollama`, `other` or nothing."""
        if self.port == _OLLAMA_PORT or "ollama" in self.host:
            return "ollama"
        return "other" if _RUNTIMES.search(self.host) else ""

    @property
    def shown(self) -> str:
        """Give host and port as people write them."""
        return f"{self.host}:{self.port}" if self.port else self.host

    def within(self, other: Endpoint) -> bool:
        """Tell whether this address lies under *other*: same host and port, a path below its path."""
        same_host = self.host == other.host or (
            bool(self.namespace) and (self.name, self.namespace) == (other.name, other.namespace)
        )
        return same_host and self.port == other.port and f"{self.path}/".startswith(f"{other.path}/")


@lru_cache(maxsize=65_536)
def parse_endpoint(url: str, *, namespace: str = "") -> Endpoint:
    """Read a base URL; *namespace* is the cluster namespace of the one who asks.

    A text that is no URL gives an endpoint without a host.

    >>> parse_endpoint("http://vllm:8000/v1", namespace="ml")[:2]
    ('vllm', 8000)
    >>> parse_endpoint("http://vllm.ml.svc.cluster.local:8000").namespace
    'ml'
    """
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Endpoint()
    bare = host
    for suffix in _CLUSTER:
        bare = bare.removesuffix(suffix)
    labels = bare.split(".")
    name, inside = "", ""
    if len(labels) == 1 and (namespace or bare != host):
        name, inside = bare, namespace
    elif len(labels) == 2:  # noqa: PLR2004 - service and namespace
        name, inside = labels
    if port is None and parts.scheme in ("http", "https"):
        port = 80 if parts.scheme == "http" else 443
    return Endpoint(host, port, parts.path.rstrip("/"), name, inside)
