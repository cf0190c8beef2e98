"""Workloads of ours, found by the cluster names that lead to them, and what they serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphkit.model import id_of

if TYPE_CHECKING:
    from graphkit.build.endpoints import Endpoint
    from graphkit.build.gather import Gathered

_DEFAULT = "default"


class Workloads:
    """Cluster names and hosts -> workloads -> the offerings and gateway files behind them."""

    def __init__(self, gathered: Gathered) -> None:
        """Join endpoints with workloads by selector and labels."""
        self._served = gathered.served
        self._files: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._hosts: dict[str, set[str]] = defaultdict(set)
        self.ends: dict[str, set[str]] = defaultdict(set)
        for namespace, found in gathered.workloads.items():
            for one in found:
                named = f"{namespace}.{one.name}"
                self.ends[named].add(one.end)
                self._names[one.name, namespace].add(named)
                self._files[named] += [(one.root, str(file)) for file in one.props.get("gateway_files", ())]
        for end, bodies in sorted(gathered.endpoints.items()):
            for body in bodies:
                self._select(end, body, gathered)
        for end, bodies in sorted(gathered.endpoints.items()):
            for body in bodies:
                self._publish(end, body)

    def behind(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Give the workloads that *endpoint* leads to, as namespace.name."""
        found: set[str] = set(self._hosts.get(endpoint.host, ()))
        if endpoint.name:
            found |= self._names.get((endpoint.name, endpoint.namespace or _DEFAULT), set())
        return tuple(sorted(found))

    def offerings(self, workloads: tuple[str, ...]) -> dict[str, str]:
        """Give served name -> offering for *workloads*; empty where they serve no model."""
        found: dict[str, str] = {}
        for workload in workloads:
            found |= self._served.get(workload, {})
        return found

    def gateway_files(self, workloads: tuple[str, ...]) -> list[tuple[str, str]]:
        """Give the gateway files, with their roots, that *workloads* run on."""
        return sorted({file for workload in workloads for file in self._files.get(workload, ())})

    def _select(self, end: str, body: Mapping[str, Any], gathered: Gathered) -> None:
        namespace, _, name = id_of(end).partition("/")
        namespace = namespace or _DEFAULT
        selector = body.get("selector") or {}
        for one in gathered.workloads.get(namespace, []):
            labels = one.props.get("labels") or {}
            if selector and all(labels.get(label) == value for label, value in selector.items()):
                self._names[name, namespace].add(f"{namespace}.{one.name}")

    def _publish(self, end: str, body: Mapping[str, Any]) -> None:
        namespace = id_of(end).partition("/")[0] or _DEFAULT
        for host in body.get("hosts", ()):
            self._hosts[str(host).lower()] |= self._names.get(
                (str(body.get("backend", "")), namespace), set()
            )
