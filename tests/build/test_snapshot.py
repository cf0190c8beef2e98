"""The snapshot as bytes, as columns of text, and as networkx has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import StoreError
from graphkit.model import edge, node
from graphkit.snapshot import Snapshot, Strings
from tests.build.graphs import AT, graph


def small() -> Snapshot:
    """Build a chain of three services with a name that is not ASCII."""
    return graph(
        node("service:a", AT, name="Ä\0\n<b>"),
        edge("service:a", "REQUIRES", "service:b", AT),
        edge("service:b", "REQUIRES", "service:c", AT),
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_column_of_text_is_the_texts(values: list[str]) -> None:
    """Any text that UTF-8 can write, one by one, in slices and by index."""
    column = Strings.of(values)
    assert (len(column), list(column), column[:], column[1::2]) == (
        len(values),
        values,
        values,
        values[1::2],
    )
    assert column.take(np.arange(len(values))[::-1]) == values[::-1]


@given(st.data())
def test_bytes_that_are_no_snapshot_are_a_store_error(data: st.DataObject) -> None:
    """Cut off anywhere, or something else: StoreError, which says how to build it anew."""
    whole = small().to_bytes()
    for broken in (whole[: data.draw(st.integers(0, len(whole) - 1))], data.draw(st.binary())):
        with pytest.raises(StoreError, match="store build"):
            Snapshot.from_bytes(broken)


def test_an_empty_graph_has_everything_but_nodes() -> None:
    """Nothing was imported yet."""
    empty = Snapshot.from_bytes(graph().to_bytes())
    assert (empty.nodes, empty.edges, empty.index("service:a")) == (0, 0, None)
    assert empty.of_kind("service").tolist() == []
    assert empty.depths(np.zeros(0, np.int64), edges=empty.carries).tolist() == []
    assert len(empty.to_networkx()) == 0


def test_nodes_are_found_by_key() -> None:
    """By bisection: the first, the last, and none between, before or after."""
    found = small()
    for number, key in enumerate(found.n_key):
        assert found.index(key) == number
    assert [found.index(key) for key in ("", "service:", "service:aa", "z", "service:c\0")] == [None] * 5


def test_a_column_that_is_none_is_an_attribute_error() -> None:
    """So that hasattr and copy work."""
    assert not hasattr(small(), "n_nothing")
    assert not hasattr(small(), "__deepcopy__")


def test_edges_are_found_from_both_ends() -> None:
    """Out-edges of one node, edges from and into many."""
    found = small()
    ends = [found.index(f"service:{name}") or 0 for name in "abc"]
    assert [len(found.out_edges(end)) for end in ends] == [1, 1, 0]
    assert found.edges_from(np.array(ends)).tolist() == [0, 1]
    assert sorted(found.in_edges(np.array(ends)).tolist()) == [0, 1]
    assert found.in_edges(np.array(ends[:1])).tolist() == []
    assert found.depths(np.array(ends[2:]), edges=found.carries).tolist() == [2, 1, 0]
    assert found.depths(np.array(ends[2:]), edges=np.zeros(2, np.bool_)).tolist() == [-1, -1, 0]


def test_networkx_sees_keys_and_kinds() -> None:
    """For GraphML, dominators and the oracle of tests."""
    found = small().to_networkx()
    assert {key: body["kind"] for key, body in found.nodes.items()} == {
        f"service:{name}": "service" for name in "abc"
    }
    assert [(key[0], key[1], body["kind"]) for key, body in sorted(found.edges.items())] == [
        ("service:a", "service:b", "REQUIRES"),
        ("service:b", "service:c", "REQUIRES"),
    ]
