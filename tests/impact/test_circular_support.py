"""Alternatives that only their own owner supports, with unknowns read as yes."""

from tests.laws.naive_impact import Arc
from tests.laws.worlds import solved, told, world_of

_TRACK = ("availability", "inherit")
_LOST = (_TRACK,)


def test_an_alternative_that_needs_its_owner_does_not_rescue_it() -> None:
    """What is left of the need decides: certainly a watch, possibly lost."""
    world = world_of(
        Arc("service:a", "REQUIRES", "offering:o", need="n"),
        Arc("service:a", "REQUIRES", "service:b", need="n", order=2),
        Arc("service:b", "REQUIRES", "service:a"),
    )
    seeds = {"offering:o": {_TRACK: 4}}
    levels = [
        told(world, solved(world, seeds, _LOST, possible=flag).value, _LOST)["service:a"][_TRACK]
        for flag in (False, True)
    ]
    assert levels == [1, 4]


def test_the_watch_moves_to_the_next_where_the_first_is_circular() -> None:
    """Without the circular first member, the one that is lost would be the first."""
    world = world_of(
        Arc("service:a", "REQUIRES", "service:b", need="n", order=1),
        Arc("service:a", "REQUIRES", "offering:lost", need="n", order=2),
        Arc("service:a", "REQUIRES", "offering:well", need="n", order=3),
        Arc("service:b", "REQUIRES", "service:a"),
    )
    found = solved(world, {"offering:lost": {_TRACK: 4}}, _LOST, possible=True)
    assert told(world, found.value, _LOST)["service:a"][_TRACK] == 1


def test_a_circular_alternative_that_may_not_exist_is_counted_once() -> None:
    """It is left out of the rest; that it may be no member says nothing about the others."""
    world = world_of(
        Arc("service:a", "REQUIRES", "offering:well", need="n", order=1),
        Arc("service:a", "REQUIRES", "service:b", need="n", order=2, possible=True),
        Arc("service:a", "REQUIRES", "offering:maybe", need="n", order=3, possible=True),
        Arc("service:b", "REQUIRES", "service:a"),
    )
    found = solved(world, {"offering:maybe": {_TRACK: 4}}, _LOST, possible=True)
    assert told(world, found.value, _LOST)["service:a"][_TRACK] == 0
