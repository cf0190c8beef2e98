"""Answers as Markdown and as Mermaid."""

import io
import re
from dataclasses import replace

import pytest

from graphkit.querying import Answer
from graphkit.render import write
from graphkit.render.markdown import escaped
from tests.render.answers import HOSTILE, answer, company, edge, row


def written(made: Answer, name: str) -> str:
    """Give what `write` writes."""
    out = io.StringIO()
    write(made, format=name, out=out, width=None, color=False)
    return out.getvalue()


def test_markdown_has_sentences_table_notes_and_proof() -> None:
    """Each edge of the proof is a sentence with its place."""
    made = answer(
        [row("service:a", "A", ["e4"])],
        [edge(4, "service:a", "REQUIRES", "model:m"), edge(5, "service:z", "REQUIRES", "model:m")],
        headline=("1 service is hit.",),
        notes=(("Clear", "billing"), ("", "and ledger")),
    )
    text = written(made, "markdown")
    assert text.startswith("# blast-radius\n\n1 service is hit.\n\n| key | kind |")
    assert "- **Clear** billing\n- and ledger\n" in text
    assert text.endswith(
        "## Because\n\n"
        "- e4: service:a requires model:m (inventory.yaml:4, native, declared, confidence 1.0)\n"
    )


def test_markdown_says_what_makes_an_answer_incomplete() -> None:
    """Before the table."""
    text = written(company(3), "markdown")
    assert "**Incomplete.**" in text
    assert "- W-MODEL-UNRESOLVED, 3 times: A model name could not be identified." in text


def test_markdown_takes_nothing_of_the_data_for_markup() -> None:
    """Each row stays one row of as many cells as the header has."""
    text = written(company(20, names=HOSTILE), "markdown")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(re.findall(r"\|", lines[0]))}
    assert "<" not in text
    assert len(lines) == 2 + 23


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("# head", "\\# head"),
        ("a\n# head", "a\\\\n# head"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_markdown_escapes_what_begins_a_block_or_a_link(text: str, shown: str) -> None:
    """At the start of a line some characters mean more."""
    assert escaped(text) == shown


def test_markdown_counts_the_rows_that_it_leaves_out() -> None:
    """After the first thousand."""
    made = answer([row(f"service:s{number}", "S", []) for number in range(1_500)], [])
    assert "500 more rows: `--format csv` has all." in written(made, "markdown")


def test_mermaid_draws_the_proof_with_verbs() -> None:
    """Possible rows are dashed and say so."""
    made = answer(
        [row("service:a", "A", ["e4"], certainty="possible")], [edge(4, "service:a", "REQUIRES", "model:m")]
    )
    assert written(made, "mermaid") == (
        'flowchart LR\n  n0["A (possible)"]:::possible\n  n1["model:m"]\n'
        '  n0 -- "requires" --> n1\n  classDef possible stroke-dasharray: 5 4\n'
    )


def test_mermaid_labels_hold_nothing_that_mermaid_obeys() -> None:
    """Quotes, markup, directives and comments are escaped; labels are plain words and codes."""
    text = written(company(20, names=HOSTILE), "mermaid")
    labels = re.findall(r'\["(.*)"\]', text)
    assert len(labels) == 24
    assert all(re.fullmatch(r"(?:[\w .,:/@+()=-]|#[0-9]+;)*", label) for label in labels)


def test_mermaid_counts_what_it_does_not_draw() -> None:
    """In a comment and in a node."""
    text = written(company(600), "mermaid")
    assert len(re.findall(r"^  n[0-9]+\[", text, re.MULTILINE)) == 200
    assert '  more["and 404 more"]\n' in text
    assert "%% 404 more nodes not drawn" in text


def test_rows_without_proof_are_written_without_it() -> None:
    """Any answer can be shown."""
    made = replace(answer([{"name": "fast", "candidates": ["a"]}], []), query="unresolved")
    assert "| fast |" in written(made, "markdown")
    assert written(made, "mermaid") == "flowchart LR\n"
