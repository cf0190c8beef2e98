"""The table for people at a terminal: sentences, rows under their headings, labelled notes below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Final, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from graphkit.querying import Column
from graphkit.render.text import cell, counted, counted_kinds, scalar_columns, visible, visible_lines

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

MOST_ROWS: Final = 200
"""How many rows are shown; the others are counted."""

_GAP = "  "
_INDENT = " " * 12
_WIDEST_COLUMN = 80
_NARROWEST_COLUMN = 6
_NARROWEST_TEXT = 20
_LINES_OF_A_CELL = 3
_LONGEST_CELL = 1_000
_WIDEST_LABEL = 12
_ALL = "--format csv has"
# Words that a cell may consist of, in the color that says how bad they are; the word itself always stands.
_STYLES: Final = {
    "lost": "bold red",
    "at_risk": "red",
    "degraded": "yellow",
    "watch": "cyan",
    "possible": "italic magenta",
    "critical": "bold",
}
_FOLDER: Final = Console(file=StringIO(), color_system=None)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of cells, each cell already folded into lines, and how wide each column is."""

    titles: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    widths: tuple[int, ...]
    cut: bool


def write_table(answer: Answer, out: TextIO, *, width: int | None, color: bool) -> None:
    """Write the answer as sentences and a table, no line wider than *width* where the columns allow it.

    Rows that the query folds, rows after the first 200 and cells that are cut are counted or named. An
    answer that is a text of its own is written as that text. Without *color* there is nothing but text.
    """
    if answer.text is not None:
        text = visible_lines(answer.text)
        out.write(text if text.endswith("\n") else text + "\n")
        return
    room = None if width is None else max(width, _NARROWEST_TEXT)
    if not color:
        out.writelines(line.plain.rstrip() + "\n" for line in _lines(answer, room))
        return
    console = Console(
        file=out, force_terminal=True, no_color=False, color_system="standard", legacy_windows=False
    )
    for line in _lines(answer, room):
        console.print(line, soft_wrap=True, highlight=False)


def _lines(answer: Answer, width: int | None) -> Iterator[Text]:
    """Give every line of the output."""
    for sentence in answer.headline:
        yield from (Text(line, style="bold") for line in _folded(visible(sentence), width))
    if answer.headline and (answer.rows or answer.notes):
        yield Text()
    yield from _table(answer, width)
    if answer.rows and answer.notes:
        yield Text()
    yield from _notes(answer.notes, width)


def _table(answer: Answer, width: int | None) -> Iterator[Text]:
    """Give the header, the rows with what stands over and under them, and what is not shown."""
    folded = [row for row in answer.rows if answer.folded is not None and answer.folded(row)]
    unfolded = [row for row in answer.rows if answer.folded is None or not answer.folded(row)]
    shown = unfolded[:MOST_ROWS]
    grid = _grid(answer.columns or _scalars(answer.rows), shown, width)
    if shown:
        yield Text(_joined(grid.titles, grid.widths), style="bold")
    heading = ""
    for row, cells in zip(shown, grid.rows, strict=True):
        title = visible(answer.group(row)) if answer.group else ""
        if title != heading:
            yield from [Text()] if heading else []
            heading = title
            yield from (Text(line, style="underline") for line in _folded(title, width))
        yield from _row(cells, grid.widths)
        below = visible(answer.under(row)) if answer.under else ""
        yield from _indented(below, _INDENT, width)
    for sentence in _left_out(len(unfolded) - len(shown), folded, grid):
        yield from map(Text, _folded(sentence, width))


def _left_out(more: int, folded: Sequence[Row], grid: _Grid) -> Iterator[str]:
    """Say what is not shown, or not whole, and what shows it."""
    if more:
        yield f"... {counted(more, 'more row')}, {_ALL} all"
    if folded:
        yield f"... and {counted_kinds(folded)}, folded: {_ALL} {'it' if len(folded) == 1 else 'them'}"
    if grid.cut:
        yield f"Cells that end in … are cut: {_ALL} them whole"


def _notes(notes: Sequence[tuple[str, str]], width: int | None) -> Iterator[Text]:
    """Give labelled lines; labels of usual length stand in a column of their own."""
    column = max((cell_len(visible(label)) for label, _ in notes if len(label) <= _WIDEST_LABEL), default=0)
    indent = " " * (column + len(_GAP))
    room = None if width is None else max(width - len(indent), _NARROWEST_TEXT)
    for label, text in notes:
        name, said = visible(label), visible(text)
        fits = cell_len(name) <= column
        lead = set_cell_size(name, column) + _GAP if fits else f"{name} "
        first, *others = _folded(said if fits else lead + said, room)
        yield Text.assemble((lead, "bold"), first if fits else first[len(lead) :])
        yield from (Text(indent + line) for line in others)


def _row(cells: Sequence[tuple[str, ...]], widths: Sequence[int]) -> Iterator[Text]:
    """Give the lines of one row, which has as many as its tallest cell."""
    for number in range(max(map(len, cells), default=0)):
        line = Text()
        for lines, room in zip(cells, widths, strict=True):
            part = lines[number] if number < len(lines) else ""
            line.append(set_cell_size(part, room) + _GAP, style=_STYLES.get(part, ""))
        yield line


def _grid(columns: Sequence[Column], rows: Sequence[Row], width: int | None) -> _Grid:
    """Fold the cells of *rows* into columns that fit into *width* together."""
    titles = [visible(column.title) for column in columns]
    cells = [[visible(column.cell(row)[:_LONGEST_CELL]) for column in columns] for row in rows]
    wanted = [max(map(cell_len, column)) for column in zip(titles, *cells, strict=True)]
    widths = _shrunk([min(wish, _WIDEST_COLUMN) for wish in wanted], width)
    folded = [[_folded(text, room) for text, room in zip(line, widths, strict=True)] for line in cells]
    fitting = (
        tuple(_first_lines(lines, room) for lines, room in zip(line, widths, strict=True)) for line in folded
    )
    cut = any(len(lines) > _LINES_OF_A_CELL for line in folded for lines in line)
    return _Grid(tuple(titles), tuple(fitting), widths, cut)


def _shrunk(widths: list[int], width: int | None) -> tuple[int, ...]:
    """Take from the widest column until all fit, but leave each room for a few characters."""
    while width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        widest = max(widths)
        if widest <= _NARROWEST_COLUMN:
            break
        widths[widths.index(widest)] -= 1
    return tuple(widths)


def _first_lines(lines: Sequence[str], room: int) -> tuple[str, ...]:
    """Give the lines of a cell; where there are too many, the last one kept ends in an ellipsis."""
    if len(lines) <= _LINES_OF_A_CELL:
        return tuple(lines)
    last = lines[_LINES_OF_A_CELL - 1]
    kept = set_cell_size(last, min(cell_len(last), room - 1)).rstrip() + "…"
    return (*lines[: _LINES_OF_A_CELL - 1], kept)


def _joined(parts: Sequence[str], widths: Sequence[int]) -> str:
    """Set the parts of a line side by side, each as wide as its column."""
    return _GAP.join(set_cell_size(part, room) for part, room in zip(parts, widths, strict=True))


def _indented(text: str, indent: str, width: int | None) -> Iterator[Text]:
    """Fold *text* into lines that begin with *indent*; none where there is no text."""
    room = None if width is None else max(width - len(indent), _NARROWEST_TEXT)
    yield from (Text(indent + line) for line in (_folded(text, room) if text else ()))


def _folded(text: str, width: int | None) -> list[str]:
    """Break *text* into lines at spaces, and within words that are too long."""
    if width is None or cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(_FOLDER, width, overflow="fold")]


def _scalars(rows: Sequence[Row]) -> tuple[Column, ...]:
    """Make a column for each scalar of the rows, for queries that name none."""
    return tuple(Column(name.upper(), _reader(name)) for name in scalar_columns(rows))


def _reader(name: str) -> Callable[[Row], str]:
    """Make the function that reads one column; an unknown value is a dash, never a zero."""
    return lambda row: cell(row.get(name)) or "-"
