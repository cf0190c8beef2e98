"""Services that run gateways and models: what uses their routes and offerings depends on them too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.model import METHODS, id_of
from graphkit.querying.answer import Warned
from graphkit.querying.basis import Limit
from graphkit.querying.words import counted, listed, shown
from graphkit.snapshot import EDGE_CODES, Snapshot, Strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphkit.querying.references import Reference
    from graphkit.snapshot import Column

RUNNING: Final = ("service", "team", "system")
"""Kinds of references that are, or have, services which may run something."""

_GATEWAYS: Final = frozenset(("gateway", "litellm", "proxy", "router"))
_CONFIDENCE: Final = 800  # that of a join, in thousandths
_SAID: Final = {"e_scope": "n_scope", "e_document": "n_document", "e_line": "n_line", "e_since": "n_since"}


def with_hosts(snapshot: Snapshot, kind: str) -> Snapshot:
    """Give *snapshot* with edges from what services run to these services, for a reference of *kind*.

    A route REQUIRES the service of its gateway, an offering of our own is HOSTED_BY the one that serves it.
    Only references to services follow them: what else such a service needs, a vendor's package or another
    model, is not what every user of its routes depends on.
    """
    if kind not in RUNNING:
        return snapshot
    edges = {
        (source, EDGE_CODES["HOSTED_BY" if end.startswith("offering:") else "REQUIRES"], target)
        for host in snapshot.meta.get("hosts", ())
        for service in host["by"]
        for end in host["runs"]
        if (source := snapshot.index(end)) is not None and (target := snapshot.index(service)) is not None
    }
    return _with_edges(snapshot, sorted(edges)) if edges else snapshot


def runs(key: str, snapshot: Snapshot) -> list[str]:
    """Give the keys of what the service *key* runs, sorted."""
    return sorted(
        {end for host in snapshot.meta.get("hosts", ()) if key in host["by"] for end in host["runs"]}
    )


def unknown_hosts(reference: Reference, snapshot: Snapshot) -> Iterator[Limit]:
    """Tell, where *reference* is a service that runs nothing known, of gateways that nobody is known to run.

    They limit the answer where its name is like theirs: it may well be the one.
    """
    unknown = [host for host in snapshot.meta.get("hosts", ()) if not host["by"]]
    if reference.kind != "service" or not unknown or runs(reference.key, snapshot):
        return
    words = _words(id_of(reference.key))
    alike = [host for host in unknown if words & (_GATEWAYS | _words(host["name"]))]
    names = listed([host["name"] for host in alike or unknown], most=3)
    told = (
        f"nothing says which service runs {names}: if it is this one, what uses its routes depends on it too"
        f" (graphkit blast-radius {shown((alike or unknown)[0]['runs'][0])}); graphkit.toml can say so:"
        " [gateway.NAME] urls and files"
    )
    reason = f"{counted(len(alike), 'gateway')} without a known service" if alike else ""
    yield Limit(Warned("W-GATEWAY-UNKNOWN", told, len(alike or unknown)), reason, told)


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[^a-z0-9]+", text.lower()) if len(word) > 3} - {"yaml", "config"}  # noqa: PLR2004 - "ml", "ai", "prod" say nothing


def _with_edges(snapshot: Snapshot, edges: list[tuple[int, int, int]]) -> Snapshot:
    """Put *edges*, sorted, into their places; they are stated where their target is."""
    sources, kinds, targets = (np.array(column, np.int64) for column in zip(*edges, strict=True))
    new: dict[str, Any] = {
        "e_source": sources,
        "e_kind": kinds,
        "e_target": targets,
        "e_need": -1,
        "e_order": 1,
    }
    new |= {name: snapshot.columns[other][targets] for name, other in _SAID.items()}
    new |= {"e_method": METHODS.index("inferred"), "e_confidence": _CONFIDENCE}
    new |= {"e_pointer": snapshot.n_pointer.take(targets), "e_props": [""] * len(edges)}
    places = [_place(snapshot, edge) for edge in edges]
    columns = {
        name: _inserted(column, places, new.get(name, 0)) if name.startswith("e_") else column
        for name, column in snapshot.columns.items()
    }
    return Snapshot(snapshot.meta, columns)


def _place(snapshot: Snapshot, edge: tuple[int, int, int]) -> int:
    source, *rest = edge
    own = snapshot.out_edges(source)
    before = ([int(snapshot.e_kind[number]), int(snapshot.e_target[number])] <= rest for number in own)
    return own.start + sum(before)


def _inserted(column: Column, places: list[int], values: Any) -> Column:  # noqa: ANN401 - one value or many
    if not isinstance(column, Strings):
        return np.insert(column, places, values)
    encoded = [value.encode() for value in values]
    blob, pieces, begin = bytes(column.blob), [], 0
    for place, value in zip(places, encoded, strict=True):
        end = int(column.offsets[place])
        pieces += [blob[begin:end], value]
        begin = end
    lengths = np.insert(np.diff(column.offsets), places, [len(value) for value in encoded])
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    return Strings(offsets, b"".join([*pieces, blob[begin:]]))
