"""Options that every command has, and what they lead to: configuration, store, snapshot, output."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from graphkit.errors import OutputError, UsageError

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue
    from graphkit.config import Config
    from graphkit.querying import Answer, Snapshots
    from graphkit.querying.answer import LineOf
    from graphkit.snapshot import Snapshot
    from graphkit.stores import Store

_SUFFIXES: Final = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".md": "markdown",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".html": "html",
    ".htm": "html",
}
FORMATS: Final = ("table", "json", "ndjson", "csv", "markdown", "mermaid", "html")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the options that every command has were set to."""

    store: str | None = None
    config: str | None = None
    format: str | None = None
    output: str | None = None
    as_of: str | None = None
    on: str | None = None
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    no_color: bool = False

    def load_config(self) -> Config:
        """Read graphkit.toml; raises ConfigError."""
        from graphkit import config

        return config.load(Path(self.config) if self.config else None, store=self.store)

    def say(self, text: str) -> None:
        """Tell the person something, on standard error, unless they want quiet."""
        if not self.quiet:
            click.echo(text, err=True)

    @property
    def day(self) -> str:
        """The day from which things are judged: --on, else today."""
        return self.on or dt.datetime.now(tz=dt.UTC).date().isoformat()

    @property
    def color(self) -> bool:
        """Tell whether to use colors: only on a terminal, never against NO_COLOR or --no-color."""
        return not (self.no_color or os.environ.get("NO_COLOR") or self.output) and sys.stdout.isatty()


def with_settings(
    *, formats: bool = True, moments: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that all have; it gets them as one `Settings`, first.

    *formats* false is for a command whose --format means something else, *moments* false for one that
    has no use for --as-of and --on.
    """

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        names = tuple(Settings.__dataclass_fields__)

        @functools.wraps(function)
        def run(**given: Any) -> Any:  # noqa: ANN401 - whatever the command returns
            taken = {name: given.pop(name) for name in names if name in given}
            return function(Settings(**taken), **given)

        wrapped: Callable[..., Any] = run
        for option in reversed(_options(formats=formats, moments=moments)):
            wrapped = option(wrapped)
        return wrapped

    return wrap


def _options(*, formats: bool, moments: bool) -> list[Callable[[Callable[..., Any]], Callable[..., Any]]]:
    options = [
        click.option("--store", metavar="URI", help="Where the graph is kept (default: graphkit.db)."),
        click.option("--config", metavar="FILE", help="Use this graphkit.toml."),
    ]
    if formats:
        options += [
            click.option(
                "--format", "-f", type=click.Choice(FORMATS), help="How to write the answer (default: table)."
            ),
            click.option(
                "--output",
                "-o",
                metavar="FILE",
                help="Write there; the suffix sets the format. - is standard output.",
            ),
        ]
    if moments:
        options += [
            click.option("--as-of", metavar="DATE", callback=_date, help="What graphkit knew then."),
            click.option(
                "--on",
                metavar="DATE",
                callback=_date,
                help="The day from which things are judged (default: today).",
            ),
        ]
    return [
        *options,
        click.option("--quiet", "-q", is_flag=True, help="Say nothing but the answer."),
        click.option("--verbose", "-v", is_flag=True, help="Say more."),
        click.option("--debug", is_flag=True, help="Show where an error comes from."),
        click.option("--no-color", is_flag=True, help="No colors (also: NO_COLOR)."),
    ]


def _date(_context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Give a day as YYYY-MM-DD; --as-of also takes a moment, of which --on needs only the day."""
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        return _moment(value, parameter)


def _moment(value: str, parameter: click.Parameter) -> str:
    try:
        moment = dt.datetime.fromisoformat(value)
        if parameter.name == "on":
            return moment.date().isoformat()
        return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value[:100]!r} is no date such as 2026-11-23", param=parameter) from None


def load_snapshots(settings: Settings, config: Config, store: Store) -> Snapshots:
    """Give the snapshot that a query is asked of: the stored view, or one built now where that is behind."""
    from graphkit.catalogue.stamp import stamp
    from graphkit.querying import Frame, Snapshots
    from graphkit.snapshot import view_digest

    known = stamp()
    with store.consistent():
        state = store.state(settings.as_of)
        snapshot = store.view(view_digest(state.stamp, catalogue=known.digest, config=config.digest))
        if snapshot is None:
            if settings.as_of is None:
                settings.say(
                    "the stored view is behind; building in memory (`graphkit store build` keeps it)"
                )
            snapshot = build_snapshot(store, config, at=settings.as_of)
    frame = Frame(settings.day, state.revision[:16], known.date, settings.as_of)
    return Snapshots(snapshot, frame, config, _load_catalogue, _line_finder(store.roots()))


def _load_catalogue() -> Catalogue:
    from graphkit.catalogue import load

    return load()


def _line_finder(roots: Mapping[str, str]) -> LineOf:
    """Make the search for lines; what it needs is loaded when a query first asks for one."""
    made: list[LineOf] = []

    def line_of(scope: Mapping[str, Any], pointer: str) -> int | None:
        if not made:
            from graphkit.importing.pointers import Lines

            made.append(Lines(roots))
        return made[0](scope, pointer)

    return line_of


def build_snapshot(store: Store, config: Config, *, at: str | None = None) -> Snapshot:
    """Build from the readings of a store."""
    from graphkit.build import build
    from graphkit.catalogue import load

    return build(store.readings(at), catalogue=load(), config=config)


def write_answer(answer: Answer, settings: Settings) -> None:
    """Write an answer where and how the options say. Raises OutputError where the file cannot be written."""
    from graphkit import render

    target = None if settings.output in (None, "-") else Path(str(settings.output))
    chosen = settings.format or (_SUFFIXES.get(target.suffix.lower()) if target else None) or "table"
    with output(target) as stream:
        import shutil

        width = None if target or not sys.stdout.isatty() else shutil.get_terminal_size().columns
        render.write(answer, format=chosen, out=stream, width=width, color=settings.color)
    if target:
        settings.say(f"wrote {target}")


@contextmanager
def output(target: Path | None) -> Iterator[TextIO]:
    """Give a stream to write to; a file appears whole or not at all. Raises OutputError."""
    if target is None:
        yield sys.stdout
        return
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", text=True)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}") from error
    try:
        with open(handle, "w", encoding="utf-8", errors="replace", newline="\n") as stream:  # noqa: PTH123 - a handle, not a path
            yield stream
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def write_lines(lines: Iterable[str], settings: Settings) -> None:
    """Write text where --output says, else to standard output. Raises OutputError."""
    target = None if settings.output in (None, "-") else Path(str(settings.output))
    with output(target) as stream:
        stream.writelines(f"{line}\n" for line in lines)
    if target:
        settings.say(f"wrote {target}")


def as_json(value: object) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def chosen_format(settings: Settings, *allowed: str) -> str:
    """Give --format, else what the suffix of --output says, else table; the command must have it.

    Raises UsageError.
    """
    refuse_format(settings, *allowed)
    suffix = Path(settings.output).suffix.lower() if settings.output else ""
    found = settings.format or _SUFFIXES.get(suffix)
    return found if found in allowed else "table"


def refuse_format(settings: Settings, *allowed: str) -> None:
    """Raise UsageError where --format is one that a command does not have."""
    if settings.format not in (None, *allowed):
        raise UsageError(f"--format: this command has {', '.join(allowed)}")
