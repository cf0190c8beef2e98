"""`graphkit import`: detect, read and store; a table of what came in and what did not."""

from __future__ import annotations

import dataclasses
import functools
import os
import shlex
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from graphkit.cli.common import Settings, kept_view, opened, printable, with_settings, write_lines
from graphkit.errors import ScopeTaken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graphkit.config import Config
    from graphkit.importing.running import Request, Run
    from graphkit.model import Scope
    from graphkit.snapshot import Snapshot
    from graphkit.stores import Change, Store, StoredScope

_INCOMPLETE: Final = 3
_SHOWN: Final = 10
_NAMED: Final = 5
_LONGEST: Final = 2000
_NO_MARKUP: Final = {ord("["): "?", ord("]"): "?"}
_COPY: Final = "W-COPY"


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--scope", metavar="NAME", help="Call the root so, instead of after its repository or folder.")
@click.option(
    "--format",
    "-f",
    "format_",
    metavar="F",
    help="Read everything as this format instead of detecting it.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change; store nothing.")
@click.option(
    "--prune", is_flag=True, help="Close what was imported before from these paths and is no longer there."
)
@click.option("--accept-shrink", is_flag=True, help="Take a reading that closes much of what was known.")
@click.option(
    "--no-build",
    is_flag=True,
    help="Only store the readings; `graphkit store build` brings the view up to date.",
)
@with_settings(own=("format",), unused=("as_of", "on", "plan"))
def COMMAND(  # noqa: N802 - click fills in one parameter an option
    settings: Settings, *, paths: tuple[str, ...], scope: str | None, format_: str | None, **flags: bool
) -> None:
    """Read files and folders into the graph.

    A PATH of - is standard input. Formats are detected by content. Problems are listed one a line on
    standard error; what could be read is stored. Exit code 3 says that some document, or a part of one,
    was refused.
    """
    from graphkit.importing.running import Request

    config = settings.load_config()
    done = _run(Request(paths, scope, format_), settings)
    _problems(done, settings)
    if flags["dry_run"] and "://" not in config.store and not Path(config.store).exists():
        config = dataclasses.replace(config, store="memory:")
    with opened(config, create=True) as store:
        snapshot = _stored(store, done, config, settings, flags)
    if snapshot is not None and not settings.quiet:
        write_lines(_totals(done, snapshot), settings)
        _doubts(snapshot, settings)
    if done.refused or not all(reading.complete for reading in done.readings):
        raise click.exceptions.Exit(_INCOMPLETE)


def _run(request: Request, settings: Settings) -> Run:
    """Read what is named; - is standard input, a document called - under a root of its own."""
    from graphkit.cli.plugins import importers
    from graphkit.importing.running import Request, Run, run

    done = Run()
    with _progress(settings) as progress:
        if named := tuple(path for path in request.paths if path != "-"):
            done = run(dataclasses.replace(request, paths=named), importers(), progress=progress)
        if "-" in request.paths:
            with _standard_input() as path:
                given = Request((path,), request.scope or "stdin", request.format)
                more = run(given, importers(), progress=progress)
            done.readings += more.readings
            done.outcomes += [outcome._replace(place=outcome.document) for outcome in more.outcomes]
            done.roots |= more.roots
            done.under += more.under
    return done


@contextmanager
def _standard_input() -> Iterator[str]:
    """Keep standard input as a file, so that it is opened, unpacked and limited like every other.

    The graphkit.toml beside it makes its folder a root, wherever temporary files are.
    """
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "graphkit.toml").touch()
        file = Path(folder) / "-"
        with file.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        yield str(file)


def _stored(
    store: Store, done: Run, config: Config, settings: Settings, flags: dict[str, bool]
) -> Snapshot | None:
    """Put, prune, build and keep the view, all in one transaction, or undo it all for a dry run."""
    from graphkit.cli.configured import unused
    from graphkit.importing.running import missing, refused_now

    snapshot: Snapshot | None = None
    warnings: list[str] = []
    waiting = functools.partial(settings.say, "another import is writing; waiting for it")
    with store.transaction(waiting, keep=not flags["dry_run"]):
        new = _take_roots(store, done)
        change = store.put(done.readings, accept_shrink=flags["accept_shrink"])
        stored = store.scopes()
        known = [one.scope for one in stored]
        gone = list(missing(done, known))
        pruned = store.forget(gone) if flags["prune"] and gone else None
        if not flags["no_build"]:
            snapshot, _ = kept_view(store, config)
            warnings = unused(store, config, snapshot)
    _changes(change, gone, pruned, settings)
    if kept := sorted(refused_now(done, (one.scope for one in stored if one.claims))):
        settings.say(f"refused now, still answered from what was read before: {_listed(kept)}")
    for warning in (*_copies(stored, new), *warnings):
        settings.say(warning)
    if flags["dry_run"]:
        settings.say("dry run: nothing was stored")
    return snapshot


def _take_roots(store: Store, done: Run) -> frozenset[str]:
    """Keep where the roots are; give the names of those that are new."""
    known = store.roots()
    for name, place in sorted(done.roots.items()):
        if name in known and known[name] != place and not place.startswith("--scope"):
            raise ScopeTaken(
                f"the root name {name!r} is used for {known[name]}: give this one another with --scope NAME"
            )
    store.save_roots(done.roots)
    return frozenset(done.roots) - frozenset(known)


def _copies(stored: Iterable[StoredScope], new: frozenset[str]) -> Iterator[str]:
    """Say which new root holds exactly what another one holds: a folder that was moved would count twice."""
    content: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in stored:
        if one.claims:
            content[one.scope.root].add((one.scope.importer, one.digest))
    for root in sorted(new & frozenset(content)):
        for other in sorted(frozenset(content) - new):
            if content[other] == content[root]:
                yield (
                    f"{_COPY}: {printable(root)} holds the same documents as {printable(other)}, and both "
                    f"count; if it was moved: `graphkit store forget {shlex.quote(printable(other))}`, or "
                    f"forget {shlex.quote(printable(root))} and import with --scope "
                    f"{shlex.quote(printable(other))}"
                )


@contextmanager
def _progress(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being read."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=settings.no_color)
    with console.status("reading") as status:
        yield lambda path: status.update(f"reading {printable(path[:100]).translate(_NO_MARKUP)}")


def _problems(done: Run, settings: Settings) -> None:
    """List every refused document, and what was skipped in the others, one a line."""
    notes = []
    for outcome in done.outcomes:
        place = _from_here(outcome.place)
        for problem in outcome.skipped:
            at = ":".join(str(part) for part in (place, problem.line, problem.column) if part is not None)
            where = f" (at {problem.pointer})" if problem.pointer and problem.line is None else ""
            text = f"{_plain_line(at)}: {problem.code}: {_plain_line(problem.message + where)}"
            if problem.code.startswith("E-"):
                click.echo(text, err=True)
            else:
                notes.append((problem.code, text))
    _notes(notes, settings)


def _from_here(place: str) -> str:
    """Give a path as it can be opened from the working directory."""
    try:
        return os.path.relpath(place)
    except ValueError:  # on another drive
        return place


def _notes(lines: list[tuple[str, str]], settings: Settings) -> None:
    """List what was noticed and lost nothing: of each code the first few, unless all are wanted."""
    shown: Counter[str] = Counter()
    for code, text in lines:
        shown[code] += 1
        if settings.verbose or shown[code] <= _SHOWN:
            settings.say(text)
    for code, count in sorted(shown.items()):
        if count > _SHOWN and not settings.verbose:
            settings.say(f"... {count - _SHOWN} more {code}: --verbose lists them")


def _plain_line(text: str) -> str:
    return printable(text[:_LONGEST])


def _changes(change: Change, gone: list[Scope], pruned: Change | None, settings: Settings) -> None:
    parts = [
        f"{len(change.added)} new",
        f"{len(change.changed)} changed",
        f"{len(change.unchanged)} unchanged",
    ]
    settings.say(
        f"documents: {', '.join(parts)}; claims: {change.claims_opened} opened, {change.claims_closed} closed"
    )
    if pruned:
        settings.say(
            f"pruned: {len(pruned.closed)} documents that are gone, {pruned.claims_closed} claims closed"
        )
    elif gone:
        settings.say(f"no longer found, still answered from: {_listed(gone)}; --prune closes them")


def _listed(scopes: list[Scope]) -> str:
    more = f" and {len(scopes) - _NAMED} more" if len(scopes) > _NAMED else ""
    return ", ".join(_plain_line(str(scope)) for scope in scopes[:_NAMED]) + more


def _doubts(snapshot: Snapshot, settings: Settings) -> None:
    """Tell what the graph leaves in doubt, and what settles it."""
    from graphkit.querying.basis import doubts

    for limit in doubts(snapshot):
        settings.say(f"{limit.warned.code}: {limit.warned.message}")


def _totals(done: Run, snapshot: Snapshot) -> Iterator[str]:
    """Give the lines of the table that an import ends with."""
    from graphkit.snapshot import UNRESOLVED

    services = snapshot.of_kind("service")
    owned = int((snapshot.n_owner[services] >= 0).sum())
    unresolved = int(((snapshot.n_flags & UNRESOLVED) != 0).sum())
    kinds = Counter((outcome.importer or "-", outcome.what) for outcome in done.outcomes)
    claims: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for outcome in done.outcomes:
        claims[outcome.importer or "-"] += outcome.claims
        skipped[outcome.importer or "-"] += sum(not s.code.startswith("I-") for s in outcome.skipped)
    yield f"{'FORMAT':14}{'READ':>8}{'CLEAR':>8}{'REFUSED':>9}{'CLAIMS':>9}{'SKIPPED':>9}"
    for name in sorted({name for name, _ in kinds if name != "-"}):
        row = [kinds[name, what] for what in ("read", "clear", "refused")]
        yield f"{name:14}{row[0]:>8}{row[1]:>8}{row[2]:>9}{claims[name]:>9}{skipped[name]:>9}"
    if kinds["-", "refused"]:
        yield f"{'(unknown)':14}{0:>8}{0:>8}{kinds['-', 'refused']:>9}{0:>9}{skipped['-']:>9}"
    if kinds["-", "not ours"]:
        yield f"{_counted(kinds['-', 'not ours'], 'file')} not ours"
    known, names = _counted(len(services), "service"), _counted(unresolved, "name")
    yield f"in the graph: {known}, {owned} with an owner; {names} unresolved"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
