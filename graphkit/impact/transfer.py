"""The transfer table: how much of a severity passes from the target of an edge to its source.

A severity is a number: 0 none, 1 watch, 2 degraded, 3 at risk, 4 lost. What passes in a class is the smaller
one of the target's severity and the cap that the table gives, so every transfer is monotone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphkit.model import id_of
from graphkit.snapshot import EDGE_CODES, NODE_CODES, OPTIONAL, POSSIBLE

if TYPE_CHECKING:
    from graphkit.snapshot import Snapshot

CLASSES: Final = ("legal", "cost", "availability", "upgrade", "behaviour", "data")
SEVERITIES: Final = ("none", "watch", "degraded", "at_risk", "lost")
LEVEL: Final[Mapping[str, int]] = MappingProxyType({name: n for n, name in enumerate(SEVERITIES)})
RULES: Final = ("inherit", "none", "outputs_inherit")
"""What an event says of derivatives."""

EVIDENCE: Final = 4
"""The flag of an edge that only shows a declared need in use: it carries nothing itself."""

Caps = NDArray[np.uint8]

_CODES: Final = MappingProxyType({"=": 4, "lost": 4, "at_risk": 3, "degraded": 2, "watch": 1, "-": 0})

TABLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "REQUIRES Route, Offering": ("=", "=", "=", "=", "=", "="),
        "REQUIRES Model, own": ("=", "=", "at_risk", "=", "-", "-"),
        "REQUIRES Model, api": ("watch", "watch", "watch", "=", "watch", "-"),
        "REQUIRES Package": ("=", "=", "at_risk", "=", "-", "-"),
        "REQUIRES Service": ("watch", "watch", "=", "watch", "=", "watch"),
        "SERVES api": ("watch", "watch", "watch", "=", "=", "-"),
        "SERVES own": ("=", "=", "at_risk", "=", "watch", "-"),
        "HOSTED_BY": ("=", "=", "=", "-", "=", "="),
        "DERIVED_FROM weights": ("= a", "= a", "-", "=", "-", "-"),
        "DERIVED_FROM adapter": ("= a", "= a", "at_risk", "=", "watch", "-"),
        "DERIVED_FROM distill": ("= a", "= a", "-", "degraded", "-", "-"),
        "TRAINED_ON_OUTPUTS_OF": ("= b", "-", "-", "watch", "-", "-"),
        "TRAINED_ON": ("at_risk", "-", "-", "watch", "-", "-"),
        "DEPENDS_ON run time": ("=", "=", "at_risk", "=", "-", "-"),
        "DEPENDS_ON development": ("watch", "watch", "watch", "watch", "-", "-"),
    }
)
"""Edge (and how the target is used) -> the most that passes in each class. `own` is self-hosted or
distributed; `a` passes nothing where derivatives do not inherit, `b` only a watch unless outputs inherit."""

_ROWS: Final = tuple(TABLE)
_DEVELOPMENT: Final = ("development", "dev", "test")


def cap(row: str, impact_class: str, rule: str = "inherit") -> int:
    """Give the most that passes in one cell of the table, under what an event says of derivatives."""
    word, _, mark = TABLE[row][CLASSES.index(impact_class)].partition(" ")
    if mark == "a" and rule == "none":
        return 0
    if mark == "b" and rule != "outputs_inherit":
        return LEVEL["watch"]
    return _CODES[word]


class Uses(NamedTuple):
    """For each edge its row of the table (the last: none), and whether nobody knows how a model is used."""

    row: NDArray[np.int64]
    doubtful: NDArray[np.bool_]


def caps_of(snapshot: Snapshot, tracks: tuple[tuple[str, str], ...], *, possible: bool, uses: Uses) -> Caps:
    """Give for each edge and each track (a class and a rule for derivatives) the most that passes.

    Unknowns are read as yes where *possible*, else as no. Shape: edges x tracks.
    """
    table = np.array(
        [[cap(row, *track) for track in tracks] for row in _ROWS] + [[0] * len(tracks)], np.uint8
    )
    caps = table[uses.row]
    own, api = table[_ROWS.index("REQUIRES Model, own")], table[_ROWS.index("REQUIRES Model, api")]
    caps[uses.doubtful] = np.maximum(own, api) if possible else np.minimum(own, api)
    optional = _optional(snapshot)
    caps[optional] = np.minimum(caps[optional], LEVEL["degraded"])
    flags = EVIDENCE if possible else EVIDENCE | POSSIBLE
    caps[(snapshot.e_flags & flags) != 0] = 0
    return caps


Openness = Callable[[str], bool | None]


def _optional(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Tell which edges belong to an optional need, or are one."""
    need = snapshot.e_need
    alone = (need < 0) & ((snapshot.e_flags & OPTIONAL) != 0)
    found: NDArray[np.bool_] = alone | ((need >= 0) & np.append(snapshot.d_optional, False)[need])
    return found


def uses_of(snapshot: Snapshot, is_open: Openness) -> Uses:
    """Find how every edge uses its target; *is_open* tells by its id whether a model's weights can be had."""
    kind, target = snapshot.e_kind, snapshot.n_kind[snapshot.e_target]
    rows = np.full(snapshot.edges, len(_ROWS), np.int64)
    for name, met in _plain(kind, target).items():
        rows[met] = _ROWS.index(name)
    hosted = np.zeros(snapshot.nodes, np.bool_)
    hosted[snapshot.e_source[kind == EDGE_CODES["HOSTED_BY"]]] = True
    serves = kind == EDGE_CODES["SERVES"]
    rows[serves & hosted[snapshot.e_source]] = _ROWS.index("SERVES api")
    relation = {code: snapshot.texts[code] for code in np.unique(snapshot.e_qualifier).tolist()}
    for edge in np.flatnonzero(kind == EDGE_CODES["DERIVED_FROM"]).tolist():
        word = relation[int(snapshot.e_qualifier[edge])]
        rows[edge] = _ROWS.index(f"DERIVED_FROM {word if word in ('adapter', 'distill') else 'weights'}")
    for edge in np.flatnonzero(kind == EDGE_CODES["DEPENDS_ON"]).tolist():
        if str(snapshot.edge_props(edge).get("scope", "")).lower() in _DEVELOPMENT:
            rows[edge] = _ROWS.index("DEPENDS_ON development")
    return Uses(rows, _of_models(snapshot, rows, is_open))


def _plain(kind: NDArray[Any], target: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
    """Tell which edges belong to the rows that kind and target decide alone."""
    requires = kind == EDGE_CODES["REQUIRES"]
    ends = {name: target == NODE_CODES[name.lower()] for name in ("Model", "Package", "Service")}
    found = {
        "REQUIRES Route, Offering": requires & np.isin(target, [NODE_CODES["route"], NODE_CODES["offering"]]),
        "REQUIRES Model, own": requires & ends["Model"],
        "REQUIRES Package": requires & ends["Package"],
        "REQUIRES Service": requires & ends["Service"],
        "SERVES own": kind == EDGE_CODES["SERVES"],
        "DEPENDS_ON run time": kind == EDGE_CODES["DEPENDS_ON"],
    }
    return found | {
        name: kind == EDGE_CODES[name] for name in ("HOSTED_BY", "TRAINED_ON_OUTPUTS_OF", "TRAINED_ON")
    }


def _of_models(snapshot: Snapshot, rows: NDArray[np.int64], is_open: Openness) -> NDArray[np.bool_]:
    """Set the rows of requirements of models by how they are consumed; tell where nobody knows."""
    doubtful = np.zeros(snapshot.edges, np.bool_)
    known: dict[int, bool | None] = {}
    for edge in np.flatnonzero(rows == _ROWS.index("REQUIRES Model, own")).tolist():
        stated = snapshot.edge_props(edge).get("consumption")
        target = int(snapshot.e_target[edge])
        if stated is None and target not in known:
            known[target] = _openness(target, snapshot, is_open)
        own = stated in ("self_host", "distribute") if stated else known[target]
        if own is None:
            doubtful[edge] = True
        elif not own:
            rows[edge] = _ROWS.index("REQUIRES Model, api")
    return doubtful


def _openness(model: int, snapshot: Snapshot, is_open: Openness) -> bool | None:
    """Tell whether a model's weights can be had; where nobody knows of it, what holds for its bases."""
    front, seen = [model], {model}
    while front:
        node = front.pop(0)
        known = is_open(id_of(snapshot.n_key[node]))
        if known is not None:
            return known
        for edge in snapshot.out_edges(node):
            base = int(snapshot.e_target[edge])
            if snapshot.e_kind[edge] == EDGE_CODES["DERIVED_FROM"] and base not in seen:
                seen.add(base)
                front.append(base)
    return None
