"""JSON, JSON lines and CSV: the bytes that programs read."""

import csv
import io
import json
import time
from types import MappingProxyType

import pytest

from graphkit.errors import UsageError
from graphkit.querying import Answer
from graphkit.render import FORMATS, write
from tests.render.answers import HOSTILE, answer, company, row


def written(made: Answer, name: str) -> str:
    """Give what `write` writes."""
    out = io.StringIO(newline="")
    write(made, format=name, out=out, width=None, color=False)
    return out.getvalue()


def test_the_envelope_has_its_keys_in_order_and_each_row_on_one_line() -> None:
    """The contract, byte by byte, on a small answer."""
    made = answer(
        [{"key": "service:a", "witness": ["e1"]}, {"key": "service:é", "witness": []}], [{"id": "e1"}]
    )
    assert written(made, "json") == (
        '{\n  "schema_version": 1,\n  "query": "blast-radius",\n'
        '  "params": {\n    "ref": "vendor:meta",\n    "events": []\n  },\n'
        '  "as_of": null,\n  "on": "2026-11-23",\n  "revision": "8f31c2",\n  "catalogue": "2026-11-20",\n'
        '  "complete": true,\n  "warnings": [],\n  "summary": {},\n'
        '  "rows": [\n    {"key": "service:a", "witness": ["e1"]},\n'
        '    {"key": "service:é", "witness": []}\n  ],\n'
        '  "because": [\n    {"id": "e1"}\n  ]\n}\n'
    )


def test_an_answer_without_rows_has_empty_lists() -> None:
    """Nothing found is an answer too."""
    text = written(answer([], []), "json")
    assert text.endswith('"rows": [],\n  "because": []\n}\n')
    assert written(answer([], []), "ndjson") == ""


def test_json_says_again_what_the_answer_holds() -> None:
    """Warnings and summary included, more rows than are written at once."""
    made = company(5_000)
    read = json.loads(written(made, "json"))
    assert read["rows"] == list(made.rows)
    assert read["because"] == list(made.because)
    assert read["summary"] == dict(made.summary)
    assert read["warnings"] == [
        {"code": "W-MODEL-UNRESOLVED", "message": "A model name could not be identified.", "count": 3}
    ]


def test_json_lines_are_the_rows() -> None:
    """One a line, in their order."""
    made = company(5_000)
    assert [json.loads(line) for line in written(made, "ndjson").splitlines()] == list(made.rows)


def test_hostile_text_survives_json_and_can_be_encoded() -> None:
    """Lone surrogates have no UTF-8: they are escaped."""
    made = company(20, names=HOSTILE)
    for name in ("json", "ndjson"):
        written(made, name).encode("utf-8")
    assert {made["name"] for made in json.loads(written(made, "json"))["rows"]} >= set(HOSTILE)


def test_read_only_mappings_are_written_as_objects() -> None:
    """Inside, values are often read-only."""
    made = answer([row("service:a", "A", [], impact=MappingProxyType({"legal": "watch"}))], [])
    assert json.loads(written(made, "json"))["rows"][0]["impact"] == {"legal": "watch"}


def test_csv_shows_the_scalar_columns_under_a_header() -> None:
    """Lists are left out, null is empty, truth is written as in JSON, lines end as RFC 4180 says."""
    made = answer(
        [{"key": "a", "list": [1], "n": None, "t": True}, {"key": 'b,"', "list": None, "n": -3, "t": False}],
        [],
    )
    assert written(made, "csv") == 'key,n,t\r\na,,true\r\n"b,""",-3,false\r\n'


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@sum", "\tx", "\rx", "\uff1d1"])
def test_csv_disarms_what_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    """An apostrophe makes it text."""
    lines = list(csv.reader(io.StringIO(written(answer([{text: text}], []), "csv"), newline="")))
    assert lines == [[f"'{text}"], [f"'{text}"]]


def test_csv_leaves_numbers_as_they_are() -> None:
    """Also where they are decimals in strings, as money is."""
    lines = written(answer([{"a": -1, "b": "-269.50", "c": 0.5}], []), "csv").splitlines()
    assert lines[1] == "-1,-269.50,0.5"


def test_csv_of_hostile_text_can_be_read_back() -> None:
    """One record a row, whatever the names hold."""
    made = company(20, names=HOSTILE)
    text = written(made, "csv").encode("utf-8").decode("utf-8")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(made.rows) + 1


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_answer_gives_the_same_text_in_every_format(name: str) -> None:
    """No clock, no chance, no order of sets."""
    assert written(company(50), name) == written(company(50), name)


def test_an_unknown_format_is_the_users_mistake() -> None:
    """The right names are offered."""
    with pytest.raises(UsageError, match="ndjson"):
        written(company(1), "xml")


def test_forty_five_thousand_rows_take_well_under_a_second() -> None:
    """The bound is generous: it takes 0.4 s on a small machine."""
    rows = [row(f"service:svc-{number}", f"Svc {number}", [f"e{number}"]) for number in range(45_000)]
    because = [{"id": f"e{number}", "source": "service:a", "line": None} for number in range(60_000)]
    started = time.perf_counter()
    written(answer(rows, because), "json")
    assert time.perf_counter() - started < 2.5
