"""Laws of reachability, for any graph."""

import random

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.model import CARRIERS, Claim, edge, mention, node
from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.depends_on import DependsOn
from graphkit.queries.unresolved import Unresolved
from graphkit.queries.why import Why
from graphkit.querying import Answer, Snapshots
from graphkit.querying.reach import GROUPS, MEMBERSHIP
from graphkit.snapshot import POSSIBLE, Snapshot
from tests.queries.asking import AT, FRAME, LLAMA, asked, catalogue, chain, reading, text

_SERVICES = [f"service:s{number}" for number in range(7)]
_PACKAGES = [f"package:pkg:pypi/p{number}@1" for number in range(3)]
_UNKNOWN = [mention(f"nobody-knows-{number}", context="code:env") for number in range(2)]
_REFERENCES = ["vendor:meta", "family:llama", "vendor:acme", "service:s0", _PACKAGES[0]]

_requires = st.tuples(
    st.sampled_from([*_SERVICES, "route:r0", "route:r1"]),
    st.just("REQUIRES"),
    st.sampled_from([*_SERVICES, "route:r0", "route:r1", *_PACKAGES, LLAMA]),
)
_depends = st.tuples(st.sampled_from(_PACKAGES), st.just("DEPENDS_ON"), st.sampled_from(_PACKAGES))
_published = st.tuples(st.sampled_from(_PACKAGES), st.just("PUBLISHED_BY"), st.just("vendor:acme"))
_uses_unknown = st.tuples(st.sampled_from(_SERVICES), st.just("REQUIRES"), st.sampled_from(_UNKNOWN))
_known = st.lists(st.one_of(_requires, _requires, _depends, _published), max_size=25)
_any = st.lists(st.one_of(_requires, _requires, _depends, _published, _uses_unknown), max_size=25)
_doubts = st.integers(0, 2**32)


def graph(edges: list[tuple[str, str, str]], *, doubt: int = 0, shuffle: int = 0) -> Snapshots:
    """Build the graph of *edges*; a *doubt* makes some of them merely possible."""
    claims: list[Claim] = [
        node(key, AT) for key in (*_SERVICES, *_PACKAGES, "vendor:acme", "vendor:meta", "family:llama")
    ]
    claims += [edge(source, kind, target, AT) for source, kind, target in edges]
    random.Random(shuffle).shuffle(claims)
    snapshots = asked(reading(*claims))
    built = snapshots.current
    flags = built.e_flags.copy()
    for number in range(built.edges):
        if doubt >> (number % 32) & 1 and number % 3 == 0:
            flags[number] |= POSSIBLE
    doubtful = Snapshot(built.meta, {**built.columns, "e_flags": flags})
    return Snapshots(doubtful, FRAME, snapshots.config, catalogue)


def oracle(snapshots: Snapshots) -> "nx.MultiDiGraph[str]":
    """Give the graph as networkx has it, with the edges that a reference reaches over."""
    whole = snapshots.current.to_networkx()
    kinds = {*CARRIERS, *MEMBERSHIP}
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    found.add_nodes_from(whole)
    found.add_edges_from((u, v) for u, v, data in whole.edges(data=True) if data["kind"] in kinds)
    return found


def keys(answer: Answer, certainty: str = "certain") -> set[str]:
    """Give the keys of the rows of that certainty."""
    return {row["key"] for row in answer.rows if row["certainty"] == certainty}


@settings(max_examples=60, deadline=None)
@given(_known, st.sampled_from(_REFERENCES))
def test_plain_reachability_equals_that_of_networkx(edges: list[tuple[str, str, str]], ref: str) -> None:
    """The same nodes, at the same distances."""
    snapshots = graph(edges)
    reverse = oracle(snapshots).reverse()
    lengths = nx.single_source_shortest_path_length(reverse, ref) if ref in reverse else {}
    wanted = {key: d for key, d in lengths.items() if key != ref and key.partition(":")[0] not in GROUPS}
    answer = BlastRadius(ref).answer(snapshots)
    assert {row["key"]: row["distance"] for row in answer.rows} == wanted


@settings(max_examples=60, deadline=None)
@given(_any, st.sampled_from(_REFERENCES), _doubts)
def test_a_witness_connects_its_row_with_the_reference(
    edges: list[tuple[str, str, str]], ref: str, doubt: int
) -> None:
    """Edge meets edge; hops and distance are those of the chain; certain chains hold no doubt."""
    snapshots = graph(edges, doubt=doubt)
    answer = BlastRadius(ref).answer(snapshots)
    unknown = {f"model:unresolved/nobody-knows-{number}" for number in range(2)}
    for row in answer.rows:
        steps = chain(answer, row)
        ends = [row["key"], *(target for _, _, target in steps)]
        assert [source for source, _, _ in steps] == ends[:-1]
        assert ends[-1] == ref or (row["certainty"] == "possible" and ends[-1] in unknown)
        assert row["distance"] == len(steps)
        assert row["hops"] == sum(source.startswith("service:") for source, _, _ in steps)


@settings(max_examples=60, deadline=None)
@given(_any, st.sampled_from(_REFERENCES), _doubts)
def test_certain_is_within_possible(edges: list[tuple[str, str, str]], ref: str, doubt: int) -> None:
    """What holds with doubts read as no holds with doubts read as yes; no node has two rows."""
    sure = graph(edges)
    doubtful = graph(edges, doubt=doubt)
    before, after = BlastRadius(ref).answer(sure), BlastRadius(ref).answer(doubtful)
    assert keys(after) <= keys(before)
    assert keys(after) | keys(after, "possible") == keys(before) | keys(before, "possible")
    assert len(after.rows) == len({row["key"] for row in after.rows})


@settings(max_examples=40, deadline=None)
@given(_any, st.sampled_from(_REFERENCES), st.integers(1, 9))
def test_the_order_of_claims_never_matters(edges: list[tuple[str, str, str]], ref: str, shuffle: int) -> None:
    """The same bytes for the same claims, and for the same question twice."""
    snapshots, other = graph(edges), graph(edges, shuffle=shuffle)
    said = text(BlastRadius(ref).answer(snapshots), "json")
    assert said == text(BlastRadius(ref).answer(snapshots), "json")
    assert said == text(BlastRadius(ref).answer(other), "json")
    assert text(BlastRadius(ref).answer(snapshots)) == text(BlastRadius(ref).answer(other))


@settings(max_examples=40, deadline=None)
@given(_any, st.sampled_from(_SERVICES), _doubts)
def test_depends_on_is_blast_radius_turned_around(
    edges: list[tuple[str, str, str]], ref: str, doubt: int
) -> None:
    """A service needs what its row is in the blast radius of, as surely and as far."""
    snapshots = graph(edges, doubt=doubt)
    for row in DependsOn(ref).answer(snapshots).rows:
        back = {r["key"]: r for r in BlastRadius(row["key"]).answer(snapshots).rows}
        assert ref in back
        if back[ref]["certainty"] == row["certainty"] == "certain":
            assert back[ref]["distance"] == row["distance"]
        assert (row["certainty"] == "certain") == (back[ref]["certainty"] == "certain")


@settings(max_examples=40, deadline=None)
@given(_any, st.sampled_from(_SERVICES), _doubts)
def test_why_finds_a_chain_exactly_where_there_is_a_row(
    edges: list[tuple[str, str, str]], ref: str, doubt: int
) -> None:
    """And its first chain is as certain; a certain one is as short."""
    snapshots = graph(edges, doubt=doubt)
    blast = {row["key"]: row for row in BlastRadius("vendor:meta").answer(snapshots).rows}
    why = Why(ref, from_="vendor:meta").answer(snapshots)
    assert bool(why.rows) == (ref in blast)
    for row in why.rows[:1]:
        assert row["certainty"] == blast[ref]["certainty"]
        if row["certainty"] == "certain":
            assert row["distance"] == blast[ref]["distance"]


@settings(max_examples=40, deadline=None)
@given(_any)
def test_the_users_of_an_unknown_name_are_those_that_reach_it(edges: list[tuple[str, str, str]]) -> None:
    """Many names followed at once give what one at a time would."""
    snapshots = graph(edges)
    reverse = oracle(snapshots).reverse()
    for row in Unresolved().answer(snapshots).rows:
        reached = nx.descendants(reverse, f"model:unresolved/{row['name']}")
        assert row["services"] == sorted(key for key in reached if key.startswith("service:"))
