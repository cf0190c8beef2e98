"""What of a graph an event is about: models, packages, offerings and names that may be among them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.events.logic import NO, UNKNOWN, YES, truth, version_in
from graphkit.model import id_of
from graphkit.snapshot import EDGE_CODES, NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphkit.catalogue import Catalogue
    from graphkit.events.model import Event
    from graphkit.snapshot import Ints, Snapshot

Truths = dict[int, int]
"""Node -> truth; nodes for which it is NO are left out."""


class Ground:
    """A graph as events see it: who publishes, serves and hosts what. Worked out once for all events."""

    def __init__(self, snapshot: Snapshot, catalogue: Catalogue) -> None:
        """Look at *snapshot* with what *catalogue* knows of releases, hosts and vendors."""
        self.snapshot = snapshot
        self.catalogue = catalogue

    def ends(self, kind: str) -> Mapping[int, list[int]]:
        """Give source -> targets of the edges of *kind*."""
        return self._edges[kind][0]

    def starts(self, kind: str) -> Mapping[int, list[int]]:
        """Give target -> sources of the edges of *kind*."""
        return self._edges[kind][1]

    @cached_property
    def _edges(self) -> _Lazily:
        return _Lazily(self.snapshot)

    @cached_property
    def version(self) -> dict[int, str]:
        """The version of every model that has a known one."""
        models = self.snapshot.of_kind("model").tolist()
        found = {node: str(self.snapshot.props(node).get("version") or "") for node in models}
        return {node: version for node, version in found.items() if version}

    def released(self, model: int) -> str:
        """Give the day on which a model was released, ISO; empty where nobody knows."""
        known = self.catalogue.artefact(id_of(self.snapshot.n_key[model]))
        return known.released if known and len(known.released) == len("2026-01-01") else ""

    def host(self, offering: int) -> str:
        """Give the host of an offering, as the catalogue calls it."""
        name = str(self.snapshot.props(offering).get("host", ""))
        known = self.catalogue.host(name) if name else None
        return known.name if known else name

    def hosted(self, offering: int) -> bool:
        """Tell whether a vendor runs an offering; else it is ours."""
        return bool(self.ends("HOSTED_BY").get(offering))

    def vendor_group(self, name: str) -> set[str]:
        """Give the id of a vendor with those of all that belong to it."""
        known = self.catalogue.vendor(name)
        found = {known.id if known else name}
        parents = {v.id: v.parent for v in self.catalogue.vendors}
        for child, targets in self.ends("SUBSIDIARY_OF").items():
            parents[id_of(self.snapshot.n_key[child])] = id_of(self.snapshot.n_key[targets[0]])
        return with_subsidiaries(found, parents)

    def derived(self, models: Truths) -> Truths:
        """Give *models* and everything derived from them, each as true as the truest base."""
        found = dict(models)
        front = sorted(found)
        while front:
            rising: set[int] = set()
            for node in front:
                for child in self.starts("DERIVED_FROM").get(node, ()):
                    if found[node] > found.get(child, NO):
                        found[child] = found[node]
                        rising.add(child)
            front = sorted(rising)
        return found


class _Lazily(dict[str, tuple[dict[int, list[int]], dict[int, list[int]]]]):
    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot

    def __missing__(self, kind: str) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        onto: dict[int, list[int]] = defaultdict(list)
        into: dict[int, list[int]] = defaultdict(list)
        chosen = np.flatnonzero(self._snapshot.e_kind == EDGE_CODES[kind])
        pairs = zip(
            self._snapshot.e_source[chosen].tolist(), self._snapshot.e_target[chosen].tolist(), strict=True
        )
        for source, target in pairs:
            onto[source].append(target)
            into[target].append(source)
        self[kind] = (onto, into)
        return self[kind]


def with_subsidiaries(vendors: set[str], parents: Mapping[str, str]) -> set[str]:
    """Give *vendors* with all that belong to them; *parents* maps a vendor to the one it belongs to."""
    found = set(vendors)
    while more := {name for name, parent in parents.items() if parent in found and name not in found}:
        found |= more
    return found


def models_in(event: Event, ground: Ground) -> Truths:
    """Give the released models that an event's scope means: members of its families, its single models.

    Where it names neither, nor a product, all that the vendor publishes and its families hold.
    """
    scope, snapshot = event.scope, ground.snapshot
    if scope.families:
        wanted = {f"family:{_family(name, ground)}" for name in scope.families}
        members = _members(wanted, "IN_FAMILY", ground)
    elif scope.models:
        members = _named(scope.models, event, ground)
    elif scope.products:
        members = []
    else:
        vendors = {f"vendor:{name}" for name in ground.vendor_group(event.vendor)}
        groups = {snapshot.n_key[node] for node in _members(vendors, "PUBLISHED_BY", ground)}
        members = [
            *_members(vendors, "PUBLISHED_BY", ground),
            *_members({key for key in groups if key.startswith("family:")}, "IN_FAMILY", ground),
        ]
    if scope.families and scope.models:
        members = sorted(set(members) & set(_named(scope.models, event, ground)))
    found = {node: _in_versions(node, event, ground) for node in members}
    models = NODE_CODES["model"]
    return {
        node: held
        for node, held in sorted(found.items())
        if held and snapshot.n_kind[node] == models and not _excluded(node, event, snapshot)
    }


def packages_in(event: Event, ground: Ground) -> Truths:
    """Give the packages of the products in an event's scope, whatever their version."""
    if not event.scope.products:
        return {}
    snapshot = ground.snapshot
    packages = snapshot.of_kind("package").tolist()
    wanted = set(event.scope.products)
    keys = snapshot.n_key.take(packages)
    return {
        node: YES
        for node, key in zip(packages, keys, strict=True)
        if _bare_purl(id_of(key)) in wanted and not _excluded(node, event, snapshot)
    }


def offerings_in(event: Event, models: Truths, ground: Ground) -> Truths:
    """Give the offerings of *models* at the hosts of the scope; ours are at no host."""
    snapshot = ground.snapshot
    wanted = {_host(name, ground) for name in event.scope.hosts}
    found: Truths = {}
    for model, held in models.items():
        for offering in ground.starts("SERVES").get(model, ()):
            if not ground.hosted(offering) or (wanted and ground.host(offering) not in wanted):
                continue
            if not _excluded(offering, event, snapshot):
                found[offering] = max(held, found.get(offering, NO))
    return found


def unresolved_in(event: Event, ground: Ground) -> Ints:
    """Give the unresolved names that an event may mean: nothing known of them contradicts its scope."""
    snapshot = ground.snapshot
    vendors = scope_vendors(event, ground)
    hosts = {_host(name, ground) for name in event.scope.hosts}
    found = []
    if event.scope.products and not event.scope.families:
        return np.zeros(0, np.int64)
    for node in np.flatnonzero(snapshot.n_flags & UNRESOLVED).tolist():
        known = snapshot.props(node).get("unresolved", {})
        host = str(known.get("host", ""))
        if host and not _may_serve(host, event, hosts, ground):
            continue
        if not contradicted(known, vendors, ground.catalogue):
            found.append(node)
    return np.array(found, np.int64)


def _may_serve(host: str, event: Event, hosts: Iterable[str], ground: Ground) -> bool:
    """Tell whether what a known host serves can be meant: it is in the scope, or is the vendor's own."""
    if hosts:
        return _host(host, ground) in hosts
    known = ground.catalogue.host(host)
    if known is None or not own_service(event):
        return True
    return known.vendor in ground.vendor_group(event.vendor)


def own_service(event: Event) -> bool:
    """Tell whether an event is about what its vendor itself sells: its prices, its accounts."""
    return event.kind == "price_change" or event.applies_by == "account_terms"


def scope_vendors(event: Event, ground: Ground) -> set[str]:
    """Name the vendors whose models an event can mean: those of its families, else the event's own."""
    families = [ground.catalogue.family(name) for name in event.scope.families]
    named = {family.vendor for family in families if family and family.vendor} or {event.vendor}
    return {found for name in named for found in ground.vendor_group(name)}


def contradicted(known: Mapping[str, Any], vendors: Iterable[str], catalogue: Catalogue) -> bool:
    """Tell whether what is *known* of an unresolved name speaks against all of *vendors*.

    Its host serves only others, its publisher is another, or families of others stand in it.
    """
    wanted = set(vendors)
    publisher = catalogue.vendor(str(known.get("publisher", "")))
    told = (known.get("only_vendors", ()), [publisher.id] if publisher else (), known.get("hints", ()))
    return bool(wanted) and any(names and wanted.isdisjoint(names) for names in told)


def _members(groups: set[str], kind: str, ground: Ground) -> list[int]:
    nodes = [node for key in sorted(groups) if (node := ground.snapshot.index(key)) is not None]
    return sorted({member for node in nodes for member in ground.starts(kind).get(node, ())})


def _named(names: Iterable[str], event: Event, ground: Ground) -> list[int]:
    """Find single models by their keys, their ids, or what the catalogue takes the names for."""
    found = []
    for name in names:
        meant = ground.catalogue.resolve(name, when=event.day.isoformat()).artefact
        for key in (name, f"model:{name.lower()}", f"model:{meant.lower()}"):
            node = ground.snapshot.index(key)
            if node is not None:
                found.append(node)
                break
    return sorted(set(found))


def _in_versions(node: int, event: Event, ground: Ground) -> int:
    wanted = event.scope.versions
    return version_in(ground.version.get(node, ""), wanted) if wanted else YES


def _excluded(node: int, event: Event, snapshot: Snapshot) -> bool:
    return snapshot.n_key[node] in event.scope.exclude


def _family(name: str, ground: Ground) -> str:
    known = ground.catalogue.family(name)
    return known.id if known else name


def _host(name: str, ground: Ground) -> str:
    known = ground.catalogue.host(name)
    return known.name if known else name


def _bare_purl(text: str) -> str:
    """Give a package URL without version, qualifiers and subpath."""
    bare = text.partition("#")[0].partition("?")[0]
    head, _, tail = bare.rpartition("/")
    return f"{head}/{tail.partition('@')[0]}"


def consumption(node: int, ground: Ground, *, wanted: str) -> int:
    """Tell whether what is at *node* is consumed as *wanted* (api, self_host, distribute)."""
    snapshot = ground.snapshot
    if snapshot.n_kind[node] == NODE_CODES["offering"]:
        return truth(wanted == ("api" if ground.hosted(node) else "self_host"))
    uses = [
        truth(wanted == ("api" if ground.hosted(o) else "self_host"))
        for o in ground.starts("SERVES").get(node, ())
    ]
    for edge in snapshot.in_edges(np.array([node], np.int64)).tolist():
        if snapshot.e_kind[edge] == EDGE_CODES["REQUIRES"]:
            stated = snapshot.edge_props(edge).get("consumption")
            uses.append(truth(stated == wanted) if stated else UNKNOWN)
    if not uses:
        return UNKNOWN
    if wanted != "api":  # what is served by others passes on a watch at most, so one use of our own decides
        return max(uses)
    return uses[0] if min(uses) == max(uses) else UNKNOWN
