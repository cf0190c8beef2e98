"""Shapes on which a solver that walks paths, or recurses, never ends."""

from tests.laws.naive_impact import Arc
from tests.laws.worlds import solved, world_of

_LOST = (("availability", "inherit"),)


def test_a_ladder_of_forty_diamonds_finishes() -> None:
    """It has 2 to the power of 40 paths."""
    arcs = [
        Arc(source, "REQUIRES", target)
        for n in range(40)
        for side in ("a", "b")
        for source, target in (
            (f"service:{n:02}", f"service:{n:02}{side}"),
            (f"service:{n:02}{side}", f"service:{n + 1:02}"),
        )
    ]
    found = solved(world_of(*arcs), {"service:40": {_LOST[0]: 4}}, _LOST)
    assert (found.value == 4).all()
    assert found.reached.max() == 80


def test_a_cycle_of_a_hundred_thousand_services_finishes() -> None:
    """One is lost, all are, the last after as many rounds as there are others."""
    names = [f"service:{n:06}" for n in range(100_000)]
    arcs = [Arc(names[n - 1], "REQUIRES", names[n]) for n in range(len(names))]
    found = solved(world_of(*arcs), {names[0]: {_LOST[0]: 4}}, _LOST)
    assert (found.value == 4).all()
    assert found.reached.max() == len(names) - 1
