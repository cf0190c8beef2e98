"""`graphkit demo`: a sample company: import it, judge the end of Meta's open line, write the page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import click

from graphkit.cli.common import Settings, with_settings
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PAGE: Final = "blast-radius.html"
_SIGN: Final = "README.md"
_NEXT: Final = (
    ("graphkit why service:support-chat --event meta-llama-line-end", "the argument, with file and line"),
    ("graphkit blast-radius vendor:meta", "all that depends on Meta, hit or not"),
    ("graphkit blast-radius license:llama3.1", "what one license binds"),
    ("graphkit depends-on service:newsletter", "the other direction: what a service needs"),
    ("graphkit unresolved --fix", "names that nobody could identify, as rows for graphkit.toml"),
    ("graphkit coverage", "how far to trust these answers"),
)


@click.command("demo")
@click.argument("folder", default="graphkit-demo", metavar="[DIR]")
@with_settings(unused=("plan",))
def COMMAND(settings: Settings, *, folder: str) -> None:  # noqa: N802 - as the other commands
    """Set up a sample company in DIR (default: graphkit-demo) and ask what the end of open Llama hits.

    Files that exist are never touched, and a folder with other content is refused.
    """
    target = Path(folder)
    _copy(target, settings)
    common = _common(target, settings)
    question = ("blast-radius", "vendor:meta", "--event", "meta-llama-line-end")
    settings.say(f"\n$ cd {folder}\n$ graphkit import .")
    _run("import", folder, *common)
    settings.say(f"\n$ graphkit {' '.join(question)}")
    moments = [word for name in ("on", "as_of") for word in _option(name, getattr(settings, name))]
    written = [word for name in ("format", "output") for word in _option(name, getattr(settings, name))]
    _run(*question, *common, *moments, *written)
    settings.say(f"\n$ graphkit {' '.join(question)} -o {_PAGE}")
    _run(*question, *common, *moments, "--output", str(target / _PAGE))
    settings.say(f"\nNext: open {target / _PAGE} in a browser, or in {folder}:")
    for command, why in _NEXT:
        settings.say(f"  {command:63} {why}")


def _copy(target: Path, settings: Settings) -> None:
    """Put the files of the sample company into *target*. Raises UsageError where that holds other things."""
    from importlib.resources import files

    sample = dict(_files(files("graphkit.demo") / "files", PurePosixPath()))
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: is not a folder")
    if target.is_dir() and any(target.iterdir()) and not _is_sample(target, sample):
        raise UsageError(f"{target}: holds something else; name an empty or a new folder")
    wrote, kept = 0, []
    for name, content in sample.items():
        path = target / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            wrote += 1
        elif path.read_bytes() != content:
            kept.append(str(name))
    settings.say(f"{target}: {wrote} files of a made-up company written, {len(sample) - wrote} were there")
    if kept:
        settings.say(f"changed since and kept as they are: {', '.join(kept)}")


def _is_sample(target: Path, sample: dict[PurePosixPath, bytes]) -> bool:
    """Tell whether an earlier run made *target*: its page about the company begins as ours does."""
    sign = target / _SIGN
    title = sample[PurePosixPath(_SIGN)].partition(b"\n")[0]
    return sign.is_file() and sign.read_bytes().startswith(title)


def _files(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_bytes()


def _common(target: Path, settings: Settings) -> list[str]:
    """Give the options of the commands that are run: the sample's own configuration and store.

    Both are named, so that neither a graphkit.toml further up nor the environment leads to another store.
    """
    common = ["--config", settings.config or str(target / "graphkit.toml")]
    common += ["--store", settings.store or str(target / "graphkit.db")]
    names = ("quiet", "verbose", "debug", "no_color")
    return common + [f"--{name.replace('_', '-')}" for name in names if getattr(settings, name)]


def _option(name: str, value: str | None) -> tuple[str, ...]:
    return (f"--{name.replace('_', '-')}", value) if value else ()


def _run(*words: str) -> None:
    """Run one command of ours as a person would."""
    from graphkit.cli.app import app

    code = app.main(args=list(words), prog_name="graphkit", standalone_mode=False)
    sys.stdout.flush()  # so that answers and what is said about them stay in order
    if code:
        raise click.exceptions.Exit(code)
