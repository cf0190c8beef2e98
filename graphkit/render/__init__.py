"""Writing answers: one function for all formats; a format's module is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.querying import Answer

FORMATS: Final = ("table", "json", "ndjson", "csv", "markdown", "mermaid", "html")
"""The names that `write` takes."""


def write(answer: Answer, *, format: str, out: TextIO, width: int | None, color: bool) -> None:  # noqa: A002 - it is called --format
    """Write *answer* to *out* in one of `FORMATS`.

    *width* (in terminal cells; None: as wide as the content) and *color* hold for the table only. Raises
    UsageError for another format. The same answer gives the same text.
    """
    match format:
        case "table":
            from graphkit.render.table import write_table

            write_table(answer, out, width=width, color=color)
        case "json" | "ndjson" | "csv":
            from graphkit.render import data

            {"json": data.write_json, "ndjson": data.write_ndjson, "csv": data.write_csv}[format](answer, out)
        case "markdown":
            from graphkit.render.markdown import write_markdown

            write_markdown(answer, out)
        case "mermaid":
            from graphkit.render.graphs import write_mermaid

            write_mermaid(answer, out)
        case "html":
            from graphkit.render.html import write_html

            write_html(answer, out)
        case _:
            raise UsageError(f"--format {format!r}: not one of {', '.join(FORMATS)}")
