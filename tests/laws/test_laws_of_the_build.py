"""The laws of the build: pure, deterministic, indifferent to order, and never without an end."""

import os
import subprocess
import sys
from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.build import build
from graphkit.catalogue import Catalogue
from graphkit.config import Config, Gateway
from graphkit.model import Evidence, Reading, edge, kind_of, mention, split_qualified
from graphkit.snapshot import Snapshot, Strings, view_digest
from tests.laws.stating import estates, fact, reading, stored, uses

LLAMA = mention("groq/llama-3.1-8b-instant", context="gateway:litellm")
_HASHED = """
import sys
from tests.laws.test_laws_of_the_build import hashed
print(hashed())
"""


@given(readings=estates(), data=st.data())
def test_order_between_scopes_never_matters(
    readings: list[Reading], data: st.DataObject, catalogue: Catalogue
) -> None:
    """Readings in any order: the same snapshot, byte for byte."""
    shuffled = data.draw(st.permutations(readings))
    one = build(readings, catalogue=catalogue, config=Config()).to_bytes()
    assert build(shuffled, catalogue=catalogue, config=Config()).to_bytes() == one
    assert build(iter(readings), catalogue=catalogue, config=Config()).to_bytes() == one


@given(readings=estates())
@settings(max_examples=30)
def test_the_build_of_what_a_store_gives_back_is_the_same(
    readings: list[Reading], catalogue: Catalogue
) -> None:
    """A store is durable readings and nothing clever: order of puts and storage change no byte."""
    forth, back = stored(*readings), stored(*reversed(readings))
    built = [
        build(store.readings(), catalogue=catalogue, config=Config()).to_bytes() for store in (forth, back)
    ]
    assert built[0] == built[1]


@given(readings=estates())
@settings(max_examples=30)
def test_a_build_leaves_its_input_as_it_was(readings: list[Reading], catalogue: Catalogue) -> None:
    """The build is pure: it changes no claim and no property that it was given."""
    before = repr(readings)
    build(readings, catalogue=catalogue, config=Config())
    assert repr(readings) == before


@given(readings=estates())
def test_a_node_exists_while_an_open_claim_names_it(readings: list[Reading], catalogue: Catalogue) -> None:
    """Nothing that a document names is lost: every service and team stands in the graph or in a fold."""
    snapshot = build(readings, catalogue=catalogue, config=Config())
    known = set(snapshot.n_key[:]) | {key for fold in snapshot.meta["folds"] for key in fold["folded"]}
    for found in readings:
        for claim in found.claims:
            bare = split_qualified(claim.source)[0]
            if kind_of(bare) == "service" and claim.kind in ("", "REQUIRES"):
                name = bare.partition(":")[2]
                assert any(key == bare or key.endswith(f"/{name}") for key in known), bare


@given(readings=estates())
def test_every_edge_of_a_snapshot_has_its_ends_and_its_order(
    readings: list[Reading], catalogue: Catalogue
) -> None:
    """Nodes are ordered by key, edges by source, kind and target, and columns have one length each."""
    snapshot = build(readings, catalogue=catalogue, config=Config())
    keys = snapshot.n_key[:]
    assert keys == sorted(set(keys))
    order = list(
        zip(snapshot.e_source.tolist(), snapshot.e_kind.tolist(), snapshot.e_target.tolist(), strict=True)
    )
    assert order == sorted(order)
    for prefix, length in (("n_", snapshot.nodes), ("e_", snapshot.edges), ("d_", len(snapshot.d_k))):
        lengths = {name: len(column) for name, column in snapshot.columns.items() if name.startswith(prefix)}
        assert set(lengths.values()) <= {length}, lengths


@given(readings=estates())
def test_a_need_has_members_and_a_k_that_they_can_meet(readings: list[Reading], catalogue: Catalogue) -> None:
    """K is at least one and at most the number of distinct members; all members are the owner's."""
    snapshot = build(readings, catalogue=catalogue, config=Config())
    for number, owner in enumerate(snapshot.d_owner.tolist()):
        members = np.flatnonzero(snapshot.e_need == number)
        assert set(snapshot.e_source[members].tolist()) == {owner}
        assert 1 <= snapshot.d_k[number] <= len(set(snapshot.e_target[members].tolist()))


@given(readings=estates())
def test_a_snapshot_comes_back_from_its_bytes(readings: list[Reading], catalogue: Catalogue) -> None:
    """To bytes and back is the same graph, also as networkx sees it."""
    snapshot = build(readings, catalogue=catalogue, config=Config())
    again = Snapshot.from_bytes(snapshot.to_bytes())
    assert again.to_bytes() == snapshot.to_bytes()
    assert dict(again.meta) == dict(snapshot.meta)
    assert set(again.columns) == set(snapshot.columns)
    for name, column in snapshot.columns.items():
        other = again.columns[name]
        if isinstance(column, Strings):
            assert list(other) == list(column)
        else:
            assert np.array_equal(np.asarray(other), column)
    assert nx.utils.graphs_equal(again.to_networkx(), snapshot.to_networkx())


@given(readings=estates(), data=st.data())
def test_depths_equal_the_shortest_paths_of_networkx(
    readings: list[Reading], data: st.DataObject, catalogue: Catalogue
) -> None:
    """Least number of edges to any seed, over the edges that carry impact; -1 where there is no way."""
    snapshot = build(readings, catalogue=catalogue, config=Config())
    if not snapshot.nodes:
        return
    seeds = data.draw(st.lists(st.integers(0, snapshot.nodes - 1), max_size=3))
    keys = snapshot.n_key[:]
    graph = snapshot.to_networkx()
    graph.remove_edges_from([end for end in graph.edges(keys=True) if not snapshot.carries[end[2]]])
    distances: dict[str, int] = {}
    if seeds:
        distances = dict(nx.multi_source_dijkstra_path_length(graph.reverse(), {keys[s] for s in seeds}))
    depths = snapshot.depths(np.array(seeds, np.int64), edges=snapshot.carries)
    assert depths.tolist() == [distances.get(key, -1) for key in keys]


@given(readings=estates())
@settings(max_examples=30)
def test_a_fact_claimed_by_two_scopes_survives_the_loss_of_one(
    readings: list[Reading], catalogue: Catalogue
) -> None:
    """A fact claimed by two scopes survives the loss of one: node and edge stay, from the other scope."""
    own = reading([fact("both"), uses("both", "service:needed")], "one.yaml", importer="zeta")
    copy = reading([fact("both"), uses("both", "service:needed")], "two.yaml", importer="zeta")
    store = stored(own, copy, *readings)
    store.forget([own.scope])
    snapshot = build(store.readings(), catalogue=catalogue, config=Config())
    owner = snapshot.index("service:both")
    assert owner is not None
    targets = {snapshot.n_key[snapshot.e_target[number]] for number in snapshot.out_edges(owner)}
    assert targets == {"service:needed"}
    store.forget([copy.scope])
    assert build(store.readings(), catalogue=catalogue, config=Config()).index("service:both") is None


def hashed() -> str:
    """Give the bytes of a build with folds, joins and needs, as hexadecimal digits."""
    from graphkit.catalogue import load

    at = Evidence("/x")
    ends = [mention(name, base_url="http://litellm:4000") for name in ("fast", "slow", "")]
    claims = [uses(f"s{number}", end, at) for number, end in enumerate(ends)]
    claims += [edge(f"route:{name}\x1fgw.yaml", "REQUIRES", LLAMA, at) for name in ("fast", "b", "c")]
    claims += [edge("service:s1", "SAME_AS", f"service:{name}", at) for name in ("t", "u", "v")]
    claims += [edge("service:s1", "OWNED_BY", f"team:{name}", at) for name in ("t", "u", "v")]
    config = Config(gateways=(Gateway("prod", ("http://litellm:4000",), ("gw.yaml",)),))
    return build([reading(claims)], catalogue=load(), config=config).to_bytes().hex()


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    """Nothing hangs on the order of sets, which differs from process to process."""
    found = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _HASHED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        found.add(done.stdout)
    assert found == {hashed() + "\n"}


def test_a_view_is_valid_for_exactly_one_digest_of_readings_catalogue_and_own_files() -> None:
    """Another catalogue, another word in graphkit.toml, another reading: another digest."""
    config = Config(models={"fast": "openai/gpt-5-mini"})
    others = [
        Config(),
        config,
        replace(config, criticality={"api": "high"}),
        Config(same=(("service:a", "service:b"),)),
        Config(gateways=(Gateway("g", ("http://g",)),)),
    ]
    digests = [view_digest("s", catalogue="c", config=other.digest) for other in others]
    digests.append(view_digest("t", catalogue="c", config=Config().digest))
    digests.append(view_digest("s", catalogue="d", config=Config().digest))
    assert len(set(digests)) == len(digests)
    assert view_digest("s", catalogue="c", config=replace(config, currency="EUR").digest) == digests[1]


def test_an_edited_graphkit_toml_changes_the_graph_without_an_import(catalogue: Catalogue) -> None:
    """Readings never contain the build's results."""
    store = stored(reading([uses("api", mention("fast"))]))
    before = build(store.readings(), catalogue=catalogue, config=Config())
    config = Config(models={"fast": "groq/llama-3.1-8b-instant"})
    after = build(store.readings(), catalogue=catalogue, config=config)
    assert before.index("model:unresolved/fast") is not None
    assert before.index("vendor:meta") is None
    assert after.index("model:unresolved/fast") is None
    assert after.index("vendor:meta") is not None
