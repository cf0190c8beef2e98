"""Rows kept as columns are written as the same rows would be, one by one."""

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphkit.querying.answer import Rows
from graphkit.render.data import _chunks

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), st.text(), st.lists(st.text())
)


@given(st.dictionaries(st.text(), st.lists(VALUES, min_size=3, max_size=3), min_size=1))
def test_columns_are_written_as_their_rows_are(columns: dict[str, list[Any]]) -> None:
    """Also where 1, 1.0 and true stand in one column, and where a name holds a percent sign or a quote."""
    rows = Rows(columns)
    alone = [json.dumps(row, ensure_ascii=False) for row in rows]
    assert [line for chunk in _chunks(rows) for line in chunk] == alone
    assert [line for chunk in _chunks(list(rows)) for line in chunk] == alone
    assert len(rows) == 3


def test_rows_behave_as_a_list_of_rows() -> None:
    """They are counted, gone through and looked up; none at all is no row."""
    rows = Rows({"key": ["a", "b"], "hops": [1, 2]})
    assert (len(rows), rows[1], next(iter(rows))["key"]) == (2, {"key": "b", "hops": 2}, "a")
    assert len(Rows({})) == len(Rows({"key": []})) == 0
    assert io.StringIO().write("".join(line for chunk in _chunks(Rows({"key": []})) for line in chunk)) == 0
