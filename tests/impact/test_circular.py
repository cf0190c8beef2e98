"""Circular support: which alternatives only work while the one that falls back to them works."""

import numpy as np

from graphkit.impact.circular import circular_members
from graphkit.model import Claim, edge, node
from tests.queries.asking import AT, LLAMA, needs, of


def choice(owner: str, *targets: str) -> list[Claim]:
    """Claim that a service needs any one of *targets*."""
    key = f"service:{owner}"
    return [node(key, AT), *(edge(key, "REQUIRES", end, AT, qualifier="chat") for end in targets)]


def circular(*claims: list[Claim]) -> list[tuple[str, str]]:
    """List the alternatives that are circular, as owner and target."""
    snapshot = of(*claims).current
    members = snapshot.e_need[snapshot.e_need >= 0]
    sizes = np.bincount(members, minlength=len(snapshot.d_k))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    keys = snapshot.n_key
    found = circular_members(snapshot, starts, np.clip(snapshot.d_k, 1, sizes))
    return [(keys[snapshot.e_source[each]], keys[snapshot.e_target[each]]) for each in found]


def test_an_alternative_that_requires_its_owner_is_circular() -> None:
    """At once or through others; the first choice, a model, is not."""
    assert circular(choice("a", LLAMA, "service:b"), needs("b", "service:a")) == [("service:a", "service:b")]
    ring = (choice("a", LLAMA, "service:b"), needs("b", "service:c"), needs("c", "service:a"))
    assert circular(*ring) == [("service:a", "service:b")]


def test_an_alternative_with_a_way_out_of_its_own_is_not() -> None:
    """It works where its owner does not: it has another choice, or needs its owner only optionally."""
    assert circular(choice("a", LLAMA, "service:b"), choice("b", "service:a", LLAMA)) == []
    optional = [node("service:b", AT), edge("service:b", "REQUIRES", "service:a", AT, optional=True)]
    assert circular(choice("a", LLAMA, "service:b"), optional) == []


def test_an_alternative_outside_of_the_ring_of_its_owner_is_not() -> None:
    """Its owner calls and is called, and the alternative is called only."""
    ring = (choice("a", LLAMA, "service:free"), needs("a", "service:b"), needs("b", "service:a"))
    assert circular(*ring, needs("free", LLAMA)) == []


def test_without_a_choice_nothing_is_circular() -> None:
    """Services that require each other have no alternative to fall back to."""
    assert circular(needs("a", "service:b"), needs("b", "service:a")) == []
