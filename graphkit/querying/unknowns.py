"""Names that nobody could identify: which of them may mean what a reference means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.events.scope import contradicted, with_subsidiaries
from graphkit.model import id_of
from graphkit.querying.basis import ambiguous
from graphkit.querying.reach import impact_edges, of_kinds, onward, who_reaches
from graphkit.snapshot import NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot

_MODELS: Final = ("vendor", "family", "license", "model", "offering")
_UPWARDS: Final = ("SERVES", "DERIVED_FROM", "IN_FAMILY", "LICENSED_UNDER", "PUBLISHED_BY")


def unresolved(snapshot: Snapshot) -> Ints:
    """Give the nodes whose names nobody could identify, ascending."""
    return np.flatnonzero(snapshot.n_flags & UNRESOLVED)


def unresolved_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Give a row for each unresolved name, with the services that lead to it; most services first."""
    nodes = unresolved(snapshot)
    users = who_reaches(snapshot, nodes, impact_edges(snapshot))
    every = snapshot.of_kind("service")
    keys = dict(zip(every.tolist(), snapshot.n_key.take(every), strict=True))
    rows = []
    for node, services in zip(nodes.tolist(), users, strict=True):
        known = snapshot.props(node).get("unresolved", {})
        rows.append(
            {
                "name": _bare(str(known.get("raw") or snapshot.n_name[node])),
                "context": str(known.get("context", "")),
                "services": [keys[service] for service in services.tolist()],
                "candidates": [{"key": c["key"], "why": c["why"]} for c in known.get("candidates", ())],
                "why": str(known.get("why", "")),
            }
        )
    rows += _ambiguous_rows(snapshot, keys)
    return sorted(rows, key=lambda row: (-len(row["services"]), row["name"], row["context"]))


def _ambiguous_rows(snapshot: Snapshot, keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Give a row for each name that means one of several things known here; these are its candidates."""
    for (raw, context, why), edges in sorted(ambiguous(snapshot).items()):
        sources = np.unique(snapshot.e_source[edges])
        services = np.unique(np.concatenate(who_reaches(snapshot, sources, impact_edges(snapshot))))
        yield {
            "name": _bare(raw),
            "context": context,
            "services": [keys[service] for service in services.tolist()],
            "candidates": [
                {"key": key, "why": "one of those it may mean"}
                for key in snapshot.n_key.take(np.unique(snapshot.e_target[edges]))
            ],
            "why": why,
        }


def _bare(name: str) -> str:
    """Give a name; of one that is an address only what leads there: no user, no password, no query."""
    if "://" not in name:
        return name
    scheme, _, rest = name.partition("://")
    authority, slash, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def possible_seeds(reference: Reference, snapshots: Snapshots) -> Ints:
    """Give the unresolved names that may be what *reference* means, ascending.

    A name is out where its host serves only vendors of others, where its publisher is a vendor of another
    name, or where families of others stand in it. For a reference that models cannot belong to (a team, a
    service, a package) there are none. The reference itself is never among them.
    """
    snapshot = snapshots.current
    nodes = unresolved(snapshot)
    if reference.kind not in _MODELS or not len(nodes):
        return np.zeros(0, np.int64)
    vendors = _vendors(reference, snapshots)
    catalogue = snapshots.catalogue()
    host = _host(reference, snapshot)
    kept = []
    for node in nodes.tolist():
        known = snapshot.props(node).get("unresolved", {})
        elsewhere = bool(host) and known.get("host", "") not in ("", host)
        if node != reference.node and not elsewhere and not contradicted(known, vendors, catalogue):
            kept.append(node)
    return np.array(kept, np.int64)


def _vendors(reference: Reference, snapshots: Snapshots) -> frozenset[str]:
    """Name the vendors whose models may be meant, with all that belong to them; empty where none is known."""
    snapshot, catalogue = snapshots.current, snapshots.catalogue()
    identity = id_of(reference.key)
    found = {identity} if reference.kind == "vendor" else set()
    if reference.kind == "family" and (family := catalogue.family(identity)):
        found.add(family.vendor)
    if reference.kind == "license" and (known := catalogue.license(identity)):
        found.add(known.issuer)
    if reference.kind != "vendor" and reference.node is not None:
        above = onward(snapshot, reference.roots, of_kinds(snapshot, _UPWARDS)).depth > 0
        named = np.flatnonzero(above & (snapshot.n_kind == NODE_CODES["vendor"]))
        found |= {id_of(key) for key in snapshot.n_key.take(named)}
    if reference.kind == "vendor" and reference.node is not None:
        below = snapshot.depths(reference.roots, edges=of_kinds(snapshot, ("SUBSIDIARY_OF",))) >= 0
        found |= {id_of(key) for key in snapshot.n_key.take(np.flatnonzero(below))}
    return frozenset(with_subsidiaries(found - {""}, {v.id: v.parent for v in catalogue.vendors}))


def _host(reference: Reference, snapshot: Snapshot) -> str:
    """Name the host of an offering; empty for all else."""
    if reference.kind != "offering" or reference.node is None:
        return ""
    return str(snapshot.props(reference.node).get("host", ""))
