"""Small worlds of every shape, and the snapshots that the engine sees of them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st

from graphkit.impact.fixpoint import Solution, Values, solve
from graphkit.impact.transfer import uses_of
from graphkit.impact.wiring import Wiring, wire
from graphkit.model import EDGE_KINDS, NODE_KINDS, RELATIONS, id_of
from graphkit.snapshot import EDGE_CODES, NODE_CODES, OPTIONAL, POSSIBLE, Column, Snapshot, Strings
from tests.laws.naive_impact import CLASSES, Arc, Name, Need, Track, World, kind

RULES: Final = ("inherit", "none", "outputs_inherit")
TRACKS: Final = tuple((name, rule) for name in CLASSES for rule in RULES)
_NEEDS: Final = ("a", "b")
_USERS: Final = ("service", "route")
_DOUBTED: Final = ("REQUIRES", "DERIVED_FROM", "TRAINED_ON_OUTPUTS_OF", "TRAINED_ON", "DEPENDS_ON")

Seeds = Mapping[str, Mapping[Track, int]]


def world_of(
    *arcs: Arc, needs: Mapping[Name, Need] | None = None, weights: Mapping[str, bool | None] | None = None
) -> World:
    """Make a world of edges; needs that are not given take one, weights that are not given are open."""
    nodes = tuple(sorted({end for arc in arcs for end in (arc.source, arc.target)}))
    named: dict[Name, Need] = {(arc.source, arc.need): Need() for arc in arcs if arc.need}
    return World(
        nodes,
        tuple(sorted(arcs, key=lambda arc: arc.rank)),
        named | dict(needs or {}),
        {node: True for node in nodes if kind(node) == "model"} | dict(weights or {}),
    )


def snapshot_of(world: World) -> Snapshot:
    """Lay a world out in the columns that the solver reads."""
    numbers = {key: number for number, key in enumerate(world.nodes)}
    names = {name: number for number, name in enumerate(sorted(world.needs))}
    arcs = sorted(world.arcs, key=lambda arc: arc.rank)
    texts = ["", *sorted({arc.need or arc.word for arc in arcs} - {""})]
    columns: dict[str, Column] = {
        "n_key": Strings.of(world.nodes),
        "n_kind": np.array([NODE_CODES[kind(key)] for key in world.nodes], np.uint8),
        "n_flags": np.zeros(len(world.nodes), np.uint8),
        "e_source": np.array([numbers[arc.source] for arc in arcs], np.int32),
        "e_target": np.array([numbers[arc.target] for arc in arcs], np.int32),
        "e_kind": np.array([EDGE_CODES[arc.kind] for arc in arcs], np.uint8),
        "e_qualifier": np.array([texts.index(arc.need or arc.word) for arc in arcs], np.int32),
        "e_need": np.array([names[arc.source, arc.need] if arc.need else -1 for arc in arcs], np.int32),
        "e_order": np.array([arc.order for arc in arcs], np.int32),
        "e_flags": np.array([OPTIONAL * a.optional | POSSIBLE * a.possible for a in arcs], np.uint8),
        "e_props": Strings.of(json.dumps(props) if (props := _props(arc)) else "" for arc in arcs),
        "d_owner": np.array([numbers[owner] for owner, _ in names], np.int32),
        "d_k": np.array([world.needs[name].k for name in names], np.int32),
        "d_optional": np.array([world.needs[name].optional for name in names], np.bool_),
        "texts": Strings.of(texts),
    }
    return Snapshot({}, columns)


def wired(world: World, tracks: Iterable[Track] = TRACKS, *, possible: bool = False) -> Wiring:
    """Lay a world out for the solver."""
    weights = {id_of(key): known for key, known in world.weights.items()}
    snapshot = snapshot_of(world)
    return wire(snapshot, tuple(tracks), possible=possible, uses=uses_of(snapshot, weights.get))


def seeded(world: World, seeds: Seeds, tracks: Iterable[Track] = TRACKS) -> Values:
    """Give seeds as the solver takes them."""
    rows = [[seeds.get(key, {}).get(track, 0) for track in tracks] for key in world.nodes]
    return np.array(rows, np.uint8)


def solved(
    world: World, seeds: Seeds, tracks: Iterable[Track] = TRACKS, *, possible: bool = False
) -> Solution:
    """Give what the engine makes of a world."""
    chosen = tuple(tracks)
    return solve(wired(world, chosen, possible=possible), seeded(world, seeds, chosen))


def told(world: World, value: Any, tracks: Iterable[Track] = TRACKS) -> dict[str, dict[Track, int]]:  # noqa: ANN401 - an array
    """Give the solver's severities by key and track."""
    chosen = tuple(tracks)
    return {
        key: dict(zip(chosen, row, strict=True)) for key, row in zip(world.nodes, value.tolist(), strict=True)
    }


tracks = st.lists(st.sampled_from(TRACKS), min_size=1, max_size=4, unique=True).map(tuple)


def seedings(world: World, chosen: tuple[Track, ...]) -> st.SearchStrategy[dict[str, dict[Track, int]]]:
    """Draw seeds for a world: a few nodes, at any severity in any track."""
    levels = st.dictionaries(st.sampled_from(chosen), st.integers(1, 4), min_size=1)
    return st.dictionaries(st.sampled_from(world.nodes), levels, max_size=4)


@st.composite
def worlds(draw: st.DrawFn, *, doubts: bool = True, users: int = 6) -> World:
    """Draw a world with cycles, needs, and edges of all kinds.

    Most edges are requirements among few services, for there the needs and the cycles are.
    """
    nodes = [f"{name}:{n}" for name in NODE_KINDS for n in range(users if name in _USERS[:1] else 2)]
    kinds = st.sampled_from(("REQUIRES",) * 12 + tuple(EDGE_KINDS))
    drawn = [_arc(draw, draw(kinds), nodes, doubts=doubts) for _ in range(draw(st.integers(1, 18)))]
    arcs = {arc.rank: arc for arc in drawn if arc.source != arc.target}
    names = sorted({(arc.source, arc.need) for arc in arcs.values() if arc.need})
    needs = {name: Need(draw(st.integers(0, 3)), draw(st.integers(0, 5)) == 0) for name in names}
    derived = {arc.source for arc in arcs.values() if arc.kind == "DERIVED_FROM"}
    known = (True, False, None) if doubts else (True, False)
    weights = {
        node: draw(st.sampled_from(known if node not in derived else (True, False)))
        for node in nodes
        if kind(node) == "model"
    }
    return World(tuple(sorted(nodes)), tuple(arcs[rank] for rank in sorted(arcs)), needs, weights)


def _arc(draw: st.DrawFn, name: str, nodes: list[str], *, doubts: bool) -> Arc:
    ends = EDGE_KINDS[name]
    source = draw(st.sampled_from([node for node in nodes if kind(node) in ends.sources]))
    target = draw(st.sampled_from([node for node in nodes if kind(node) in ends.targets]))
    possible = doubts and name in _DOUBTED and draw(st.integers(0, 7)) == 0
    if name != "REQUIRES":
        words = {"DERIVED_FROM": RELATIONS, "DEPENDS_ON": ("", "dev", "test", "development")}
        return Arc(source, name, target, draw(st.sampled_from(words.get(name, ("",)))), possible=possible)
    use = draw(st.sampled_from(("", "", "api", "self_host", "distribute"))) if kind(target) == "model" else ""
    need = draw(st.sampled_from(("", *_NEEDS, *_NEEDS)))
    optional = not need and draw(st.integers(0, 5)) == 0
    order = draw(st.integers(1, 3))
    return Arc(source, name, target, "", need, order, optional, possible, use)


def _props(arc: Arc) -> dict[str, str]:
    scope = {"scope": arc.word} if arc.kind == "DEPENDS_ON" and arc.word else {}
    return scope | ({"consumption": arc.use} if arc.use else {})
