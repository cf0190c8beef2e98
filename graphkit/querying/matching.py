"""The same things in two states of the graph: keys that were folded, unfolded or qualified in between."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.model import id_of, kind_of
from graphkit.querying.unknowns import unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.snapshot import Snapshot


Moved = dict[str, tuple[str, ...]]
"""Key of a thing before -> its keys after, for things that have others than their own."""


def counterparts(before: Snapshot, after: Snapshot) -> Moved:
    """Find the services and unresolved names that have another key since, or are several things since.

    A thing is another's counterpart where one of the two was folded into the other, or where a document
    that stated the service without a namespace is the one that states it with one.
    """
    nodes = np.concatenate((before.of_kind("service"), unresolved(before)))
    into = {name: fold["key"] for fold in after.meta["folds"] for name in fold["folded"]}
    apart = {fold["key"]: fold["folded"] for fold in before.meta["folds"]}
    new: dict[str, list[str]] = defaultdict(list)
    for key in after.n_key.take(after.of_kind("service")):
        if before.index(key) is None:
            new[_bare(key)].append(key)
    found = {}
    for key in before.n_key.take(nodes):
        there = [one for one in (key, *apart.get(key, ())) if after.index(one) is not None]
        others = there or ([into[key]] if key in into else _qualified(key, new, before, after))
        if others not in ([], [key]):
            found[key] = tuple(others)
    return found


def _qualified(key: str, new: Mapping[str, list[str]], before: Snapshot, after: Snapshot) -> list[str]:
    """Find the one new service that has the name of *key*, with or without a namespace, from its document."""
    stated = _stated(key, before)
    alike = [one for one in new.get(_bare(key), ()) if _stated(one, after) == stated]
    return alike if len(alike) == 1 and kind_of(key) == "service" else []


def _bare(key: str) -> str:
    """Give the name of a service without its namespace."""
    return id_of(key).rpartition("/")[2]


def _stated(key: str, snapshot: Snapshot) -> Mapping[str, Any] | tuple[str, ...]:
    """Give the scope that states a node."""
    node = snapshot.index(key)
    scope = int(snapshot.n_scope[node]) if node is not None else -1
    known = snapshot.meta["scopes"][scope] if scope >= 0 else {}
    return tuple(str(known.get(part, "")) for part in ("importer", "root", "path"))
