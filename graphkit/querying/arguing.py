"""The argument for one thing under events: what is struck, the chains from there, what arrives over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.impact.transfer import CLASSES, LEVEL, SEVERITIES
from graphkit.querying.basis import limits
from graphkit.querying.chains import Chain, Cone
from graphkit.querying.judged import judged
from graphkit.querying.proof import Proof
from graphkit.querying.reach import GROUPS
from graphkit.querying.telling import called
from graphkit.snapshot import NODE_CODES, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphkit.events.model import Event
    from graphkit.impact.judging import Verdict
    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.basis import Limits
    from graphkit.querying.judged import Judged
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints


@dataclass(frozen=True, slots=True)
class Argument:
    """Why events hit *about*, or do not.

    *verdict* is the row that blast-radius has for it, for the worst of its members where it stands for
    some (*hit* has all of them); None where it is not hit. *rows* are chains to what is struck, that of the
    verdict first, *seeds* the nodes they end at.
    """

    about: Reference
    found: Judged
    verdict: Row | None
    hit: Sequence[Row]
    rows: list[dict[str, Any]]
    seeds: list[int]
    proof: Proof
    cone: Cone
    limits: Limits


def argue(
    about: Reference, origin: Reference | None, events: Sequence[Event], snapshots: Snapshots
) -> Argument:
    """Argue from what *events* strike, met with *origin* where one is given, to *about*.

    Raises UsageError where the events and *origin* cannot meet.
    """
    found = judged(events, origin, snapshots)
    snapshot, possible = found.snapshot, found.judgement.possible
    starts = about.seeds if about.kind in GROUPS else about.roots
    cone = Cone(snapshot, starts, possible.wiring.caps.max(axis=1) > 0)
    proof = Proof(snapshot, line_of=snapshots.line_of)
    keys = set(snapshot.n_key.take(starts))
    hit = [row for row in found.rows if row["key"] in keys]
    struck = np.unique([node for strike in found.judgement.strikes for node in strike.nodes]).astype(np.int64)
    chains = _Chains(found, proof)
    if hit:
        edges = found.proof.numbers(hit[0]["witness"])
        chains.add(Chain(tuple(edges), hit[0]["certainty"] == "certain"), start=snapshot.index(hit[0]["key"]))
    for seed in struck[cone.reached[struck]].tolist():
        if seed in starts:
            chains.add(Chain((), certain=True), start=seed)
        for chain in cone.chains(np.array([seed], np.int64)):
            chains.add(chain, start=int(snapshot.e_source[chain.edges[0]]))
    unknown = int(np.count_nonzero(snapshot.n_flags[struck[cone.reached[struck]]] & UNRESOLVED))
    bounds = limits(snapshots, names=unknown, uses=cone.doubtful(), reached=possible.severity)
    first = hit[0] if hit else None
    return Argument(about, found, first, hit, chains.rows, chains.seeds, proof, cone, bounds)


class _Chains:
    """Rows made of chains to what is struck, each chain once."""

    def __init__(self, found: Judged, proof: Proof) -> None:
        self.rows: list[dict[str, Any]] = []
        self.seeds: list[int] = []
        self._found = found
        self._proof = proof
        self._seen: set[tuple[int, tuple[int, ...]]] = set()

    def add(self, chain: Chain, *, start: int | None) -> None:
        if start is None or (start, chain.edges) in self._seen:
            return
        self._seen.add((start, chain.edges))
        snapshot = self._found.snapshot
        edges = np.array(chain.edges, np.int64)
        nodes = np.concatenate(([start], snapshot.e_target[edges])).astype(np.int64)
        severity, certain = self._arrives(nodes, edges, certain=chain.certain)
        seed = int(nodes[-1])
        strikes = [strike for strike in self._found.judgement.strikes if seed in strike.nodes]
        self.seeds.append(seed)
        self.rows.append(
            {
                "key": snapshot.n_key[seed],
                "kind": snapshot.n_key[seed].partition(":")[0],
                "name": snapshot.n_name[seed],
                "severity": SEVERITIES[severity],
                "certainty": "certain" if certain else "possible",
                "hops": int(np.count_nonzero(snapshot.n_kind[nodes[:-1]] == NODE_CODES["service"])),
                "distance": len(edges),
                "witness": self._proof.name(chain.edges),
                "events": sorted({strike.event.id for strike in strikes}),
                "chain": " > ".join(called(key, snapshot) for key in snapshot.n_key.take(nodes)),
            }
        )

    def _arrives(self, nodes: Ints, edges: Ints, *, certain: bool) -> tuple[int, bool]:
        """Give the most that arrives along a chain, and whether that is certain."""
        judgement = self._found.judgement
        sure = _least(judgement.certain, nodes, edges) if certain else 0
        return (sure, True) if sure else (_least(judgement.possible, nodes, edges), False)


def _least(verdict: Verdict, nodes: Ints, edges: Ints) -> int:
    """Give the worst class of what all *nodes* have and all *edges* let through."""
    found = 0
    for track, (name, _) in enumerate(verdict.wiring.tracks):
        held = int(verdict.value[nodes, CLASSES.index(name)].min())
        found = max(found, min(held, int(verdict.wiring.caps[edges, track].min(initial=LEVEL["lost"]))))
    return found
