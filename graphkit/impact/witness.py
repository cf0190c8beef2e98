"""The chain behind a severity: edge by edge from a node to the seed, derived in the fewest rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphkit.impact.fixpoint import Solution
    from graphkit.impact.wiring import Wiring


class Steps(NamedTuple):
    """One step of each node towards the seed, for one severity in one track.

    *round* is the round in which the node reached it (0: a seed, -1: never); *edge* is the edge it came over
    and *next* the node behind it, -1 at seeds; *held* tells that it came only as the watch over a need whose
    other members stand.
    """

    round: NDArray[np.int32]
    edge: NDArray[np.int64]
    next: NDArray[np.int64]
    held: NDArray[np.bool_]


def steps(wiring: Wiring, solution: Solution, *, level: int, track: int) -> Steps:
    """Give the steps for the severity *level* (1 to 4) in *track*; ties by edge kind, target, qualifier."""
    snapshot = wiring.snapshot
    reached = solution.reached[level - 1, :, track]
    source, target, need = snapshot.e_source, snapshot.e_target, snapshot.e_need
    fits = (wiring.caps[:, track] >= level) & (reached[target] >= 0) & (reached[target] < reached[source])
    broken = np.append(solution.broken[level - 1], 0)[need]
    whole = (broken >= 0) & (broken <= reached[source])
    held = (need >= 0) & ~whole
    fits &= ~held | (wiring.first if level == 1 else False)
    chosen = np.flatnonzero(fits)
    sources = source[chosen]
    first = np.flatnonzero(np.diff(sources, prepend=-1))
    edge = np.full(snapshot.nodes, -1, np.int64)
    further = np.full(snapshot.nodes, -1, np.int64)
    edge[sources[first]] = chosen[first]
    further[sources[first]] = target[chosen[first]]
    only = np.zeros(snapshot.nodes, np.bool_)
    only[sources[first]] = held[chosen[first]]
    return Steps(reached.astype(np.int32), edge, further, only)
