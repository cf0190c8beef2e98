"""The solver is Kleene iteration: severities, rounds and chains equal those of the naive oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.impact import fixpoint
from graphkit.impact.fixpoint import solve
from graphkit.impact.witness import steps
from tests.laws.naive_impact import Arc, Oracle, Result, Track, World
from tests.laws.worlds import seeded, seedings, solved, told, tracks, wired, worlds

_MANY = settings.get_profile("ci").max_examples * 20
"""So many graphs even where other laws are content with few: this one stands for the whole engine."""


def _compare(world: World, chosen: tuple[Track, ...], data: st.DataObject, *, possible: bool) -> None:
    seeds = data.draw(seedings(world, chosen))
    known = Oracle(world, chosen, possible=possible).solve(seeds)
    found = solved(world, seeds, chosen, possible=possible)
    assert told(world, found.value, chosen) == known.values
    assert found.reached.tolist() == _rounds(world, chosen, known)


def _rounds(world: World, chosen: tuple[Track, ...], known: Result) -> list[list[list[int]]]:
    return [
        [[known.rounds(node, track, level) for track in chosen] for node in world.nodes]
        for level in range(1, 5)
    ]


@given(world=worlds(), chosen=tracks, data=st.data())
@settings(max_examples=_MANY)
def test_the_solver_equals_kleene_iteration_with_unknowns_read_as_no(
    world: World, chosen: tuple[Track, ...], data: st.DataObject
) -> None:
    """Every severity, and the round in which each is reached."""
    _compare(world, chosen, data, possible=False)


@given(world=worlds(), chosen=tracks, data=st.data())
@settings(max_examples=_MANY)
def test_the_solver_equals_kleene_iteration_with_unknowns_read_as_yes(
    world: World, chosen: tuple[Track, ...], data: st.DataObject
) -> None:
    """Also where alternatives are supported only by their own owner."""
    _compare(world, chosen, data, possible=True)


@given(world=worlds(), chosen=tracks, data=st.data(), possible=st.booleans())
@settings(max_examples=_MANY // 3)
def test_walking_a_narrow_front_node_by_node_changes_nothing(
    world: World, chosen: tuple[Track, ...], data: st.DataObject, *, possible: bool
) -> None:
    """The solver walks without arrays where few nodes rise for long: from the first round on, here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixpoint, "_PATIENCE", 0)
        _compare(world, chosen, data, possible=possible)


@given(world=worlds(), chosen=tracks, data=st.data(), possible=st.booleans())
@settings(max_examples=_MANY // 3)
def test_every_chain_proves_its_severity_step_by_step(
    world: World, chosen: tuple[Track, ...], data: st.DataObject, *, possible: bool
) -> None:
    """Each step is the least edge, by kind, target and qualifier, that passes the severity on in time."""
    oracle = Oracle(world, chosen, possible=possible)
    seeds = data.draw(seedings(world, chosen))
    known = oracle.solve(seeds)
    wiring = wired(world, chosen, possible=possible)
    solution = solve(wiring, seeded(world, seeds, chosen))
    arcs = sorted(world.arcs, key=lambda arc: arc.rank)
    for number, track in enumerate(chosen):
        for level in range(1, 5):
            tree = steps(wiring, solution, level=level, track=number)
            for node, key in enumerate(world.nodes):
                fits = _proofs(oracle, known, key, (track, level))
                edge = int(tree.edge[node])
                assert (arcs[edge] if edge >= 0 else None) == (fits[0] if fits else None)
                assert known.rounds(key, track, level) <= 0 or fits


def _proofs(oracle: Oracle, known: Result, node: str, wanted: tuple[Track, int]) -> list[Arc]:
    """Give the edges over which a node can have got a severity in the round in which it did, in order."""
    track, level = wanted
    own = known.rounds(node, track, level)
    if own <= 0:
        return []
    held = known.history[own - 1]
    fits = []
    for arc in (arc for arc in oracle.world.arcs if arc.source == node):
        if oracle.passes(arc, track, held) < level:
            continue
        name = (arc.source, arc.need)
        whole = not arc.need or _breaks(oracle, name, known, (own, level))
        if whole or (level == 1 and arc in oracle.first(name)):
            fits.append(arc)
    return sorted(fits, key=lambda arc: arc.rank)


def _breaks(oracle: Oracle, name: tuple[str, str], known: Result, when: tuple[int, int]) -> bool:
    """Tell whether a need was broken in the round before: its passing on is more than a watch."""
    held = known.history[when[0] - 1]
    return min(oracle.bottom(name, held), 4) >= when[1]


@given(world=worlds(), chosen=tracks, data=st.data())
def test_the_same_question_gives_the_same_bytes(
    world: World, chosen: tuple[Track, ...], data: st.DataObject
) -> None:
    """Nothing depends on what was asked before."""
    seeds = data.draw(seedings(world, chosen))
    one, other = (solved(world, seeds, chosen, possible=True) for _ in range(2))
    assert np.array_equal(one.value, other.value)
    assert np.array_equal(one.reached, other.reached)
    assert np.array_equal(one.broken, other.broken)
