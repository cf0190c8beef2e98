"""The graph as the solver walks it: what passes over each edge, and who needs how many of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graphkit.impact.circular import circular_members
from graphkit.impact.transfer import EVIDENCE, caps_of
from graphkit.snapshot import EDGE_CODES, POSSIBLE

if TYPE_CHECKING:
    from graphkit.impact.transfer import Caps, Uses
    from graphkit.snapshot import Ints, Snapshot

Mask = NDArray[np.bool_]
Track = tuple[str, str]
"""An impact class, and what the events that are judged on this track say of derivatives."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What passes, and the needs.

    *caps* (edges x tracks) is the most that passes over an edge. *members* lists the edges of needs, need by
    need, each need's from *starts* on; *first* marks the edges whose order is among the k first of their
    need, *leading* the same of what a need has without its circular members, *doubted* those that may not
    exist, *circular* those that only their own owner supports. *slack* is how many members of a need can
    fail at most without breaking it.
    """

    snapshot: Snapshot
    tracks: tuple[Track, ...]
    possible: bool
    caps: Caps
    members: Ints
    starts: Ints
    slack: Ints
    first: Mask
    leading: Mask
    doubted: Mask
    circular: Mask


def wire(snapshot: Snapshot, tracks: tuple[Track, ...], *, possible: bool, uses: Uses) -> Wiring:
    """Lay out *snapshot* for the solver; unknowns are read as yes where *possible*, else as no.

    A member that may not exist never fails where unknowns are read as no, and never helps where they are
    read as yes.
    """
    caps = caps_of(snapshot, tracks, possible=possible, uses=uses)
    used = (snapshot.e_kind == EDGE_CODES["REQUIRES"]) & (snapshot.e_need >= 0)
    used &= (snapshot.e_flags & EVIDENCE) == 0
    chosen = np.flatnonzero(used)
    needs = len(snapshot.d_k)
    members = chosen[np.argsort(snapshot.e_need[chosen], kind="stable")]
    sizes = np.bincount(snapshot.e_need[members], minlength=needs)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    k = np.clip(snapshot.d_k, 1, np.maximum(sizes, 1))
    doubted = np.zeros(snapshot.edges, np.bool_)
    circular = np.zeros(snapshot.edges, np.bool_)
    if possible:
        doubted[members] = (snapshot.e_flags[members] & POSSIBLE) != 0
        circular[circular_members(snapshot, starts, k)] = True
    outside = members[~circular[members]]
    bounds = np.concatenate(([0], np.cumsum(np.bincount(snapshot.e_need[outside], minlength=needs))))
    return Wiring(
        snapshot,
        tracks,
        possible,
        caps,
        members,
        starts,
        slack=sizes - k,
        first=_first(snapshot, members, starts, k),
        leading=_first(snapshot, outside, bounds, np.minimum(k, np.maximum(np.diff(bounds), 1))),
        doubted=doubted,
        circular=circular,
    )


def _first(snapshot: Snapshot, members: Ints, starts: Ints, k: NDArray[Any]) -> Mask:
    """Mark the members whose order is not above the k-th lowest of their need."""
    first = np.zeros(snapshot.edges, np.bool_)
    if len(members):
        need, order = snapshot.e_need[members], snapshot.e_order[members]
        ranked = order[np.lexsort((order, need))]
        filled = np.diff(starts) > 0
        limit = np.zeros(len(k), order.dtype)
        limit[filled] = ranked[(starts[:-1] + k - 1)[filled]]
        first[members] = order <= limit[need]
    return first
