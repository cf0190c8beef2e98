"""References: which node, and which members of it, a word on the command line means."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from graphkit.errors import UnknownReference
from graphkit.model import NODE_KINDS, id_of, kind_of
from graphkit.querying.reach import GROUPS, MEMBERSHIP, ORGANIZING, no_groups, of_kinds
from graphkit.querying.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphkit.catalogue import Catalogue
    from graphkit.querying.answer import Snapshots
    from graphkit.snapshot import Ints, Snapshot, Strings

_OFFERED: Final = 8
_LONGEST: Final = 200
_COMPARED: Final = 300


@dataclass(frozen=True, slots=True)
class Reference:
    """What a word means: a node, or something that only the catalogue knows.

    *node* is None where nothing in the graph is meant, *seeds* are then empty. *seeds* are the members of
    a vendor (what it and its subsidiaries and families publish, host and license), a family, a license, a
    team or a system; of all else the node itself.
    """

    key: str
    name: str
    node: int | None
    seeds: Ints

    @property
    def kind(self) -> str:
        """The kind of what is meant."""
        return kind_of(self.key)

    @property
    def roots(self) -> Ints:
        """The node itself as an array: empty where the graph has none."""
        return np.array([] if self.node is None else [self.node], np.int64)


def resolve(text: str, snapshots: Snapshots) -> Reference:
    """Find what *text* means: a key, a key that was folded into another, or a name that only one node has.

    Names are ids or display names; case counts unless no name is equal. A vendor, family or license that
    only the catalogue knows, under any of its names, is a reference without seeds. Raises
    UnknownReference, with the nearest keys, where nothing or more than one thing is meant.
    """
    snapshot = snapshots.current
    node = snapshot.index(text)
    if node is not None:
        return _of_node(node, snapshot)
    kind = kind_of(text)
    if ":" in text and kind in NODE_KINDS:
        found = _same_key(text, snapshot) or _known(id_of(text), (kind,), snapshots.catalogue())
    else:
        found = _named(text, snapshot) or _known(text, ("vendor", "family", "license"), snapshots.catalogue())
    if len(found) == 1:
        key = next(iter(found))
        node = snapshot.index(key)
        return _of_node(node, snapshot) if node is not None else _of_catalogue(key, found[key])
    if found:
        keys = sorted(found)
        more = f" and {len(keys) - _OFFERED:,} more" if len(keys) > _OFFERED else ""
        offered = ", ".join(shown(key) for key in keys[:_OFFERED])
        raise UnknownReference(f"{shown(text)!r} may mean {offered}{more}: give one of these keys")
    near = _nearest(text, snapshot, snapshots.catalogue())
    offer = f"; did you mean {', '.join(shown(key) for key in near)}?" if near else "; the graph is empty"
    raise UnknownReference(f"nothing is called {shown(text)!r}{offer}")


def _of_node(node: int, snapshot: Snapshot) -> Reference:
    key = snapshot.n_key[node]
    return Reference(key, snapshot.n_name[node], node, _members(node, kind_of(key), snapshot))


def _of_catalogue(key: str, name: str) -> Reference:
    return Reference(key, name, None, np.zeros(0, np.int64))


def _members(node: int, kind: str, snapshot: Snapshot) -> Ints:
    """Follow membership back from *node* to all that is no group itself."""
    root = np.array([node], np.int64)
    if kind not in GROUPS:
        return root
    edges = of_kinds(snapshot, (*MEMBERSHIP, "HOSTED_BY", *ORGANIZING.get(kind, ())))
    reached = np.flatnonzero(snapshot.depths(root, edges=edges) > 0)
    return reached[no_groups(snapshot)[reached]]


def _same_key(text: str, snapshot: Snapshot) -> dict[str, str]:
    """Find the key that *text* was folded into, or that differs from it by case only."""
    for fold in snapshot.meta.get("folds", ()):
        if text in fold["folded"]:
            return {fold["key"]: ""}
    if text.lower() != text and snapshot.index(text.lower()) is not None:
        return {text.lower(): ""}
    wanted = text.casefold()
    of_kind = snapshot.of_kind(kind_of(text))
    return {key: "" for key in snapshot.n_key.take(of_kind) if key.casefold() == wanted}


def _named(text: str, snapshot: Snapshot) -> dict[str, str]:
    """Find the nodes with that id or display name; without regard to case only where no name is equal."""
    by_id = [node for kind in NODE_KINDS if (node := snapshot.index(f"{kind}:{text}")) is not None]
    exact = sorted({*by_id, *_equal(snapshot.n_name, text)})
    if exact:
        return dict(zip(snapshot.n_key.take(exact), snapshot.n_name.take(exact), strict=True))
    wanted = text.casefold()
    pairs = zip(snapshot.n_key[:], snapshot.n_name[:], strict=True)
    return {key: name for key, name in pairs if name.casefold() == wanted or id_of(key).casefold() == wanted}


def _equal(column: Strings, text: str) -> list[int]:
    """Give the places of *text* in a column, without decoding it: by length, then byte by byte."""
    wanted = text.encode("utf-8", "replace")
    found = np.flatnonzero(np.diff(column.offsets) == len(wanted))
    letters = np.frombuffer(column.blob, np.uint8)
    for place, letter in enumerate(wanted):
        found = found[letters[column.offsets[found] + place] == letter]
    return [int(node) for node in found]


def _known(text: str, kinds: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """Find what the catalogue calls so, key -> name."""
    found: dict[str, str] = {}
    for kind in kinds:
        if kind == "vendor" and (vendor := catalogue.vendor(text)):
            found[f"vendor:{vendor.id}"] = vendor.name
        if kind == "family" and (family := catalogue.family(text)):
            found[f"family:{family.id}"] = family.name
        if kind == "license" and (known := catalogue.license(text)):
            found[f"license:{known.id}"] = known.name
    return found


def _nearest(text: str, snapshot: Snapshot, catalogue: Catalogue) -> list[str]:
    """Give the keys whose key, id or name is nearest to *text*.

    Comparing is slow, so only those that share the most pairs of letters are compared.
    """
    wanted = text[:_LONGEST].casefold()
    known = [(f"vendor:{v.id}", v.name) for v in catalogue.vendors] if snapshot.nodes else []
    pairs = [*zip(snapshot.n_key[:], snapshot.n_name[:], strict=True), *known]
    letters = {wanted[place : place + 2] for place in range(len(wanted) - 1)}
    spellings: dict[str, str] = {}
    for key, name in pairs:
        for spelling in (key, id_of(key), name):
            spellings.setdefault(spelling[:_LONGEST].casefold(), key)
    ordered = sorted(spellings, key=lambda s: (-sum(pair in s for pair in letters), len(s), s))[:_COMPARED]
    close = difflib.get_close_matches(wanted, ordered, n=3 * _OFFERED, cutoff=0.4)
    found = list(dict.fromkeys(spellings[spelling] for spelling in close))
    return found[:_OFFERED] or sorted({spellings[spelling] for spelling in ordered[:_OFFERED]})
