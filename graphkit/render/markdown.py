"""An answer as GitHub-flavored Markdown: sentences, table, notes, and the proof as a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, TextIO

from graphkit.render.proof import edges_by_id, place, source, verb, witness
from graphkit.render.text import cell, counted, cut, scalar_columns, visible

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

MOST_ROWS: Final = 1_000
"""How many rows are written, and how many edges of their proof; the others are counted."""

_LONGEST = 300
_INLINE: Final = re.compile(r"([\\`*_\[\]|~$!])")
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BLOCK: Final = re.compile(r"^\s*(?:[-+#=]|[0-9]{1,9}(?=[.)]))")


def write_markdown(answer: Answer, out: TextIO) -> None:
    """Write the answer for a page that renders Markdown; nothing of its data is taken for markup."""
    out.writelines(f"{line}\n" for line in _lines(answer))


def escaped(text: str) -> str:
    r"""Give *text* on one line so that Markdown shows it as it is.

    >>> escaped("a|b <i> `c` _d_")
    'a\\|b &lt;i&gt; \\`c\\` \\_d\\_'
    """
    plain = _INLINE.sub(r"\\\1", cut(visible(text), _LONGEST).translate(_ENTITIES))
    begins = _BLOCK.match(plain)
    if begins is None:
        return plain
    mark = begins.end() if plain[begins.end() - 1].isdigit() else begins.end() - 1
    return f"{plain[:mark]}\\{plain[mark:]}"


def _lines(answer: Answer) -> Iterator[str]:
    """Give the document line by line."""
    yield f"# {escaped(answer.query)}"
    for sentence in answer.headline:
        yield from ("", escaped(sentence))
    if not answer.complete:
        yield from ("", "**Incomplete.** What limits this answer:", "")
        yield from (
            f"- {escaped(warning.code)}, {warning.count:,} times: {escaped(warning.message)}"
            for warning in answer.warnings
        )
    yield from _table(answer, answer.rows[:MOST_ROWS])
    if answer.notes:
        yield ""
        for label, text in answer.notes:
            yield f"- **{escaped(label)}** {escaped(text)}" if label else f"- {escaped(text)}"
    yield from _proof(answer, answer.rows[:MOST_ROWS])


def _table(answer: Answer, rows: Sequence[Row]) -> Iterator[str]:
    """Give the rows as a table: the query's own columns, else the scalars."""
    if not rows:
        return
    titles = [column.title for column in answer.columns] or list(scalar_columns(rows))
    yield from ("", f"| {' | '.join(map(escaped, titles))} |", f"|{' --- |' * len(titles)}")
    for row in rows:
        values = [column.cell(row) for column in answer.columns] or [cell(row.get(name)) for name in titles]
        yield f"| {' | '.join(map(escaped, values))} |"
    if len(answer.rows) > len(rows):
        yield from ("", f"{counted(len(answer.rows) - len(rows), 'more row')}: `--format csv` has all.")


def _proof(answer: Answer, rows: Sequence[Row]) -> Iterator[str]:
    """Give, once, each edge that proves one of *rows*."""
    edges = edges_by_id(answer.because)
    named = [name for name in dict.fromkeys(name for row in rows for name in witness(row)) if name in edges]
    if not named:
        return
    yield from ("", "## Because", "")
    for name in named[:MOST_ROWS]:
        edge = edges[name]
        parts = cell(edge.get("source")), verb(edge.get("kind")), cell(edge.get("target"))
        said = ", ".join(escaped(part) for part in (place(edge), source(edge)) if part)
        yield f"- {escaped(name)}: {' '.join(map(escaped, parts))} ({said})"
    if len(named) > MOST_ROWS:
        yield from ("", f"{counted(len(named) - MOST_ROWS, 'more edge')}: `--format json` has all.")
