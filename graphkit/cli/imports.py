"""`graphkit import`: detect, read and store; a table of what came in and what did not."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from graphkit.cli.common import Settings, build_snapshot, with_settings
from graphkit.errors import ScopeTaken

if TYPE_CHECKING:
    from graphkit.config import Config
    from graphkit.importing.running import Run
    from graphkit.model import Scope
    from graphkit.snapshot import Snapshot
    from graphkit.stores import Change, Store

_INCOMPLETE: Final = 3
_SHOWN: Final = 10
_NAMED: Final = 5


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--scope", metavar="NAME", help="Call the root so, instead of after its repository or folder.")
@click.option(
    "--format", "format_", metavar="F", help="Read everything as this format instead of detecting it."
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
@with_settings(formats=False, moments=False)
def COMMAND(  # noqa: N802 - click fills in one parameter an option
    settings: Settings, *, paths: tuple[str, ...], scope: str | None, format_: str | None, **flags: bool
) -> None:
    """Read files and folders into the graph.

    Formats are detected by content. Problems are listed one a line on standard error; what could be read
    is stored. Exit code 3 says that some document, or a part of one, was refused.
    """
    from graphkit.cli.plugins import importers
    from graphkit.importing.running import Request, run
    from graphkit.stores import open_store

    config = settings.load_config()
    with _progress(settings) as progress:
        done = run(Request(paths, scope, format_), importers(), progress=progress)
    _problems(done, settings)
    store = open_store(
        "memory:" if flags["dry_run"] and not _exists(config.store) else config.store, create=True
    )
    try:
        snapshot = _stored(store, done, config, settings, flags)
    finally:
        store.close()
    if snapshot is not None and not settings.quiet:
        _totals(done, snapshot)
    if done.refused or not all(reading.complete for reading in done.readings):
        raise click.exceptions.Exit(_INCOMPLETE)


def _exists(store: str) -> bool:
    from pathlib import Path

    return "://" in store or Path(store).exists()


def _stored(
    store: Store, done: Run, config: Config, settings: Settings, flags: dict[str, bool]
) -> Snapshot | None:
    """Put, prune, build and keep the view, all in one transaction, or undo it all for a dry run."""
    from graphkit.importing.running import missing

    snapshot: Snapshot | None = None
    waiting = functools.partial(settings.say, "another import is writing; waiting for it")
    with store.transaction(waiting, keep=not flags["dry_run"]):
        _take_roots(store, done)
        change = store.put(done.readings, accept_shrink=flags["accept_shrink"])
        known = [stored.scope for stored in store.scopes()]
        gone = list(missing(done, known))
        pruned = store.forget(gone) if flags["prune"] and gone else None
        if not flags["no_build"]:
            snapshot = _view(store, config)
    _changes(change, gone, pruned, settings)
    _kept(done, known, settings)
    if flags["dry_run"]:
        settings.say("dry run: nothing was stored")
    return snapshot


def _view(store: Store, config: Config) -> Snapshot:
    from graphkit.catalogue.stamp import stamp
    from graphkit.snapshot import view_digest

    digest = view_digest(store.state().stamp, catalogue=stamp().digest, config=config.digest)
    snapshot = store.view(digest)
    if snapshot is None:
        snapshot = build_snapshot(store, config)
        store.save_view(snapshot, digest=digest)
    return snapshot


def _take_roots(store: Store, done: Run) -> None:
    known = store.roots()
    for name, place in sorted(done.roots.items()):
        if name in known and known[name] != place and not place.startswith("--scope"):
            raise ScopeTaken(
                f"the root name {name!r} is used for {known[name]}: give this one another with --scope NAME"
            )
    store.save_roots(done.roots)


@contextmanager
def _progress(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being read."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=settings.no_color)
    with console.status("reading") as status:
        yield lambda path: status.update(f"reading {_plain(path)[:100]}")


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() and letter not in "[]" else "?" for letter in text)


def _problems(done: Run, settings: Settings) -> None:
    """List every refused document, and what was skipped in the others, one a line."""
    lines = []
    for outcome in done.outcomes:
        for problem in outcome.skipped:
            place = ":".join(
                str(part) for part in (outcome.document, problem.line, problem.column) if part is not None
            )
            where = f" (at {problem.pointer})" if problem.pointer and problem.line is None else ""
            lines.append(
                (
                    problem.code,
                    f"{_plain_line(place)}: {problem.code}: {_plain_line(problem.message + where)}",
                )
            )
    for code, text in lines:
        if code.startswith("E-"):
            click.echo(text, err=True)
    _notes([line for line in lines if not line[0].startswith("E-")], settings)


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
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:2000])


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


def _kept(done: Run, known: list[Scope], settings: Settings) -> None:
    """Say which refused documents the graph still knows as they were before."""
    refused = {outcome.document for outcome in done.refused}
    kept = sorted({scope for scope in known if scope.path in refused and scope.root in done.roots})
    if kept:
        names = _listed(kept)
        settings.say(f"refused now, still answered from what was read before: {names}")


def _listed(scopes: list[Scope]) -> str:
    more = f" and {len(scopes) - _NAMED} more" if len(scopes) > _NAMED else ""
    return ", ".join(_plain_line(str(scope)) for scope in scopes[:_NAMED]) + more


def _totals(done: Run, snapshot: Snapshot) -> None:
    """Print the table that an import ends with."""
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
    click.echo(f"{'FORMAT':14}{'READ':>8}{'CLEAR':>8}{'REFUSED':>9}{'CLAIMS':>9}{'SKIPPED':>9}")
    for name in sorted({name for name, _ in kinds if name != "-"}):
        row = [kinds[name, what] for what in ("read", "clear", "refused")]
        click.echo(f"{name:14}{row[0]:>8}{row[1]:>8}{row[2]:>9}{claims[name]:>9}{skipped[name]:>9}")
    if kinds["-", "refused"]:
        click.echo(f"{'(unknown)':14}{0:>8}{0:>8}{kinds['-', 'refused']:>9}{0:>9}{skipped['-']:>9}")
    if kinds["-", "not ours"]:
        click.echo(f"{_counted(kinds['-', 'not ours'], 'file')} not ours")
    known, names = _counted(len(services), "service"), _counted(unresolved, "name")
    click.echo(f"in the graph: {known}, {owned} with an owner; {names} unresolved")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
