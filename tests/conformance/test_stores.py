"""What every store does: one suite, all of it for each store, nothing left out."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from graphkit.build import build
from graphkit.catalogue import Catalogue
from graphkit.config import Config
from graphkit.errors import ShrinkRefused
from graphkit.model import Evidence, Reading, Scope, Skipped, edge, mention, node
from graphkit.stores import State, Store, open_store
from tests.laws.stating import facts, reading

STRANGE = "\0 a\nb <script> \u202eabc 日本 ' \" \\ " + "x" * 10_000

STORES: Mapping[str, Callable[[Path], str]] = MappingProxyType(
    {
        "memory": lambda _: "memory:",
        "sqlite": lambda folder: str(folder / "graphkit.db"),
    }
)
"""How a fresh store of each kind is named, in an empty folder. A new store is one line."""


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty store of each kind."""
    opened = open_store(STORES[request.param](tmp_path), create=True)
    yield opened
    opened.close()


def strange() -> Reading:
    """Make a reading in which every text is strange."""
    at = Evidence(STRANGE, 3, "observed", 0.25, STRANGE)
    props = {"name": STRANGE, "list": [STRANGE, 1, None], "map": {STRANGE: True}, "n": 1.5}
    claims = (
        node(f"service:{STRANGE}", at, **props),
        edge(f"service:{STRANGE}", "REQUIRES", mention(STRANGE, context=STRANGE), at, qualifier=STRANGE),
    )
    skipped = (Skipped("W-CSV", STRANGE, STRANGE, 1, 2), Skipped("I-CYCLE", ""))
    days = ("2026-02-11", "2026-02-11")
    return Reading(Scope("native", STRANGE, STRANGE), STRANGE, claims, skipped, time="2026-02-11", since=days)


def test_an_empty_store_holds_nothing(store: Store) -> None:
    """And says so without an error, on every question."""
    assert list(store.readings()) == []
    assert store.scopes() == ()
    assert dict(store.roots()) == {}
    assert store.view("x") is None
    assert store.state() == store.state("2020-01-01")
    assert not store.put([]).any
    assert not store.forget([Scope("native", "shop", "x")]).any


def test_what_is_put_comes_back_as_it_was(store: Store) -> None:
    """Any text, evidence, skipped, time and since, to the last sign."""
    store.put([strange()])
    assert list(store.readings()) == [strange()]


def test_readings_and_scopes_are_ordered_by_scope(store: Store) -> None:
    """Whatever order they were put in: by importer, root and path, as Python compares texts."""
    paths = ["b", "a", "B", "ä", "a/b", "a b", "日本", ""]
    store.put([reading(facts(1), path, importer=name) for path in paths for name in ("native", "litellm")])
    scopes = [found.scope for found in store.readings()]
    assert scopes == sorted(scopes)
    assert [found.scope for found in store.scopes()] == scopes
    assert len(scopes) == 16


def test_scopes_tell_what_readings_hold(store: Store) -> None:
    """Without their claims."""
    store.put([strange(), reading(facts(3), complete=False)])
    rows = {row.scope.path: row for row in store.scopes()}
    assert (rows[STRANGE].claims, rows[STRANGE].skipped, rows[STRANGE].complete) == (2, 2, True)
    assert (rows["a.yaml"].claims, rows["a.yaml"].skipped, rows["a.yaml"].complete) == (3, 0, False)
    assert rows[STRANGE].time == "2026-02-11"
    assert rows[STRANGE].digest == STRANGE


def test_the_moments_of_a_store_are_those_at_which_it_changed(store: Store) -> None:
    """Ascending; at the last of them it is as it is now, and nothing that changes nothing adds one."""
    assert store.moments() == ()
    store.put([reading(facts(3))])
    first = store.state()
    store.put([reading(facts(3, start=1))])
    store.forget([reading(()).scope])
    moments = store.moments()
    assert list(moments) == sorted(set(moments))
    assert store.state(moments[0]) == first
    assert store.state(moments[-1]) == store.state()
    store.put([])
    assert store.moments() == moments


def test_a_change_says_what_happened(store: Store) -> None:
    """Added, changed, unchanged and closed scopes; claims opened and closed."""
    one, two = reading(facts(3)), reading(facts(3), "b.yaml")
    change = store.put([one, two])
    assert (change.added, change.claims_opened) == ((one.scope, two.scope), 6)
    change = store.put([reading(facts(3, start=1)), two])
    assert (change.changed, change.unchanged) == ((one.scope,), (two.scope,))
    assert (change.claims_opened, change.claims_closed) == (1, 1)
    change = store.forget([one.scope])
    assert (change.closed, change.claims_closed, change.any) == ((one.scope,), 3, True)
    assert [found.scope for found in store.readings()] == [two.scope]


def test_a_shrinking_scope_is_refused_and_nothing_is_stored(store: Store) -> None:
    """Not even what would have been fine."""
    store.put([reading(facts(50))])
    before = store.state()
    with pytest.raises(ShrinkRefused):
        store.put([reading(facts(2), "b.yaml"), reading(facts(2))])
    assert store.state() == before
    assert store.put([reading(facts(2))], accept_shrink=True).claims_closed == 48


def test_the_state_is_of_content(store: Store) -> None:
    """Equal content, equal revision, on every store; there and back is where it was."""
    empty = store.state()
    store.put([strange()])
    full = store.state()
    other = open_store("memory:")
    other.put([strange()])
    assert full == other.state()
    store.forget([strange().scope])
    assert store.state() == empty
    store.put([strange()])
    assert store.state() == full
    assert isinstance(full, State)


def test_earlier_moments_are_answered(store: Store) -> None:
    """The moment of a change and the time after it are told apart."""
    store.put([reading(facts(1))])
    (first,) = store.scopes()
    store.put([reading(facts(2))])
    assert [len(found.claims) for found in store.readings(first.valid_from)] == [1]
    assert [len(found.claims) for found in store.readings()] == [2]
    assert list(store.readings("2000-01-01")) == []


def test_a_view_is_kept_for_one_digest(store: Store, catalogue: Catalogue) -> None:
    """The last one saved; another digest finds none."""
    views = [
        build([reading(facts(count))], catalogue=catalogue, config=Config()).to_bytes() for count in (1, 2)
    ]
    for number, count in enumerate((1, 2)):
        store.save_view(
            build([reading(facts(count))], catalogue=catalogue, config=Config()), digest=f"digest {number}"
        )
    found = store.view("digest 1")
    assert found is not None
    assert found.to_bytes() == views[1]
    assert store.view("digest 0") is None


def test_roots_are_kept_and_a_known_name_gets_its_new_place(store: Store) -> None:
    """In the order of their names."""
    store.save_roots({"b": "/b", STRANGE: STRANGE})
    store.save_roots({"a": "/a", "b": "/c"})
    assert list(store.roots().items()) == sorted({"a": "/a", "b": "/c", STRANGE: STRANGE}.items())


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    """Kept, undone by keep=False, undone by an error; afterwards the store can be written again."""
    with store.transaction():
        store.put([reading(facts(1))])
        store.save_roots({"a": "/a"})
    kept = (store.state(), dict(store.roots()))
    with store.transaction(keep=False):
        store.put([reading(facts(2))])
    with pytest.raises(ShrinkRefused), store.transaction():
        both(store)
    assert (store.state(), dict(store.roots())) == kept
    assert store.put([reading(facts(2))]).changed


def both(store: Store) -> None:
    """Save a root, then put what is refused."""
    store.save_roots({"b": "/b"})
    store.put([reading(facts(2)), reading([])])


def test_content_copied_to_another_store_is_the_same(store: Store) -> None:
    """Readings, since and all: the same revision and the same stamp, there and back."""
    store.put([strange(), reading(facts(9)), reading(facts(3), "b.yaml", complete=False)])
    other = open_store("memory:")
    other.put(store.readings())
    assert other.state().revision == store.state().revision
    assert [found.claims for found in other.readings()] == [found.claims for found in store.readings()]
