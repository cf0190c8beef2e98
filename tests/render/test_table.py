"""The table for people."""

import io
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from graphkit.querying import Answer, Column
from graphkit.render import write
from tests.render.answers import HOSTILE, NAMED, answer, company, row

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def table(made: Answer, width: int | None = None) -> str:
    """Give the table as plain text."""
    out = io.StringIO()
    write(made, format="table", out=out, width=width, color=False)
    return out.getvalue()


def test_sentences_come_first_then_columns_then_notes() -> None:
    """The order of the contract."""
    rows = [row("service:a", "checkout", [], criticality="high"), row("service:b", "ledger", [])]
    made = answer(
        rows,
        [],
        columns=NAMED,
        headline=("2 services are hit.",),
        notes=(("Clear", "billing"), ("Basis", "6")),
    )
    assert table(made).splitlines() == [
        "2 services are hit.",
        "",
        "SERVICE   CRIT",
        "checkout  high",
        "ledger    -",
        "",
        "Clear  billing",
        "Basis  6",
    ]


def test_a_line_of_text_stands_indented_below_its_row() -> None:
    """As the query gives it."""
    made = answer([row("service:a", "A", [])], [], columns=NAMED, under=lambda _: "route chat: groq")
    assert table(made).splitlines()[2] == "            route chat: groq"


def test_headings_stand_where_the_group_changes() -> None:
    """An empty line before all but the first."""
    rows = [row("service:a", "A", []), row("service:b", "B", []), row("package:p", "P", [])]
    made = answer(rows, [], columns=NAMED[:1], group=lambda made: str(made["kind"]).title())
    assert table(made).splitlines() == ["SERVICE", "Service", "A", "B", "", "Package", "P"]


def test_folded_rows_are_counted_by_kind() -> None:
    """And it is said where they are."""
    rows = [row("service:a", "A", []), *(row(f"package:p{number}", "P", []) for number in range(12))]
    made = answer(rows, [], columns=NAMED, folded=lambda made: made["kind"] == "package")
    assert table(made).splitlines()[2:] == ["... and 12 packages, folded: --format csv has them"]


def test_two_hundred_rows_are_shown_and_the_others_counted() -> None:
    """Every truncation is announced."""
    made = answer([row(f"service:s{number}", "S", []) for number in range(1_300)], [], columns=NAMED)
    lines = table(made).splitlines()
    assert len(lines) == 202
    assert lines[-1] == "... 1,100 more rows, --format csv has all"


@pytest.mark.parametrize("width", [40, 60, 90, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Columns shrink, sentences and notes wrap."""
    columns = (*NAMED, Column("OWNER", lambda made: str(made["owner"] or "-")))
    made = replace(company(30, names=HOSTILE), columns=columns, under=lambda made: str(made["name"]))
    assert max(cell_len(line) for line in table(made, width).splitlines()) <= width


def test_cells_that_are_cut_are_announced() -> None:
    """A name of 10,000 characters takes three lines."""
    text = table(answer([row("service:a", "x" * 10_000, [])], [], columns=NAMED), 80)
    assert "…" in text
    assert text.endswith("Cells that end in … are cut: --format csv has them whole\n")
    assert len(text) < 1_000


def test_nothing_of_the_data_steers_the_terminal() -> None:
    """Control characters and marks of direction are shown as escapes, markup stays text."""
    text = table(company(20, names=HOSTILE))
    assert "[bold red]a | b[/]" in text
    assert "pay\\u202elap\\u2066\\x1b[31m" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2066\ud800]", text)


def test_color_changes_nothing_but_colors() -> None:
    """Words say everything; without color there is no escape sequence at all."""
    made = company(30)
    out = io.StringIO()
    write(made, format="table", out=out, width=100, color=True)
    assert "\x1b[" in out.getvalue()
    stripped = [line.rstrip() for line in _ESCAPES.sub("", out.getvalue()).splitlines()]
    assert stripped == table(made, 100).splitlines()


def test_an_answer_that_is_a_text_is_written_as_it_is() -> None:
    """Lines and tabs stay, what steers a terminal does not."""
    made = answer([row("service:a", "A", [])], [], text="[models]\n\tx = \x1b[1m", headline=("not shown",))
    assert table(made) == "[models]\n\tx = \\x1b[1m\n"


def test_an_unknown_value_is_a_dash() -> None:
    """Never a zero."""
    assert table(answer([{"key": "a", "n": None}], [])).splitlines() == ["KEY  N", "a    -"]


def test_a_long_label_stands_before_its_text() -> None:
    """It takes no column of its own."""
    made = answer([], [], notes=(("Basis", "6 sources"), ("If hosts drop it too (supposed):", "lost")))
    assert table(made).splitlines() == ["Basis  6 sources", "If hosts drop it too (supposed): lost"]
