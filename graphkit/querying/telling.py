"""Chains in words: what stands on them, short for a cell, whole with places for a proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from graphkit.model import EDGE_KINDS, id_of, kind_of
from graphkit.querying.proof import place
from graphkit.querying.words import listed, shown

if TYPE_CHECKING:
    from graphkit.querying.proof import Proof
    from graphkit.snapshot import Ints, Snapshot

_LONGEST_CHAIN: Final = 5
_NAMED: Final = 10
_SPOKEN: Final = ("route", "package", "dataset", "license", "family", "team", "system")


def called(key: str, snapshot: Snapshot) -> str:
    """Give what people call the node *key*: an offering with its host, a route and the like with its kind."""
    kind = kind_of(key)
    if kind == "offering":
        return shown(id_of(key).replace("/", " ", 1))
    node = snapshot.index(key)
    name = snapshot.n_name[node] if node is not None else id_of(key)
    if kind == "model":
        name = name.rpartition("/")[2] or name
    return shown(f"{kind} {name}" if kind in _SPOKEN else name)


def owner_of(row: Mapping[str, Any], snapshot: Snapshot) -> str:
    """Give what people call the team that owns *row*, "none" where nobody does."""
    return called(row["owner"], snapshot).removeprefix("team ") if row["owner"] else "none"


def severity_of(row: Mapping[str, Any]) -> str:
    """Give the severity of *row* for a cell; one that is not certain is only "possible"."""
    return str(row["severity"] if row["certainty"] == "certain" else "possible")


def first_of(nodes: Ints, snapshot: Snapshot) -> str:
    """Name the first of *nodes*, and say how many more there are."""
    names = listed([called(key, snapshot) for key in snapshot.n_key.take(nodes[:_NAMED])])
    return f"{names} and {len(nodes) - _NAMED:,} more" if len(nodes) > _NAMED else names


def through(row: Mapping[str, Any], proof: Proof) -> str:
    """Give the chain of *row* without the row itself, in names; long ones are shortened in their middle."""
    names = [called(proof.edge(name)["target"], proof.snapshot) for name in row["witness"]]
    if len(names) > _LONGEST_CHAIN:
        names[2:-2] = [f"({len(names) - 4} more)"]
    return " > ".join(names) or "itself: a name that nobody could identify"


def stated(row: Mapping[str, Any], proof: Proof) -> str:
    """Give the place where the first edge of a row's chain is stated; empty where it has none."""
    return shown(place(proof.edge(row["witness"][0])), longest=200) if row["witness"] else ""


def sentence(edge: Mapping[str, Any], snapshot: Snapshot) -> str:
    """Give an edge as a sentence: source verb target."""
    verb = EDGE_KINDS[edge["kind"]].verb
    return f"{called(edge['source'], snapshot)} {verb} {called(edge['target'], snapshot)}"


def source(edge: Mapping[str, Any]) -> str:
    """Give where an edge is stated and how it came to be known: place, importer, method, confidence."""
    said = [
        shown(place(edge), longest=200),
        edge["importer"],
        edge["method"],
        f"confidence {edge['confidence']:g}",
    ]
    return ", ".join(dict.fromkeys(part for part in said if part))
