"""What a word on the command line means."""

import time

import pytest

from graphkit.errors import UnknownReference
from graphkit.model import edge, node
from graphkit.querying.references import Reference, resolve
from tests.queries.asking import AT, LLAMA, needs, of, shop

META = "vendor:meta"


def members(found: Reference, keys: list[str]) -> list[str]:
    """Give the keys of the seeds."""
    return [keys[seed] for seed in found.seeds.tolist()]


@pytest.mark.parametrize(
    "text", ["vendor:meta", "meta", "Meta", "META", "vendor:Meta Platforms", "Meta Platforms"]
)
def test_a_vendor_goes_by_key_id_name_and_alias(text: str) -> None:
    """Case counts only where two names differ by it."""
    assert resolve(text, shop()).key == META


def test_a_key_of_a_service_may_be_written_in_another_case() -> None:
    """Only where no key is equal."""
    snapshots = of(needs("Chat"), needs("desk"))
    assert resolve("service:CHAT", snapshots).key == "service:Chat"
    assert resolve("DESK", snapshots).key == "service:desk"


def test_a_vendor_stands_for_what_it_publishes_and_hosts() -> None:
    """Its packages, its models, and offerings that it hosts."""
    snapshots = of(
        needs("chat", LLAMA, "package:pkg:npm/react@19"),
        edge("package:pkg:npm/react@19", "PUBLISHED_BY", META, AT),
    )
    keys = snapshots.current.n_key[:]
    assert members(resolve(META, snapshots), keys) == [
        "model:meta-llama/llama-3.3-70b-instruct",
        "package:pkg:npm/react@19",
    ]
    assert members(resolve("vendor:groq", snapshots), keys) == ["offering:groq/llama-3.3-70b-versatile"]


def test_a_team_stands_for_what_it_owns() -> None:
    """Not for what depends on that."""
    snapshots = shop()
    assert members(resolve("CX", snapshots), snapshots.current.n_key[:]) == ["service:chat"]


@pytest.mark.parametrize("text", ["vendor:moonshot", "Moonshot AI", "family:kimi", "license:llama2"])
def test_what_only_the_catalogue_knows_is_a_reference_without_seeds(text: str) -> None:
    """To ask about a vendor nobody uses is a good question."""
    found = resolve(text, shop())
    assert (found.node, found.seeds.tolist()) == (None, [])
    assert found.name


def test_a_name_of_two_nodes_is_refused_with_both_keys() -> None:
    """It is not for graphkit to choose."""
    snapshots = of(needs("chat"), node("team:chat", AT))
    with pytest.raises(
        UnknownReference, match=r"'chat' may mean service:chat, team:chat: give one"
    ) as caught:
        resolve("chat", snapshots)
    assert caught.value.exit_code == 2


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """A typing error finds its word; at most eight are offered."""
    many = [claim for number in range(30) for claim in needs(f"checkout-{number:02d}")]
    with pytest.raises(UnknownReference, match=r"did you mean service:checkout") as caught:
        resolve("chekout-0", of(many))
    assert str(caught.value).count("service:") <= 8


def test_an_unknown_key_is_refused_with_the_nearest_key() -> None:
    """Also where its kind is right."""
    with pytest.raises(UnknownReference, match=r"service:ledger"):
        resolve("service:leger", shop())


@pytest.mark.parametrize(
    "text", ["", ":", "vendor:", "\x00", "a\nb", "\u202eatem", "x" * 10_000, "'; drop", "\ud800"]
)
def test_hostile_words_are_refused_quickly_on_one_line(text: str) -> None:
    """Whatever is typed, the answer is one line and comes at once."""
    many = [claim for number in range(2_000) for claim in needs(f"service-{number}")]
    snapshots = of(many)
    begin = time.perf_counter()
    with pytest.raises(UnknownReference) as caught:
        resolve(text, snapshots)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1_500
    assert time.perf_counter() - begin < 2


def test_an_empty_graph_knows_what_the_catalogue_knows() -> None:
    """And says of all else that there is nothing."""
    assert resolve("meta", of()).node is None
    with pytest.raises(UnknownReference, match="nothing is called 'checkout'"):
        resolve("checkout", of())
