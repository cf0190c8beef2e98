"""The laws of stores, each in the words of the design."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ShrinkRefused
from graphkit.model import Reading, Scope
from graphkit.stores.history import identity
from tests.laws.stating import Clock, a_store, estates, fact, facts, reading, readings_of, stored

SCOPE = Scope("native", "shop", "a.yaml")


@given(estates())
def test_importing_twice_changes_nothing(readings: list[Reading]) -> None:
    """Importing twice changes nothing: the same readings, digests and moments."""
    clock = Clock()
    store = a_store(clock)
    store.put(readings)
    before = (list(store.readings()), store.state(), store.scopes())
    clock.set("2026-05-01")
    change = store.put(readings)
    assert not change.any
    assert (change.claims_opened, change.claims_closed) == (0, 0)
    assert sorted(change.unchanged) == sorted(found.scope for found in readings)
    assert (list(store.readings()), store.state(), store.scopes()) == before


@given(estates(), st.data())
def test_order_between_scopes_never_matters(readings: list[Reading], data: st.DataObject) -> None:
    """Order between scopes never matters: the same readings and the same digests."""
    shuffled = data.draw(st.permutations(readings))
    one, other = stored(*readings), a_store()
    for found in shuffled:
        other.put([found])
    assert other.state() == one.state()
    assert list(other.readings()) == list(one.readings())


@given(readings_of(SCOPE), readings_of(SCOPE))
def test_a_scopes_claims_close_only_after_a_complete_read(old: Reading, new: Reading) -> None:
    """A scope's claims close only after a complete read: what an incomplete one lacks stays."""
    store = stored(old)
    change = store.put([replace(new, complete=False)])
    (found,) = store.readings()
    kept = set(map(identity, found.claims))
    assert kept == {identity(claim) for claim in (*old.claims, *new.claims)}
    assert change.claims_closed == 0
    store.put([replace(new, digest="c" * 64)], accept_shrink=True)
    (found,) = store.readings()
    assert list(map(identity, found.claims)) == list(map(identity, new.claims))


@given(readings_of(SCOPE), readings_of(SCOPE))
def test_an_incomplete_read_twice_changes_nothing(old: Reading, new: Reading) -> None:
    """What an incomplete reading left in place is not taken for a change the next time."""
    store = stored(old)
    store.put([replace(new, complete=False)])
    before = store.state()
    assert not store.put([replace(new, complete=False)]).any
    assert store.state() == before


@given(st.integers(1, 120), st.data())
def test_more_than_30_percent_and_more_than_20_claims_or_becoming_empty_stops(
    before: int, data: st.DataObject
) -> None:
    """When more than 30 % and more than 20 of its claims would close, or it would become empty, stop."""
    after = data.draw(st.integers(0, before))
    store = stored(reading(facts(before)))
    state, closing = store.state(), before - after
    smaller = reading(facts(after))
    if after == 0 or (closing > 20 and closing * 10 > 3 * before):
        with pytest.raises(ShrinkRefused, match=r"native:shop/a\.yaml.*--accept-shrink"):
            store.put([smaller])
        assert store.state() == state
    else:
        assert store.put([smaller]).claims_closed == closing
    assert store.put([smaller], accept_shrink=True).claims_closed in (closing, 0)
    assert sum(scope.claims for scope in store.scopes()) == after


@pytest.mark.parametrize(
    ("before", "after", "stops"),
    [(70, 49, False), (70, 48, True), (69, 48, True), (20, 1, False), (21, 1, False), (22, 1, True)],
)
def test_the_limits_of_shrinking_are_exact(before: int, after: int, *, stops: bool) -> None:
    """21 of 70 is 30 %, not more; 20 claims are not more than 20, 21 of 22 are too many."""
    store = stored(reading(facts(before)))
    try:
        store.put([reading(facts(after))])
    except ShrinkRefused:
        assert stops
    else:
        assert not stops


def test_as_many_new_claims_do_not_hide_that_the_old_ones_close() -> None:
    """A file that was replaced by another one of the same size is stopped."""
    store = stored(reading(facts(50)))
    with pytest.raises(ShrinkRefused, match="50 of its 50"):
        store.put([reading(facts(50, start=100))])


def test_a_scope_that_was_empty_may_stay_empty() -> None:
    """What had nothing loses nothing."""
    store = stored(reading([]))
    assert store.put([replace(reading([]), digest="b")]).changed


def test_all_scopes_that_shrink_are_named_at_once_and_put_is_atomic() -> None:
    """Put is atomic over all readings: two are refused, both are named, the third is not stored either."""
    store = stored(reading(facts(50)), reading(facts(50), "b.yaml"))
    state = store.state()
    with pytest.raises(ShrinkRefused) as caught:
        store.put([reading([]), reading([], "b.yaml"), reading(facts(1), "c.yaml")])
    assert "native:shop/a.yaml" in str(caught.value)
    assert "native:shop/b.yaml" in str(caught.value)
    assert store.state() == state
    assert [str(scope.scope) for scope in store.scopes()] == ["native:shop/a.yaml", "native:shop/b.yaml"]


@given(estates())
def test_put_is_atomic_over_all_readings(readings: list[Reading]) -> None:
    """A reading that cannot be had leaves none of those before it."""
    store = stored(reading(facts(3), "before.yaml"))
    state = store.state()

    def broken() -> object:
        yield from readings
        raise RuntimeError("the source went away")

    with pytest.raises(RuntimeError, match="went away"):
        store.put(broken())  # type: ignore[arg-type] # a generator of readings that ends badly
    assert store.state() == state


@given(readings_of(SCOPE), readings_of(SCOPE))
def test_a_claim_that_was_there_before_keeps_its_since(old: Reading, new: Reading) -> None:
    """A claim that was there before keeps its since; a new one has the document's time, else the day."""
    clock = Clock("2026-01-01")
    store = a_store(clock)
    store.put([replace(old, time="")])
    clock.set("2026-06-01")
    store.put([new], accept_shrink=True)
    before = set(map(identity, old.claims))
    (found,) = store.readings()
    for claim, since in zip(found.claims, found.since, strict=True):
        assert since == ("2026-01-01" if identity(claim) in before else new.time or "2026-06-01")


def test_since_survives_a_change_of_the_claims_own_properties() -> None:
    """The fact is the same when its line or its name changed."""
    clock = Clock("2026-01-01")
    store = a_store(clock)
    store.put([reading([fact("api", name="API")])])
    clock.set("2026-06-01")
    store.put([replace(reading([fact("api", name="The API")]), digest="b")])
    (found,) = store.readings()
    assert found.since == ("2026-01-01",)
    assert found.claims[0].props == {"name": "The API"}


@given(st.lists(readings_of(SCOPE), min_size=1, max_size=5))
def test_as_of_gives_the_state_then(versions: list[Reading]) -> None:
    """As-of gives the state at the end of that day, however much was imported later."""
    clock, then = Clock(), []
    store = a_store(clock)
    for month, version in enumerate(versions, 1):
        clock.set(f"2026-{month:02}-10")
        store.put([version], accept_shrink=True)
        then.append((list(store.readings()), store.state(), [scope[:6] for scope in store.scopes()]))
    assert list(store.readings("2025-12-31")) == []
    for month, state in enumerate(then, 1):
        for day in (f"2026-{month:02}-10", f"2026-{month:02}-28", f"2026-{month:02}-10T12:00:00.000000Z"):
            scopes = [scope[:6] for scope in store.scopes(day)]
            assert (list(store.readings(day)), store.state(day), scopes) == state


def test_a_clock_that_goes_back_loses_nothing() -> None:
    """The newest state is the one put last, whatever the clock says."""
    clock = Clock("2026-05-01")
    store = a_store(clock)
    store.put([reading(facts(1))])
    clock.set("2020-01-01")
    store.put([reading(facts(2))])
    assert sum(scope.claims for scope in store.scopes()) == 2
    assert sum(scope.claims for scope in store.scopes("2026-05-01")) == 2


@given(estates(), st.data())
def test_forget_closes_and_as_of_still_answers(readings: list[Reading], data: st.DataObject) -> None:
    """A forgotten scope no longer counts, and stays for earlier moments."""
    clock = Clock("2026-01-01")
    store = a_store(clock)
    store.put(readings)
    before = (list(store.readings()), store.state())
    clock.set("2026-02-01")
    gone = data.draw(st.lists(st.sampled_from([found.scope for found in readings]), unique=True))
    change = store.forget([*gone, Scope("native", "nowhere", "x")])
    assert sorted(change.closed) == sorted(gone)
    assert change.claims_closed == sum(len(found.claims) for found in readings if found.scope in gone)
    assert sorted({found.scope for found in readings} - set(gone)) == [s.scope for s in store.scopes()]
    assert (list(store.readings("2026-01-15")), store.state("2026-01-15")) == before


def test_what_was_forgotten_and_comes_back_begins_anew() -> None:
    """A claim keeps its since only while it is open."""
    clock = Clock("2026-01-01")
    store = a_store(clock)
    store.put([reading(facts(1))])
    store.forget([SCOPE])
    clock.set("2026-06-01")
    assert store.put([reading(facts(1))]).added == (SCOPE,)
    assert [found.since for found in store.readings()] == [("2026-06-01",)]


@given(readings_of(SCOPE))
def test_the_revision_is_of_content_alone(found: Reading) -> None:
    """Equal content, equal revision: when it was imported is no part of it, but the view looks at it."""
    early, late = a_store(Clock("2026-01-01")), a_store(Clock("2026-06-01"))
    early.put([replace(found, time="")])
    late.put([replace(found, time="")])
    assert early.state().revision == late.state().revision
    assert (early.state().stamp == late.state().stamp) == (not found.claims)
