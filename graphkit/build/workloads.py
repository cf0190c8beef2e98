"""Workloads of ours that serve models, found by the cluster names that lead to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphkit.model import id_of

if TYPE_CHECKING:
    from graphkit.build.endpoints import Endpoint
    from graphkit.build.gather import Gathered


class Workloads:
    """Cluster names -> the self-hosted offerings of the workloads behind them."""

    def __init__(self, gathered: Gathered) -> None:
        """Join endpoints with workloads by selector and labels."""
        self._served = gathered.served
        self._names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._hosts: dict[str, set[str]] = defaultdict(set)
        for namespace, found in gathered.workloads.items():
            for workload, _ in found:
                self._names[workload, namespace or "default"].add(f"{namespace or 'default'}.{workload}")
        for end, bodies in sorted(gathered.endpoints.items()):
            for body in bodies:
                self._join(end, body, gathered)

    def offerings(self, endpoint: Endpoint) -> dict[str, str]:
        """Give served name -> offering for the workload that *endpoint* leads to; empty for none."""
        names = (
            self._names.get((endpoint.name, endpoint.namespace or "default"), set())
            if endpoint.name
            else set()
        )
        found: dict[str, str] = {}
        for workload in sorted(names | self._hosts.get(endpoint.host, set())):
            found |= self._served.get(workload, {})
        return found

    def _join(self, end: str, body: Mapping[str, Any], gathered: Gathered) -> None:
        namespace, _, name = id_of(end).rpartition("/")
        selector = body.get("selector") or {}
        for workload, props in gathered.workloads.get(str(body.get("namespace", "")), []):
            labels = props.get("labels") or {}
            if selector and all(labels.get(label) == value for label, value in selector.items()):
                self._names[name, namespace or "default"].add(f"{namespace or 'default'}.{workload}")
        for host in body.get("hosts", ()):
            self._hosts[str(host).lower()] |= self._names.get(
                (str(body.get("backend", name)), namespace or "default"), set()
            )
