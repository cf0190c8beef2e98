"""Which services of ours run gateways and models: who uses their routes and offerings depends on them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphkit.model import key

if TYPE_CHECKING:
    from graphkit.build.merge import Graph
    from graphkit.build.names import Names


def hosts_of(graph: Graph, names: Names) -> list[dict[str, Any]]:
    """List gateways, and workloads that serve models: their `name`, `by` which services, what `runs` there.

    A gateway is run by the workload that mounts its file, by the one behind an address that graphkit.toml
    declares for it, or by the service that such an address names. Where none is known, `by` is empty.
    """
    runs: dict[str, set[str]] = defaultdict(set)
    by: dict[str, set[str]] = defaultdict(set)
    for gateway, routes in names.routes.by_gateway.items():
        runs[gateway] |= set(routes.values())
        by[gateway] |= _at_addresses(gateway, names)
    for workload, ends in names.workloads.ends.items():
        runs[workload] |= set(names.workloads.offerings((workload,)).values())
        by[workload] |= (services := {names.services.key(end) for end in ends})
        for root, path in names.workloads.gateway_files((workload,)):
            by[names.routes.gateway(root, path)] |= services
    for offering, workloads in names.hosted.items():
        for workload in workloads:
            runs[workload].add(offering)
    return [
        {"name": name, "by": sorted(_folded(by[name], graph)), "runs": sorted(ends)}
        for name in sorted(runs)
        if name and (ends := runs[name] & graph.nodes.keys())
    ]


def _at_addresses(gateway: str, names: Names) -> set[str]:
    found: set[str] = set()
    for endpoint in (url for name, urls in names.gateways if name == gateway for url in urls):
        workloads = names.workloads.behind(endpoint)
        found |= {names.services.key(end) for workload in workloads for end in names.workloads.ends[workload]}
        if not workloads:
            found.add(key("service", endpoint.name or endpoint.host))
    return found


def _folded(services: set[str], graph: Graph) -> set[str]:
    return {graph.folded.get(service, service) for service in services} & graph.nodes.keys()
