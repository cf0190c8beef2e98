"""Judge events on a graph: severities at every breakpoint, the worst from a day on, and their proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphkit.events.logic import YES
from graphkit.impact.fixpoint import Solution, solve
from graphkit.impact.transfer import CLASSES, LEVEL, uses_of
from graphkit.impact.wiring import wire

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphkit.events.strikes import Strike
    from graphkit.impact.fixpoint import Values
    from graphkit.impact.transfer import Openness
    from graphkit.impact.wiring import Track, Wiring
    from graphkit.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Verdict:
    """What events do, with unknowns read one way.

    *value* (nodes x classes) is the worst severity from the day of judging on. *severity* is the worst of
    all classes and *day* (ordinal, 0: none) the first on which it holds; *state* and *track* tell where
    it is first derived: in which of *solutions*, in which track.
    """

    wiring: Wiring
    solutions: Sequence[Solution]
    value: Values
    severity: NDArray[np.uint8]
    day: NDArray[np.int32]
    state: NDArray[np.int16]
    track: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on *strikes*, with unknowns read as no and as yes."""

    certain: Verdict
    possible: Verdict
    strikes: tuple[Strike, ...]


def judge(snapshot: Snapshot, strikes: Sequence[Strike], *, on: dt.date, is_open: Openness) -> Judgement:
    """Judge *strikes* on *snapshot* from the day *on*: at each day at which one begins or ends.

    Days before *on* count only as far back as what holds on that day has held without a break.
    """
    days = sorted({day.toordinal() for s in strikes for day in (s.start, s.end) if day}) or [on.toordinal()]
    tracks = _tracks(strikes)
    uses = uses_of(snapshot, is_open)
    verdicts = []
    for possible in (False, True):
        wiring = wire(snapshot, tracks, possible=possible, uses=uses)
        seeds = [_seeds(snapshot, strikes, day, wiring) for day in days]
        verdicts.append(_verdict(wiring, seeds, days, on.toordinal()))
    return Judgement(verdicts[0], verdicts[1], tuple(strikes))


def _tracks(strikes: Sequence[Strike]) -> tuple[Track, ...]:
    found = {
        (name, strike.rule) for strike in strikes for name, level in strike.impact.items() if LEVEL[level]
    }
    return tuple(sorted(found, key=lambda track: (CLASSES.index(track[0]), track[1]))) or (
        ("legal", "inherit"),
    )


def _seeds(snapshot: Snapshot, strikes: Sequence[Strike], day: int, wiring: Wiring) -> Values:
    """Give what the strikes that hold on *day* do to nodes: sure ones only, unless unknowns count as yes."""
    seeds = np.zeros((snapshot.nodes, len(wiring.tracks)), np.uint8)
    for strike in strikes:
        if strike.start.toordinal() > day or (strike.end and strike.end.toordinal() <= day):
            continue
        nodes = [node for node, held in strike.nodes.items() if wiring.possible or held == YES]
        for name, level in strike.impact.items():
            if LEVEL[level]:
                track = wiring.tracks.index((name, strike.rule))
                seeds[nodes, track] = np.maximum(seeds[nodes, track], LEVEL[level])
    return seeds


def _verdict(wiring: Wiring, seeds: Sequence[Values], days: Sequence[int], on: int) -> Verdict:
    """Take for each node the worst state from *on*, and the first day of the run of states that holds it."""
    solutions = [solve(wiring, one) for one in seeds]
    now = max((number for number, day in enumerate(days) if day <= on), default=-1)
    counted = range(max(now, 0), len(days))
    tops = [solution.value.max(axis=1) for solution in solutions]
    severity = np.max([tops[number] for number in counted], axis=0)
    state = np.full(len(severity), -1, np.int16)
    for number in reversed(counted):
        state[(tops[number] == severity) & (severity > 0)] = number
    for number in range(now - 1, -1, -1):  # what holds today may hold for long
        state[(state == number + 1) & (tops[number] >= severity) & (severity > 0)] = number
    day = np.where(state >= 0, np.array(days, np.int32)[state], 0).astype(np.int32)
    value = np.max([solutions[number].value for number in counted], axis=0)
    return Verdict(
        wiring,
        solutions,
        _by_class(value, wiring),
        severity,
        day,
        state,
        _first_track(solutions, severity, state),
    )


def _by_class(value: Values, wiring: Wiring) -> Values:
    found = np.zeros((len(value), len(CLASSES)), np.uint8)
    for track, (name, _) in enumerate(wiring.tracks):
        column = CLASSES.index(name)
        found[:, column] = np.maximum(found[:, column], value[:, track])
    return found


def _first_track(
    solutions: Sequence[Solution], severity: NDArray[np.uint8], state: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Give the track in which each node's severity is derived in the fewest rounds; ties by their order."""
    track = np.full(len(severity), -1, np.int16)
    for number in np.unique(state[state >= 0]).tolist():
        nodes = np.flatnonzero(state == number)
        reached = solutions[number].reached[severity[nodes] - 1, nodes]
        rounds = np.where(reached < 0, np.iinfo(np.int32).max, reached)
        track[nodes] = rounds.argmin(axis=1)
    return track
