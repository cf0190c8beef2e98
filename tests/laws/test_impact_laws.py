"""The laws of impact, in the words of the design page."""

import random

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.impact.transfer import RULES, TABLE, cap
from tests.laws.naive_impact import CLASSES, Arc, Need, Track, World, kind
from tests.laws.worlds import seedings, solved, told, tracks, worlds

_MANY = settings.get_profile("ci").max_examples * 5
_LOST: tuple[Track, ...] = (("availability", "inherit"),)


@given(world=worlds(), chosen=tracks, data=st.data(), number=st.integers(0, 99))
@settings(max_examples=_MANY)
def test_what_comes_first_never_matters(
    world: World, chosen: tuple[Track, ...], data: st.DataObject, number: int
) -> None:
    """Edges and needs stated in another order cause the same severities."""
    seeds = data.draw(seedings(world, chosen))
    arcs = random.Random(number).sample(world.arcs, len(world.arcs))
    other = world._replace(arcs=tuple(arcs), needs=dict(reversed(list(world.needs.items()))))
    for possible in (False, True):
        one, two = (solved(w, seeds, chosen, possible=possible) for w in (world, other))
        assert told(world, one.value, chosen) == told(world, two.value, chosen)


@given(world=worlds(), chosen=tracks, data=st.data(), possible=st.booleans())
@settings(max_examples=_MANY)
def test_more_seeds_never_make_anything_better(
    world: World, chosen: tuple[Track, ...], data: st.DataObject, *, possible: bool
) -> None:
    """Impact is monotone in its seeds."""
    few, more = data.draw(seedings(world, chosen)), data.draw(seedings(world, chosen))
    both = {
        key: {t: max(s.get(key, {}).get(t, 0) for s in (few, more)) for t in chosen} for key in few | more
    }
    less = solved(world, few, chosen, possible=possible).value
    assert (less <= solved(world, both, chosen, possible=possible).value).all()


@given(world=worlds(), chosen=tracks, data=st.data())
@settings(max_examples=_MANY)
def test_what_is_certain_is_possible(world: World, chosen: tuple[Track, ...], data: st.DataObject) -> None:
    """Unknowns read as no never give more than unknowns read as yes."""
    seeds = data.draw(seedings(world, chosen))
    sure, maybe = (solved(world, seeds, chosen, possible=possible).value for possible in (False, True))
    assert (sure <= maybe).all()


@given(world=worlds(), chosen=tracks, data=st.data())
@settings(max_examples=_MANY)
def test_an_added_need_never_shrinks_the_impact(
    world: World, chosen: tuple[Track, ...], data: st.DataObject
) -> None:
    """Whoever needs more is hit no less, and so is everybody else."""
    seeds = data.draw(seedings(world, chosen))
    users = [node for node in world.nodes if kind(node) in ("service", "route")]
    owner = data.draw(st.sampled_from(users))
    ends = data.draw(st.sets(st.sampled_from([node for node in users if node != owner]), min_size=1))
    arcs = world.arcs + tuple(Arc(owner, "REQUIRES", end, need="new") for end in sorted(ends))
    more = world._replace(arcs=arcs, needs={**world.needs, (owner, "new"): Need()})
    before, after = (solved(w, seeds, chosen).value for w in (world, more))
    assert (before <= after).all()


@given(world=worlds(), chosen=tracks, data=st.data())
@settings(max_examples=_MANY)
def test_an_alternative_tried_last_never_raises_the_worst_of_its_owner(
    world: World, chosen: tuple[Track, ...], data: st.DataObject
) -> None:
    """Other classes may be hit that were not, but none worse than the worst before.

    It holds for needs that have as many members as they take: one that had fewer takes more with it.
    """
    sizes = {name: sum((a.source, a.need) == name for a in world.arcs) for name in world.needs}
    names = [name for name in sorted(world.needs) if sizes[name] >= world.needs[name].k]
    if not names:
        return
    owner, need = data.draw(st.sampled_from(names))
    seeds = data.draw(seedings(world, chosen))
    new = Arc(owner, "REQUIRES", "offering:new", need=need, order=9)
    first = world._replace(nodes=tuple(sorted((*world.nodes, "offering:new"))))
    more = first._replace(arcs=(*world.arcs, new))
    seeds["offering:new"] = dict.fromkeys(chosen, data.draw(st.integers(0, 4)))
    row = first.nodes.index(owner)
    before, after = (solved(w, seeds, chosen).value[row].max() for w in (first, more))
    assert after <= before


@given(world=worlds(doubts=False), data=st.data())
@settings(max_examples=_MANY)
def test_needs_of_one_member_are_reachability(world: World, data: st.DataObject) -> None:
    """Where nothing has an alternative, whoever leads to what is lost is hit, and nobody else."""
    users = ("service", "route", "offering")
    arcs = tuple(
        a._replace(need="", word=f"{n}", optional=False)
        for n, a in enumerate(world.arcs)
        if a.kind == "REQUIRES" and kind(a.target) in users
    )
    plain = world._replace(arcs=arcs, needs={})
    seed = data.draw(st.sampled_from(plain.nodes))
    graph: nx.DiGraph[str] = nx.DiGraph((arc.target, arc.source) for arc in arcs)
    graph.add_nodes_from(plain.nodes)
    levels = told(plain, solved(plain, {seed: {_LOST[0]: 4}}, _LOST).value, _LOST)
    assert {key for key, row in levels.items() if row[_LOST[0]] == 4} == {seed, *nx.descendants(graph, seed)}


def test_every_transfer_is_monotone() -> None:
    """A worse target never passes less, in any cell and under any rule for derivatives."""
    for row in TABLE:
        for name in CLASSES:
            for rule in RULES:
                passed = [min(level, cap(row, name, rule)) for level in range(5)]
                assert passed == sorted(passed)
