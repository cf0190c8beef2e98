"""`graphkit init`: a commented inventory.yaml and graphkit.toml to start from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

import click

from graphkit.cli.common import Settings, with_settings, written
from graphkit.errors import UsageError

_FILES: Final = ("inventory.yaml", "graphkit.toml")


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]")
@with_settings(unused=("format", "output", "as_of", "on", "plan"))
def COMMAND(settings: Settings, *, folder: str) -> None:  # noqa: N802 - as the other commands
    """Write a commented inventory.yaml and graphkit.toml to start from.

    Files that exist are never touched.
    """
    from importlib.resources import files

    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise UsageError(f"{folder}: is not a folder")
    target.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        if (target / name).exists():
            settings.say(f"{target / name} exists; it was not touched")
            continue
        with written(target / name) as stream:
            stream.write((files("graphkit.cli") / "start" / name).read_text("utf-8"))
        settings.say(f"wrote {target / name}")
    settings.say(
        f"next: take the comment signs from what you need in {target / 'inventory.yaml'}, then "
        f"`graphkit import {shlex.quote(folder)}` and `graphkit blast-radius`"
    )
