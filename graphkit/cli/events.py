"""`graphkit events`: the events that are shipped, and event files of one's own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from graphkit.cli.common import (
    Settings,
    as_json,
    chosen_format,
    load_event,
    printable,
    with_settings,
    write_lines,
)
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.events.model import Event

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_MARK: Final = b"graphkit_event"
_LOOKED_AT: Final = 100_000  # bytes: what is larger is no event file
_SHIPPED: Final = "shipped"


@click.group("events")
def COMMAND() -> None:  # noqa: N802 - as the other commands
    """Look at the events that are shipped, and check event files of your own."""


@COMMAND.command("list")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@with_settings(unused=("as_of", "on", "plan"))
def list_(settings: Settings, *, paths: tuple[str, ...]) -> None:
    """List the shipped events, and those of your own in PATH..., files or folders."""
    from graphkit.catalogue import load
    from graphkit.events.files import library

    form = chosen_format(settings, "table", "json", "ndjson")
    found = [(event, _SHIPPED) for event in library(load())]
    found += [(load_event(path), path) for path in _files(paths)]
    rows = [_row(event, where) for event, where in found]
    lines = {
        "json": [as_json(rows)],
        "ndjson": [json.dumps(row, ensure_ascii=False) for row in rows],
        "table": list(_table(rows)),
    }
    write_lines(lines[form], settings)


@COMMAND.command("show")
@click.argument("name", metavar="ID|FILE")
@with_settings(unused=("plan",))
def show(settings: Settings, *, name: str) -> None:
    """Say what an event says: dates, scope, whom it holds for, and its sources."""
    from graphkit.querying.event_words import facts, sources, titled

    form = chosen_format(settings, "table", "json")
    event = load_event(name)
    if form == "json":
        write_lines([as_json(event.model_dump(mode="json", exclude_defaults=True))], settings)
        return
    lines = [event.id, titled(event, settings.day)]
    lines += [f"  {label:12} {text}" for label, text in facts(event)]
    lines += [f"  {text}" for text in sources(event)]
    lines += [f"  {event.note}"] if event.note else []
    write_lines(map(printable, lines), settings)


@COMMAND.command("validate")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@with_settings(unused=("format", "output", "as_of", "on", "plan"))
def validate(settings: Settings, *, paths: tuple[str, ...]) -> None:
    """Check event files, or those in a folder: every problem is told with its place, and exit code 2."""
    files, problems = _files(paths), []
    for path in files:
        try:
            load_event(path)
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))
    settings.say(f"valid: {len(files)} of {len(files)}")


def _files(paths: tuple[str, ...]) -> list[str]:
    """Give the files named, and of folders those that hold an event; raises UsageError where none does."""
    found: list[str] = []
    for name in paths:
        if not Path(name).is_dir():
            found.append(name)
            continue
        inside = [str(path) for path in _inside(Path(name))]
        if not inside:
            raise UsageError(f"{name}: no event file in this folder")
        found += inside
    return found


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.suffix.lower() in _SUFFIXES and path.is_file():
                with path.open("rb") as stream:
                    if _MARK in stream.read(_LOOKED_AT):
                        yield path


def _row(event: Event, where: str) -> dict[str, Any]:
    return {
        "id": event.id,
        "vendor": event.vendor,
        "kind": event.kind,
        "date": event.day.isoformat(),
        "known": "supposed" if event.supposed else "reported" if event.reported else "sourced",
        "title": event.title,
        "where": where,
    }


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Set the rows in columns, each as wide as its content, the title last."""
    names = ("id", "vendor", "kind", "date", "known", "where", "title")
    cells = [[name.upper() for name in names], *([printable(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(text.ljust(room) for text, room in zip(line, widths, strict=True)).rstrip()
