"""Options that every command has, and what they lead to: configuration, store, snapshot, output."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from graphkit.errors import OutputError, UsageError

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue
    from graphkit.config import Config
    from graphkit.events.model import Event
    from graphkit.querying import Answer, Snapshots
    from graphkit.querying.answer import LineOf
    from graphkit.snapshot import Snapshot
    from graphkit.stores import State, Store

_SUFFIXES: Final = {
    ".txt": "table",
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
    plan: str | None = None
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
    def target(self) -> Path | None:
        """The file to write to; None is standard output."""
        return None if self.output in (None, "-") else Path(str(self.output))

    @property
    def day(self) -> str:
        """The day from which things are judged: --on, else today."""
        return self.on or dt.datetime.now(tz=dt.UTC).date().isoformat()

    @property
    def color(self) -> bool:
        """Tell whether to use colors: only on a terminal, never against NO_COLOR or --no-color."""
        return not (self.no_color or os.environ.get("NO_COLOR") or self.output) and sys.stdout.isatty()


def with_settings(
    *, own: tuple[str, ...] = (), unused: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that all have; it gets them as one `Settings`, first.

    *own* are those that the command has with another meaning, *unused* those that change nothing for it,
    which whoever gives them is told.
    """

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        names = tuple(Settings.__dataclass_fields__)

        @functools.wraps(function)
        def run(**given: Any) -> Any:  # noqa: ANN401 - whatever the command returns
            taken = {name: given.pop(name) for name in names if name in given}
            settings = Settings(**taken)
            for name in unused:
                if taken[name]:
                    settings.say(f"--{name.replace('_', '-')} changes nothing for this command")
            return function(settings, **given)

        wrapped: Callable[..., Any] = run
        for name, option in reversed(_OPTIONS.items()):
            wrapped = wrapped if name in own else option(wrapped)
        return wrapped

    return wrap


def moment_of(text: str) -> str:
    """Give a moment (ISO 8601) in UTC as stores take it; raises ValueError or OverflowError for none."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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
        if parameter.name == "on":
            return dt.datetime.fromisoformat(value).date().isoformat()
        return moment_of(value)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value[:100]!r} is no date such as 2026-11-23", param=parameter) from None


_OPTIONS: Final = {
    "store": click.option("--store", metavar="URI", help="Where the graph is kept (default: graphkit.db)."),
    "config": click.option("--config", metavar="FILE", help="Use this graphkit.toml."),
    "format": click.option(
        "--format", "-f", type=click.Choice(FORMATS), help="How to write the answer (default: table)."
    ),
    "output": click.option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write there; the suffix sets the format. - is standard output.",
    ),
    "as_of": click.option("--as-of", metavar="DATE", callback=_date, help="What graphkit knew then."),
    "on": click.option(
        "--on", metavar="DATE", callback=_date, help="The day from which things are judged (default: today)."
    ),
    "plan": click.option(
        "--plan", metavar="FILE", help="Answer for the graph as it would be with this plan."
    ),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="Say nothing but the answer."),
    "verbose": click.option("--verbose", "-v", is_flag=True, help="Say more."),
    "debug": click.option("--debug", is_flag=True, help="Show where an error comes from."),
    "no_color": click.option("--no-color", is_flag=True, help="No colors (also: NO_COLOR)."),
}


@contextmanager
def opened(config: Config, *, create: bool = False) -> Iterator[Store]:
    """Open the store that is configured, and let go of it at the end. Raises StoreError, UsageError."""
    from graphkit.stores import open_store

    with closing(open_store(config.store, create=create)) as store:
        yield store


def load_snapshots(settings: Settings, config: Config, store: Store, *, other: bool = False) -> Snapshots:
    """Give the snapshot that a query is asked of: the stored view, or one built now where that is behind.

    A plan is laid over it; what the *other* side of a comparison lacks of the plan is no mistake.
    """
    from graphkit.catalogue.stamp import stamp
    from graphkit.querying import Frame, Snapshots

    with store.consistent():
        state = store.state(settings.as_of)
        snapshot = store.view(digest_of(state, config))
        if snapshot is None:
            if settings.as_of is None:
                settings.say(
                    "the stored view is behind; building in memory (`graphkit store build` keeps it)"
                )
            snapshot = _build(store, config, at=settings.as_of)
    frame = Frame(settings.day, state.revision[:16], stamp().date, settings.as_of)
    find = functools.partial(_other, settings=settings, store=store)
    lines = _line_finder(store.roots())
    found = Snapshots(snapshot, frame, config, _load_catalogue, lines, load_event, find)
    if settings.plan is None:
        return found
    from graphkit.querying.planning import with_plan

    return with_plan(found, read_own(settings.plan), settings.plan, strict=not other)


def _other(text: str, *, settings: Settings, store: Store) -> Snapshots:
    from graphkit.cli.others import other

    return other(text, settings, store)


def load_event(name: str) -> Event:
    """Give a shipped event by its id, or the event that a file holds; raises UsageError with all problems."""
    from graphkit.events.files import read_event, shipped

    path = Path(name)
    if path.suffix.lower() not in (".yaml", ".yml", ".json") and os.sep not in name and not path.is_file():
        return shipped(name, _load_catalogue())
    return read_event(read_own(name), name, _load_catalogue())


def read_own(name: str) -> bytes:
    """Read an event file or a plan file; raises UsageError where that cannot be done."""
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}: cannot be read: {getattr(error, 'strerror', error)}") from None


def digest_of(state: State, config: Config) -> str:
    """Give the digest of the view that belongs to what is open, the catalogue and the configuration."""
    from graphkit.catalogue.stamp import stamp
    from graphkit.snapshot import view_digest

    return view_digest(state.stamp, catalogue=stamp().digest, config=config.digest)


def kept_view(store: Store, config: Config) -> tuple[Snapshot, bool]:
    """Give the view, after building and keeping it where it is behind, and whether that was so."""
    digest = digest_of(store.state(), config)
    snapshot = store.view(digest)
    if snapshot is not None:
        return snapshot, False
    snapshot = _build(store, config)
    store.save_view(snapshot, digest=digest)
    return snapshot, True


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


def _build(store: Store, config: Config, *, at: str | None = None) -> Snapshot:
    from graphkit.build import build

    return build(store.readings(at), catalogue=_load_catalogue(), config=config)


def write_answer(answer: Answer, settings: Settings) -> None:
    """Write an answer where and how the options say. Raises OutputError where the file cannot be written."""
    from graphkit import render

    form = chosen_format(settings, *FORMATS)
    with output(settings) as stream:
        import shutil

        width = None if settings.target or not sys.stdout.isatty() else shutil.get_terminal_size().columns
        render.write(answer, format=form, out=stream, width=width, color=settings.color)


@contextmanager
def output(settings: Settings) -> Iterator[TextIO]:
    """Give the stream that --output names, and say what was written. Raises OutputError."""
    target = settings.target
    if target is None:
        yield sys.stdout
        return
    with written(target) as stream:
        yield stream
    settings.say(f"wrote {target}")


@contextmanager
def written(target: Path) -> Iterator[TextIO]:
    """Give a stream to write a file, which appears whole or not at all. Raises OutputError."""
    import tempfile

    # A device or a pipe is written to as it is: putting a file in its place would be the end of /dev/null.
    special = target.exists() and not target.is_file()
    name: str | None = None
    try:
        handle: int | Path = target
        if not special:
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", text=True)
        with open(handle, "w", encoding="utf-8", errors="replace", newline="\n") as stream:  # noqa: PTH123 - or a handle
            yield stream
        if name:
            Path(name).chmod(0o644)
            Path(name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def write_lines(lines: Iterable[str], settings: Settings) -> None:
    """Write lines where --output says. Raises OutputError."""
    with output(settings) as stream:
        stream.writelines(f"{line}\n" for line in lines)


def as_json(value: object) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def printable(text: str) -> str:
    """Give a text for a terminal: what would steer it, or begin a line of its own, is replaced."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def chosen_format(settings: Settings, *allowed: str) -> str:
    """Give --format, else what the suffix of --output says, else table; the command must have it.

    Raises UsageError, also for a suffix that stands for no format: nobody wants a table in a report.pdf.
    """
    suffix = settings.target.suffix.lower() if settings.target else ""
    found = settings.format or _SUFFIXES.get(suffix)
    if found in allowed or not (settings.format or suffix):
        return found or "table"
    known = ", ".join(f"{end} ({form})" for end, form in _SUFFIXES.items() if form in allowed)
    if settings.format:
        raise UsageError(f"--format: this command has {', '.join(allowed)}")
    raise UsageError(
        f"--output: {suffix[:40]!r} stands for no format of this command; use {known}, "
        f"or name one with --format: {', '.join(allowed)}"
    )
