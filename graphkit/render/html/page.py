"""What the page says: the answer as plain values, all text already safe to show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.model import id_of
from graphkit.render.proof import place, source, verb
from graphkit.render.text import cell, counted, scalar_columns, visible

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

MOST_ROWS: Final = 5_000
"""How many rows the page holds; the others are counted."""

_LONGEST_CELL = 300
_LONGEST_FACT = 2_000
_SHORT = 16
_SAMPLE = 20


class Line(NamedTuple):
    """A row of the table: its cells, what stands below its main cell, and whether it is only possible."""

    cells: tuple[str, ...]
    below: str
    possible: bool
    name: str


class Chips(NamedTuple):
    """A part of the summary: its title, and labels with values."""

    title: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the page says without its script.

    *main* is the column that opens the details; those of *narrow* hold short text only.
    """

    title: str
    headline: tuple[str, ...]
    complete: bool
    warnings: tuple[str, ...]
    chips: tuple[Chips, ...]
    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    main: int
    narrow: tuple[int, ...]
    more: str
    notes: tuple[tuple[str, str], ...]
    basis: str


def words(answer: Answer) -> Words:
    """Put *answer* into words; rows after the first 5,000 are only counted."""
    rows = answer.rows[:MOST_ROWS]
    columns = _columns(answer, rows)
    lines = tuple(_line(row, columns, answer) for row in rows)
    more = len(answer.rows) - len(rows)
    return Words(
        title=title(answer),
        headline=tuple(map(visible, answer.headline)) or (f"{counted(len(answer.rows), 'row')}.",),
        complete=answer.complete,
        warnings=tuple(_warnings(answer)),
        chips=tuple(_chips(answer.summary)),
        titles=tuple(visible(name) for name, _ in columns),
        lines=lines,
        main=_main(lines, rows),
        narrow=tuple(_narrow(lines)),
        more=f"{counted(more, 'more row')} not in this page: --format csv has all." if more else "",
        notes=tuple((visible(label), visible(text)) for label, text in answer.notes),
        basis=_basis(answer),
    )


def unfolded_first(answer: Answer) -> Sequence[Row]:
    """Give the rows with those that the query folds, which are not what it is about, after the others."""
    return answer.rows if answer.folded is None else sorted(answer.rows, key=answer.folded)


def title(answer: Answer) -> str:
    """Give the question as a title: the query and the parameters that are set."""
    asked = [_flat(value) for value in answer.params.values() if value not in (None, "", False, [], ())]
    name = visible(answer.query).replace("-", " ").capitalize()
    return clipped(f"{name}: {', '.join(asked)}" if asked else name, _LONGEST_CELL)


def facts(row: Row) -> list[list[str]]:
    """Give all that is known of a row as pairs of label and text; what is unknown is left out."""
    pairs = ((name, _flat(value)) for name, value in row.items() if name != "witness" and value is not None)
    return [[visible(name).replace("_", " "), clipped(text, _LONGEST_FACT)] for name, text in pairs if text]


def name_of(row: Row) -> str:
    """Give what a row is called: its name, else its key, else what it is."""
    return clipped(cell(row.get("name") or row.get("key") or row.get("kind") or "row"), _LONGEST_CELL)


def sentence(edge: Row) -> list[str]:
    """Give an edge in parts: source, verb, target, place, how it is known."""
    parts = (
        cell(edge.get("source")),
        verb(edge.get("kind")),
        cell(edge.get("target")),
        place(edge),
        source(edge),
    )
    return [clipped(part, _LONGEST_CELL) for part in parts]


def clipped(text: str, length: int) -> str:
    """Give *text* with at most *length* characters, and say how many more there are."""
    return (
        text if len(text) <= length else f"{text[:length]}… ({counted(len(text) - length, 'more character')})"
    )


def block(value: object) -> str:
    """Give *value* as JSON that can stand within a script element, whatever its strings hold."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _columns(answer: Answer, rows: Sequence[Row]) -> list[tuple[str, Callable[[Row], str]]]:
    """Give title and reader of each column: the group, then the query's own columns, else the scalars.

    A column that is called by a kind and has rows of others too is called a name; the kind stands beside it.
    """
    named: list[tuple[str, Callable[[Row], str]]] = []
    kinds = {str(row.get("kind") or "").upper() for row in rows}
    for column in answer.columns:
        mixed = len(kinds) > 1 and column.title in kinds
        named.append(("NAME" if mixed else column.title, column.cell))
        named += [("KIND", _reader("kind"))] if mixed else []
    names = () if named else scalar_columns(answer.rows)
    known = (name for name in names if any(row.get(name) is not None for row in answer.rows))
    scalars = [(name.replace("_", " "), _reader(name)) for name in known]
    return ([("Group", answer.group)] if answer.group else []) + named + scalars


def _reader(name: str) -> Callable[[Row], str]:
    """Make the function that reads one column."""
    return lambda row: cell(row.get(name))


def _line(row: Row, columns: Sequence[tuple[str, Callable[[Row], str]]], answer: Answer) -> Line:
    """Make a line of the table."""
    return Line(
        cells=tuple(clipped(visible(read(row)), _LONGEST_CELL) for _, read in columns),
        below=clipped(visible(answer.under(row)), _LONGEST_CELL) if answer.under else "",
        possible=row.get("certainty") == "possible",
        name=name_of(row),
    )


def _main(lines: Sequence[Line], rows: Sequence[Row]) -> int:
    """Find the column that shows what a row is about: its name, else its key or id, else the first."""
    name: Callable[[Row], object] = lambda row: row.get("name")  # noqa: E731 - one of three alike
    for pick in (name, lambda row: row.get("key"), lambda row: id_of(str(row.get("key")))):
        wanted = [clipped(cell(pick(row)), _LONGEST_CELL) for row in rows[:_SAMPLE]]
        for number in range(len(lines[0].cells) if all(wanted) and lines else 0):
            if [line.cells[number] for line in lines[:_SAMPLE]] == wanted:
                return number
    return 0


def _narrow(lines: Sequence[Line]) -> Iterator[int]:
    """Give the columns that are better not broken, such as dates."""
    for number, column in enumerate(zip(*(line.cells for line in lines), strict=True)):
        if max(map(len, column)) <= _SHORT:
            yield number


def _warnings(answer: Answer) -> Iterator[str]:
    """Give the warnings as sentences."""
    for warning in answer.warnings:
        times = f" ({warning.count:,} times)" if warning.count > 1 else ""
        yield clipped(f"{visible(warning.message)}{times} [{visible(warning.code)}]", _LONGEST_FACT)


def _chips(summary: Mapping[str, Any]) -> Iterator[Chips]:
    """Give the summary in parts; lists are counted, what is unknown says so."""
    named = [(name, part) for name, part in summary.items() if isinstance(part, Mapping)]
    told = {label for _, part in named for label in part}
    single = {n: value for n, value in summary.items() if not isinstance(value, Mapping) and n not in told}
    parts = [("", single), *named]
    for name, part in parts:
        values = tuple((visible(label).replace("_", " "), _short(value)) for label, value in part.items())
        if values:
            yield Chips(visible(name).replace("_", " "), values)


def _short(value: object) -> str:
    """Give a value of the summary in a word or two."""
    if isinstance(value, list | tuple | Mapping):
        return f"{len(value):,}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "unknown" if value is None else clipped(cell(value), _LONGEST_CELL)


def _flat(value: object) -> str:
    """Give any value of a row or a parameter on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{visible(str(name))} {_flat(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_flat(part) for part in value)
    return "unknown" if value is None else cell(value)


def _basis(answer: Answer) -> str:
    """Say which state of things the answer is about."""
    frame = answer.frame
    known = f"known on {frame.as_of}" if frame.as_of else "the newest state"
    said = f"About {known}, judged on {frame.on}; revision {frame.revision}; catalogue {frame.catalogue}."
    return visible(said)
