"""Events judged on a graph, as rows with their proof."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.errors import UsageError
from graphkit.events.files import saying
from graphkit.events.scope import Ground
from graphkit.events.strikes import Strike, reversals, strikes
from graphkit.impact.judging import judge
from graphkit.impact.transfer import CLASSES, LEVEL, SEVERITIES
from graphkit.impact.witness import steps
from graphkit.querying import table
from graphkit.querying.answer import Rows
from graphkit.querying.proof import Proof
from graphkit.querying.reach import Tree, measure, no_groups
from graphkit.querying.standing import Standing
from graphkit.querying.words import shown
from graphkit.snapshot import NODE_CODES, NODE_NAMES, POSSIBLE, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphkit.catalogue import Catalogue
    from graphkit.events.model import Event
    from graphkit.impact.judging import Judgement
    from graphkit.impact.transfer import Openness
    from graphkit.impact.witness import Steps
    from graphkit.querying.answer import Snapshots
    from graphkit.querying.reach import Mask
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Ints, Snapshot

STATUSES: Final = ("bound_now", "through_host", "on_upgrade", "dependent", "fallback_holds", "unknown")
_UPGRADE: Final = CLASSES.index("upgrade")
_FORWARD: Final = ("SERVES", "DERIVED_FROM")


@dataclass(frozen=True, slots=True)
class Judged:
    """What *events* do to a graph: *rows* are the nodes that are hit, worst first.

    *found* are the same nodes, *clear* the services that are not among them, *unknown* the unresolved names
    that an event may mean.
    """

    events: tuple[Event, ...]
    reference: Reference | None
    snapshot: Snapshot
    ground: Ground
    judgement: Judgement
    standing: Standing
    found: table.Found
    rows: Rows
    proof: Proof
    clear: Ints
    unknown: int
    uses: Ints


def judged(events: Sequence[Event], reference: Reference | None, snapshots: Snapshots) -> Judged:
    """Judge *events* together, met with *reference* where one is given.

    Raises UsageError where the reference and the events cannot meet.
    """
    snapshot = snapshots.current
    ground, judgement = verdicts(events, reference, snapshots)
    on = dt.date.fromisoformat(snapshots.frame.on)
    standing = Standing(ground, judgement.possible.severity)
    chains = _Chains(snapshot, judgement)
    found = chains.ordered(no_groups(snapshot))
    proof = Proof(snapshot)
    rows = _rows(found, chains, proof, (standing, on))
    services = snapshot.n_kind == NODE_CODES["service"]
    services[found.nodes] = False
    return Judged(
        tuple(events),
        reference,
        snapshot,
        ground,
        judgement,
        standing,
        found,
        rows,
        proof,
        clear=np.flatnonzero(services),
        unknown=len(
            {node for strike in judgement.strikes for node in strike.nodes if _nameless(node, snapshot)}
        ),
        uses=np.flatnonzero(
            ((snapshot.e_flags & POSSIBLE) != 0) & (judgement.possible.severity[snapshot.e_target] > 0)
        ),
    )


def verdicts(
    events: Sequence[Event], reference: Reference | None, snapshots: Snapshots
) -> tuple[Ground, Judgement]:
    """Judge *events* without making rows; gives the graph as they see it too.

    Raises UsageError where the reference and the events cannot meet.
    """
    ground = Ground(snapshots.current, snapshots.catalogue())
    struck = _struck_by(events, ground, snapshots)
    if reference is not None:
        struck = _met(struck, reference, ground, events)
    on = dt.date.fromisoformat(snapshots.frame.on)
    return ground, judge(ground.snapshot, struck, on=on, is_open=_openness(ground.catalogue))


def _struck_by(events: Iterable[Event], ground: Ground, snapshots: Snapshots) -> list[Strike]:
    """Give what *events* strike, those reversed only until then."""
    known = tuple(events)
    undone = reversals([*known, *saying("reverses", (event.id for event in known), ground.catalogue)])
    company = snapshots.config.company
    return [
        strike
        for event in known
        for strike in strikes(event, ground, company=company, reversed_on=undone.get(event.id))
    ]


def _openness(catalogue: Catalogue) -> Openness:
    """Tell of a model, by its id, whether its weights can be had."""

    def is_open(name: str) -> bool | None:
        known = catalogue.artefact(name)
        return known.open_weights if known else None

    return is_open


def _nameless(node: int, snapshot: Snapshot) -> bool:
    return bool(snapshot.n_flags[node] & UNRESOLVED)


def _met(struck: list[Strike], reference: Reference, ground: Ground, events: Sequence[Event]) -> list[Strike]:
    """Leave what both the events and the reference mean."""
    meant = {int(node) for node in (*reference.seeds, *reference.roots)}
    front = sorted(meant)
    while front:  # a derivative and what serves it belong to what they come from
        node = front.pop()
        for kind in _FORWARD:
            for source in ground.starts(kind).get(node, ()):
                if source not in meant:
                    meant.add(source)
                    front.append(source)
    kept = []
    for strike in struck:
        nodes = {
            node: held
            for node, held in strike.nodes.items()
            if node in meant or _nameless(node, ground.snapshot)
        }
        if nodes:
            kept.append(Strike(strike.event, strike.effect, strike.impact, nodes, strike.start, strike.end))
    certain = any(node in meant for strike in kept for node in strike.nodes)
    if not certain and (struck or not _may_meet(reference, events, ground)):
        vendors = " and ".join(sorted({event.vendor for event in events}))
        raise UsageError(
            f"{shown(reference.key)} and {', '.join(event.id for event in events)} cannot meet:"
            f" the event is about vendor:{vendors}; leave the reference out to ask for all that it hits"
        )
    return kept


def _may_meet(reference: Reference, events: Sequence[Event], ground: Ground) -> bool:
    """Tell whether a reference without members here can be what an event is about."""
    names = {name for event in events for name in ground.vendor_group(event.vendor)}
    families = {name for event in events for name in event.scope.families}
    known = {f"vendor:{name}" for name in names} | {f"family:{name}" for name in families}
    return reference.key in known or (reference.kind not in ("vendor", "family") and not len(reference.seeds))


class _Chains:
    """The chains behind severities: a tree for each severity in each track of each state."""

    def __init__(self, snapshot: Snapshot, judgement: Judgement) -> None:
        self.snapshot = snapshot
        self.judgement = judgement
        self._steps: dict[tuple[bool, int, int, int], Steps] = {}

    def groups(self, nodes: Ints, *, certain: bool) -> list[tuple[Ints, Steps]]:
        """Give *nodes* by the tree that their chains are in."""
        verdict = self.judgement.certain if certain else self.judgement.possible
        keys = np.stack(
            (verdict.state[nodes], verdict.severity[nodes].astype(np.int16), verdict.track[nodes])
        )
        found = []
        for state, level, track in np.unique(keys, axis=1).T.tolist():
            place = (certain, state, level, track)
            if place not in self._steps:
                solution = verdict.solutions[state]
                self._steps[place] = steps(verdict.wiring, solution, level=level, track=track)
            same = (keys == np.array([[state], [level], [track]])).all(axis=0)
            found.append((np.flatnonzero(same), self._steps[place]))
        return found

    def ordered(self, told: Mask) -> table.Found:
        """Put the nodes that are hit in the order of rows: severity, criticality, hops, distance, key."""
        snapshot = self.snapshot
        sure = self.judgement.certain.severity > 0
        nodes = np.flatnonzero(told & (self.judgement.possible.severity > 0))
        certain = sure[nodes]
        columns = np.zeros((5, len(nodes)), np.int64)
        for flag in (True, False):
            chosen = np.flatnonzero(certain == flag)
            for places, tree in self.groups(nodes[chosen], certain=flag) if len(chosen) else ():
                own = nodes[chosen[places]]
                columns[:, chosen[places]] = _measured(snapshot, tree, own)
        hops, distance, since, edge, seed = columns
        severity = np.where(
            certain, self.judgement.certain.severity[nodes], self.judgement.possible.severity[nodes]
        )
        level = np.where(snapshot.n_criticality[nodes] < 0, 99, snapshot.n_criticality[nodes])
        order = np.lexsort((nodes, distance, hops, level, -severity.astype(np.int64)))
        found: list[Any] = [nodes, certain, hops, distance, since, edge, seed]
        return table.Found(*(column[order] for column in found))


def _measured(snapshot: Snapshot, tree: Steps, nodes: Ints) -> Any:  # noqa: ANN401 - five columns
    """Give hops, edges, youngest day, first edge and last node of the chains of *nodes*."""
    shape = Tree(tree.round, tree.edge, tree.next)
    sums = measure(snapshot, shape)
    columns = (sums.hops, sums.edges, sums.since, tree.edge, sums.seed)
    return np.stack([column[nodes] for column in columns])


def _rows(found: table.Found, chains: _Chains, proof: Proof, frame: tuple[Standing, dt.date]) -> Rows:
    snapshot = chains.snapshot
    standing, on = frame
    nodes, certain = found.nodes, found.certain
    witness, held = _witnesses(found, chains, proof)
    sure, maybe = chains.judgement.certain, chains.judgement.possible
    value = np.where(certain[:, None], sure.value[nodes], maybe.value[nodes])
    severity = np.where(certain, sure.severity[nodes], maybe.severity[nodes])
    day = np.where(certain, sure.day[nodes], maybe.day[nodes])
    kinds = [NODE_NAMES[kind] for kind in snapshot.n_kind[nodes].tolist()]
    fallbacks = [
        _fallbacks(standing, node) if kind == "service" else None
        for node, kind in zip(nodes.tolist(), kinds, strict=True)
    ]
    return Rows(
        {
            "key": snapshot.n_key.take(nodes),
            "kind": kinds,
            "name": snapshot.n_name.take(nodes),
            "severity": [SEVERITIES[level] for level in severity.tolist()],
            "impact": [_impact(row) for row in value.tolist()],
            "status": _statuses(found, snapshot, held, value == severity[:, None]),
            "certainty": ["certain" if flag else "possible" for flag in certain.tolist()],
            "hops": found.hops.tolist(),
            "distance": found.distance.tolist(),
            "witness": witness,
            "owner": table.keys_of(snapshot, snapshot.n_owner[nodes]),
            "system": table.keys_of(snapshot, snapshot.n_system[nodes]),
            "criticality": table.levels(snapshot, nodes),
            "environment": table.environments(snapshot, found),
            "fallbacks": fallbacks,
            "since": table.days(found.since),
            "first_date": table.days(day),
            "notice_days": (day - on.toordinal()).tolist(),
        }
    )


def _impact(levels: list[int]) -> dict[str, str]:
    return {name: SEVERITIES[level] for name, level in zip(CLASSES, levels, strict=True) if level}


def _fallbacks(standing: Standing, node: int) -> dict[str, int] | None:
    counts = standing.counts(node)
    return counts._asdict() if counts else None


def _witnesses(found: table.Found, chains: _Chains, proof: Proof) -> tuple[list[list[str]], Mask]:
    """Give each row's chain as ids of edges, numbered in the order of rows, and whether a need held on it."""
    trees: list[tuple[Steps, Any]] = []
    place = np.zeros(len(found.nodes), np.int64)
    for flag in (True, False):
        chosen = np.flatnonzero(found.certain == flag)
        for places, tree in chains.groups(found.nodes[chosen], certain=flag) if len(chosen) else ():
            place[chosen[places]] = len(trees)
            trees.append((tree, proof.follower(Tree(tree.round, tree.edge, tree.next))))
    witness = [
        trees[number][1](node) for node, number in zip(found.nodes.tolist(), place.tolist(), strict=True)
    ]
    held = np.zeros(len(found.nodes), np.bool_)
    for number, (tree, _) in enumerate(trees):
        own = np.flatnonzero(place == number)
        held[own] = _held_along(tree)[found.nodes[own]]
    return witness, held


def _held_along(tree: Steps) -> Mask:
    """Tell for each node whether any step of its chain is only the watch over a need that stands."""
    held = tree.held.copy()
    if held.any():
        chained = np.flatnonzero(tree.edge >= 0)
        for node in chained[np.argsort(tree.round[chained], kind="stable")].tolist():
            held[node] |= held[tree.next[node]]
    return held


def _statuses(found: table.Found, snapshot: Snapshot, held: Mask, worst: Mask) -> list[str]:
    """Give the first status that applies to each row."""
    seeds = snapshot.n_kind[found.seed] == NODE_CODES["offering"]
    is_service = snapshot.n_kind[found.nodes] == NODE_CODES["service"]
    only_upgrade = worst[:, _UPGRADE] & (worst.sum(axis=1) == 1)
    tests = (~found.certain, found.hops > is_service, held, only_upgrade, seeds)
    names = ("unknown", "dependent", "fallback_holds", "on_upgrade", "through_host")
    return np.select(tests, names, default="bound_now").tolist()  # type: ignore[no-any-return]  # of text


def worst_level(row: Any) -> int:  # noqa: ANN401 - a row
    """Give the number of a row's severity."""
    return LEVEL[row["severity"]]
